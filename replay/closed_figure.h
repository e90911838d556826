// What a closing fixed, beside what is computed now, and what made another figure of it.
//
// A closing that came out of what it cites stays right whatever comes later: acts about the window,
// terms that let late evidence count, and rules over windows change what stands, not what was
// fixed. Only where nothing of that came is the closing itself wrong.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replay/evaluation.h"
#include "replay/replay.h"
#include "replay/rule_history.h"

namespace tally::replay {

// `figures` is the digest of what is computed now: it covers what the closing does not spell out,
// such as the evidence that the figure rests on. Another reading than the agreed one (`agreed` is
// false) has terms or evidence of its own and posts nothing, so that its digest is never the
// closing's: it differs where verdict, value or credit do. nullopt where no closing is in force.
std::optional<ClosedFigure> ClosedOf(const EvaluatedWindow& window, const Hash& figures,
                                     bool agreed);

struct ClosedDifference {
  enum class By {
    kRules,    // over windows: an act about another window, and nobody said anything of this one
    kActs,     // terms, decisions, rulings, restatements and what corrects them
    kTerms,    // which let late evidence count whenever it comes
    kNothing,  // then a closing that differs is not reproduced
  };
  By by = By::kNothing;
  std::string why;  // "by rules over windows, with the closing of ..."
};
// What came last of all that may have changed a closed window; `since` tells of rules over windows
// (crediting.h), `projected` that windows which are not closed yet would change it by such rules.
// Whether anything is different ClosedOf says.
ClosedDifference CauseOfDifference(const EvaluatedWindow& window,
                                   const std::vector<CreditSince>& since, bool projected);

}  // namespace tally::replay
