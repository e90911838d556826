#include "replay/terms/earn_back.h"

#include <algorithm>

#include "replay/terms/credit.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

enum class Step { kAdds, kEnds, kPasses };

// The condition as the later window's own terms state it; the rule of the credit where they do not.
const Rule& ConditionFor(const HeldCredit& held, const WindowOutcome& later) {
  for (const Rule* rule : RulesAbout(later, "earn-back")) {
    if (rule->id == held.rule->id) return *rule;
  }
  return *held.rule;
}

Step StepOf(const HeldCredit& held, const WindowOutcome& later) {
  if (later.carried) return Step::kPasses;
  if (later.verdict == Verdict::kNoResult || later.verdict == Verdict::kIndeterminate) {
    if (held.rule->choices.Is("no result", "counts")) return Step::kAdds;
    return held.rule->choices.Is("no result", "breaks") ? Step::kEnds : Step::kPasses;
  }
  bool met = later.verdict == Verdict::kMet;
  bool satisfied =
      ConditionFor(held, later).choices.Is("condition", "met") ? met : met && later.exceeds;
  return satisfied ? Step::kAdds : Step::kEnds;
}

}  // namespace

absl::StatusOr<std::optional<HeldCredit>> Hold(const WindowOutcome& outcome, size_t index,
                                               int64_t granted) {
  std::optional<HeldCredit> none;
  std::vector<const Rule*> rules = RulesAbout(outcome, "earn-back");
  if (rules.empty() || granted <= 0 || !outcome.ended) return none;
  const Rule& rule = *rules.front();
  bool above_only = rule.choices.Is("eligible", "failures above the minimum level");
  if (above_only && outcome.below_minimum) return none;
  Fraction share = LevelOf(rule.choices.Number("share"), ValueUnit::kRatio);
  TALLY_ASSIGN_OR_RETURN(Fraction part, Fraction::Multiply(Fraction::Whole(granted), share));
  HeldCredit held{.outcome = index,
                  .rule = &rule,
                  .objective = outcome.objective->id,
                  .decided_by = std::nullopt};
  TALLY_ASSIGN_OR_RETURN(held.minor, RoundToInteger(part, CreditOf(outcome).rounding));
  if (held.minor <= 0) return none;
  // More than all of it cannot come back.
  held.minor = std::min(held.minor, granted);
  return std::optional<HeldCredit>(held);
}

void Advance(HeldCredit& held, const WindowOutcome& later, size_t index) {
  if (held.state != HeldState::kHeld || !later.ended) return;
  TALLY_CHECK(later.objective->id == held.objective && index > held.outcome);
  ++held.seen;
  Step step = StepOf(held, later);
  if (step == Step::kAdds) ++held.run;
  if (step == Step::kEnds) held.run = 0;
  const Choices& choices = held.rule->choices;
  if (held.run >= choices.Count("windows")) {
    held.state = HeldState::kEarnedBack;
  } else if (choices.Has("within windows") && held.seen >= choices.Count("within windows")) {
    held.state = HeldState::kFinal;
  }
  if (held.state != HeldState::kHeld) held.decided_by = index;
}

void End(HeldCredit& held, Ending ending) {
  if (held.state != HeldState::kHeld) return;
  const Choices& choices = held.rule->choices;
  bool lapses = ending == Ending::kObjective ? choices.Is("objective ends", "credit lapses")
                                             : choices.Is("at termination", "lost");
  held.state = lapses ? HeldState::kEarnedBack : HeldState::kFinal;
}

}  // namespace tally::replay
