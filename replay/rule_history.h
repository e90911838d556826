// What rules over windows made of credits after they were closed, and what they gave beside them:
// how much of each is due, held or earned back, what each sum came to, and since which act.
//
// A closing fixes what was known when it was made. Closings, restatements and rulings of other
// windows come later, and caps, expected levels, incidents and earn-backs then leave more or less
// of it (DOMAIN 3.17 rules 19, 20, 23). The books have to say so from then on, and not before: what
// was booked, claimed and paid until then stays true. So the pipeline (terms/pipeline.h) is run
// once for each such act, over the windows that were closed by then, as they stood by then. As
// windows that are not closed take no part, nothing that comes later changes what is found for an
// earlier time. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/evaluation.h"
#include "replay/rule_sums.h"
#include "replay/terms/pipeline.h"

namespace tally::replay {

// One credit in minor units, since an act.
struct CreditSince {
  ActStamp stamp = {};
  std::string why = {};
  int64_t due = 0, held = 0, earned_back = 0, offset = 0;
  bool own = false;      // the act is about the window itself
  bool carried = false;  // the window owed none itself: a cap carried all of it into the window
};

struct RuleHistory {
  // For each outcome: first what its closing gave, then each change. The last is what the books
  // hold: what the answer has, but for what windows that are over and not closed would make of it.
  // Empty for windows that are not closed, and for all where nothing can have changed.
  std::vector<std::vector<CreditSince>> credits;
  // For each outcome: windows that are over and not closed would make something else of it.
  std::vector<bool> projected;
  std::vector<SumOfRule> sums;  // all that the answer has, and those that it has no more
};
// `windows` are those of the outcomes of `today`, which came to `answer`. A settled window that
// stays as it is under caps stays as it stood when it was settled, which only its history tells:
// where that is not what was closed, the question is put again. Fails as RunPipeline does.
absl::StatusOr<RuleHistory> HistoryOfRules(const CaseFile& file, PipelineQuestion& today,
                                           PipelineAnswer& answer,
                                           const std::vector<const EvaluatedWindow*>& windows);

// What stood in the books of the window before each change: `own` acts about it, and rules over
// windows, of which `since` tells. `due` is what stands after the last.
std::vector<Restated> RestatedByRules(const std::vector<Restated>& own,
                                      const std::vector<CreditSince>& since);

}  // namespace tally::replay
