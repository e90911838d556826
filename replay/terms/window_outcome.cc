#include "replay/terms/window_outcome.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/terms/credit.h"
#include "schema/status.h"

namespace tally::replay {

namespace {

const Fee* FeeNamed(const Terms& terms, const std::string& name) {
  auto found = std::find_if(terms.fees.begin(), terms.fees.end(),
                            [&](const Fee& each) { return each.name == name; });
  return found == terms.fees.end() ? nullptr : &*found;
}

}  // namespace

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

const CreditRule& CreditOf(const WindowOutcome& outcome) {
  const std::optional<CreditRule>* credit = &outcome.objective->credit;
  for (const OutcomePart& part : outcome.parts) {
    if (part.objective->credit) credit = &part.objective->credit;
  }
  TALLY_CHECK(credit->has_value());
  return **credit;
}

bool SaysTheSame(const Rule& a, const Rule& b) {
  return a.id == b.id && a.kind == b.kind && a.objectives == b.objectives && a.choices == b.choices;
}

std::string ClauseOf(const Rule& rule) { return absl::StrCat("rules/", rule.id); }

absl::StatusOr<Fraction> PercentOfFee(const WindowOutcome& outcome, const std::string& fee,
                                      const Decimal& percent, const Interval& interval,
                                      Currency& currency) {
  const Fee* own = FeeNamed(*outcome.terms, fee);
  if (own == nullptr) {
    return absl::NotFoundError(absl::StrCat("rules: the terms have no fee \"", fee, "\""));
  }
  currency = own->amount.currency;
  std::vector<FeesOver> charged = outcome.charged;
  if (charged.empty()) charged.push_back({interval, outcome.terms});
  Fraction charges = Fraction::Whole(0);
  for (const FeesOver& each : charged) {
    const Interval time = Intersection(each.time, interval);
    const Fee* then = FeeNamed(*each.terms, fee);
    if (time.empty() || then == nullptr || then->amount.currency != currency) continue;
    TALLY_ASSIGN_OR_RETURN(const Fraction share, ShareOfFee(then->per, *outcome.zone, time));
    TALLY_ASSIGN_OR_RETURN(const Fraction charge,
                           Fraction::Multiply(Fraction::Whole(then->amount.minor), share));
    TALLY_ASSIGN_OR_RETURN(charges, Fraction::Add(charges, charge));
  }
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
