#include "replay/terms/window_outcome.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/terms/credit.h"
#include "schema/status.h"

namespace tally::replay {

bool IsAbout(const Rule& rule, const WindowOutcome& outcome) {
  const std::vector<std::string>& objectives = rule.objectives;
  return objectives.empty() ||
         std::find(objectives.begin(), objectives.end(), outcome.objective->id) != objectives.end();
}

std::vector<const Rule*> RulesAbout(const WindowOutcome& outcome, absl::string_view kind) {
  std::vector<const Rule*> rules;
  for (const Rule& rule : outcome.terms->rules) {
    if (rule.kind == kind && IsAbout(rule, outcome)) rules.push_back(&rule);
  }
  return rules;
}

std::string ClauseOf(const Rule& rule) { return absl::StrCat("rules/", rule.id); }

absl::StatusOr<Fraction> PercentOfFee(const WindowOutcome& outcome, const std::string& fee,
                                      const Decimal& percent, const Interval& interval,
                                      Currency& currency) {
  const std::vector<Fee>& fees = outcome.terms->fees;
  auto found =
      std::find_if(fees.begin(), fees.end(), [&](const Fee& each) { return each.name == fee; });
  if (found == fees.end()) {
    return absl::NotFoundError(absl::StrCat("rules: the terms have no fee \"", fee, "\""));
  }
  currency = found->amount.currency;
  Fraction share = Fraction::Whole(0);
  if (!interval.empty()) {
    TALLY_ASSIGN_OR_RETURN(share, ShareOfFee(found->per, *outcome.zone, interval));
  }
  TALLY_ASSIGN_OR_RETURN(Fraction charges,
                         Fraction::Multiply(Fraction::Whole(found->amount.minor), share));
  return Fraction::Multiply(charges, LevelOf(percent, ValueUnit::kRatio));
}

Instant EndOfDays(const Zone& zone, Instant at, int64_t days) {
  // Ten thousand years; a zone's calendar is exact far beyond them.
  constexpr int64_t kDaysMax = 3'660'000;
  return std::min(zone.EndOfDayAfter(at, std::min(days, kDaysMax)), kInstantLast);
}

Rounding RoundingNamed(absl::string_view word) {
  if (word == "half up") return Rounding::kHalfUp;
  if (word == "half even") return Rounding::kHalfEven;
  if (word == "down") return Rounding::kDown;
  TALLY_CHECK(word == "up");
  return Rounding::kUp;
}

}  // namespace tally::replay
