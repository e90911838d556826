// The compiler from `tally: terms/1` files, as people write them, to Terms, as they are signed.
//
// docs/TERMS.md describes the language. There are no defaults: each choice that schema/terms.h has
// is stated in the file, or the file is refused with a sentence that says what to choose from. All
// errors of a file are reported together, each with file, line and column.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/body.h"
#include "schema/bytes.h"
#include "schema/terms.h"
#include "tools/terms_report.h"
#include "tools/terms_resolve.h"

namespace tally::tools {

// What the names of zones and calendars mean here and now: from the ledger if it has them, else
// from where the caller takes documents. Compiled terms carry digests, not names alone. `files` are
// the documents that `levels` name by path.
class TermsDocuments {
 public:
  using Source = std::function<absl::StatusOr<Bytes>(const std::string& name)>;
  // Zones alone: no calendar has a meaning.
  template <typename Zones>
  requires std::is_invocable_v<Zones&, const std::string&> TermsDocuments(Zones zones)
      : zones_(std::move(zones)) {}  // NOLINT: any source of zones is one
  TermsDocuments(Source zones, Source calendars, Source files = {})
      : zones_(std::move(zones)), calendars_(std::move(calendars)), files_(std::move(files)) {}

  // The rules (TZif) of a zone, the text of a calendar.
  absl::StatusOr<Bytes> Zone(const std::string& name) const { return zones_(name); }
  absl::StatusOr<Bytes> Calendar(const std::string& name) const;
  absl::StatusOr<Bytes> File(const std::string& path) const;
  absl::StatusOr<Bytes> operator()(const std::string& name) const { return zones_(name); }

 private:
  Source zones_;
  Source calendars_;
  Source files_;
};
using ZoneSource = TermsDocuments;

// The `amends:` block of an amendment file. It is no part of the terms.
struct Amends {
  std::optional<TermsHash> base;  // absent: the terms that are current when it is proposed
  Instant effective;
  Reach reach = Reach::kUnset;
  bool reopens_settled = false;
  std::string reason;
};

struct CompiledTerms {
  Terms terms;
  // Names that the terms use; each ascending and once.
  std::vector<std::string> zones;  // of windows, deadlines and calendars
  std::vector<std::string> calendars;
  std::vector<std::string> feeds;
  std::vector<std::string> parties;
  std::optional<Amends> amends;
};

// What terms with `levels` come to in a part of their term, and what gave way.
struct ResolvedRange {
  Interval valid;
  Terms terms;
  std::vector<Overruled> overruled;
};

// What `tally terms check` shows: every error, and the lints of terms_lint.h if there are none.
// Of terms with `levels`, `compiled` are those that hold when the term begins, or when the
// amendment takes effect; ranges are all of them, in order of time.
struct CheckedTerms {
  std::optional<CompiledTerms> compiled;  // absent when there are errors
  TermsReport report;
  std::vector<ResolvedRange> ranges;  // none without `levels`
};
CheckedTerms CheckTerms(absl::string_view text, absl::string_view file_name,
                        const ZoneSource& zones);

// The same for commands that go on with the terms: the first error as a Status with its Fault.
// Warnings do not stop it.
absl::StatusOr<CompiledTerms> CompileTerms(absl::string_view text, absl::string_view file_name,
                                           const ZoneSource& zones);

}  // namespace tally::tools
