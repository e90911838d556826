// The `levels:` block of a terms file: the documents above it, which of them prevails, and for what
// time of service each holds.
//
//   levels:
//     this: service
//     precedence: [service, customer, corporate]     the first prevails; the most specific one
//     rule: most specific wins                       or: strictest wins, only as listed
//     fields: { objectives.*.target: strictest wins, disputes.claim within: corporate }
//     documents:
//       - { level: corporate, file: corporate.yaml, sha256: ..., from: 2025-01-01, until: open }
//
// A document is a terms file, whole or in part. It is read only if its bytes have the digest that
// is stated, so that a file which changed cannot change terms without being noticed. Documents have
// no levels of their own: all that count are listed in one place, and no two can name each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "replay/terms/zone.h"
#include "tools/terms_compile.h"
#include "tools/terms_fields.h"
#include "tools/terms_resolve.h"

namespace tally::tools {

struct LevelPlan {
  LevelFile own;
  std::vector<LevelFile> others;
  std::vector<std::string> precedence;
  ResolveRule rule = ResolveRule::kUnset;
  std::vector<FieldChoice> fields;
};

// The file that has the block.
struct LeveledFile {
  absl::string_view name;
  absl::string_view text;
  const YamlNode& root;
  Interval term;
  const replay::Zone* zone = nullptr;  // of dates
};

// Reports what is wrong; the plan is of use only if nothing was.
LevelPlan ReadLevels(const Field& field, const LeveledFile& file, const TermsDocuments& documents,
                     TermsReport& report);

// Ascending times of service that together are the term, each as long as the same documents hold.
struct LevelRange {
  Interval valid;
  std::vector<const LevelFile*> files;  // of the plan, in the order of precedence
};
std::vector<LevelRange> RangesOf(const LevelPlan& plan);

}  // namespace tally::tools
