// Where each field of the terms behind a figure comes from: which document of several levels states
// it (schema/terms_levels.h), and since which proposal or amendment it says what it says.
//
// Terms are whole: an amendment brings all fields again. A field comes from the oldest version
// since which its value and its place in the documents of levels have stayed the same. Versions are
// followed from the terms of a window back along the bases of amendments.
//
// A field is what docs/TERMS.md "Levels" calls one: a party's name, a fee's amount, one choice of a
// measure. Of an objective are its own fields, the two parties, its fee, the rules about it and
// `disputes`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/replay.h"
#include "schema/terms.h"
#include "tools/json_writer.h"

namespace tally::tools {

struct OriginVersion {
  ledger::EventAddress at;  // of the proposal
  TermsHash terms;
  std::optional<Instant> effective;  // amendments
  std::string reason;                // likewise
};
struct FieldOrigin {
  std::string field;  // "objectives.availability.target"
  std::string value;
  std::optional<FieldSource> stated = {};       // of terms that were resolved from documents
  std::optional<DocumentDigest> document = {};  // the one of that level
  size_t since = 0;                             // in `versions`
};
struct TermsOrigins {
  std::string objective;
  std::vector<OriginVersion> versions;  // oldest first; the last governs the windows
  std::vector<FieldOrigin> fields;      // in the order of the file
};

// Precondition: `chain` is not empty; oldest first, one for each version of `origins`.
absl::Status TraceFields(const std::vector<Terms>& chain, TermsOrigins& origins);

// One for each objective and terms hash among the windows of the result, in their order. Terms of
// another reading, which the ledger does not hold, have none.
absl::StatusOr<std::vector<TermsOrigins>> OriginsOf(const ledger::Ledger& ledger,
                                                    const replay::Result& result);

// For people: nothing for terms of one version and one document, but which version that is.
std::string OriginsText(const TermsOrigins& origins);
void WriteOrigins(JsonWriter& json, const std::vector<TermsOrigins>& origins);
// "customer, line 14, clause 3.1, strictest"; "" for a field of terms without levels.
std::string StatedText(const FieldOrigin& field);
// "amendment 12/0, effective 2026-04-01T00:00:00Z", "5/0"
std::string OriginText(const OriginVersion& version);

}  // namespace tally::tools
