#include "replay/terms/points.h"

#include "replay/terms/caps.h"
#include "schema/status.h"

namespace tally::replay {

namespace {

absl::StatusOr<Fraction> TimesFactor(const Objective& objective, int64_t points) {
  const Decimal factor = objective.credit->choices.Number("repeat factor");
  if (factor < Decimal{1, 0} || factor > Decimal{2, 0}) {
    return absl::FailedPreconditionError("points: the repeat factor is not from 1 to 2");
  }
  return Fraction::Multiply(Fraction::Whole(points), Fraction::FromDecimal(factor));
}

}  // namespace

Currency PointsUnit() { return {"points", 0}; }

absl::StatusOr<int64_t> PointsWithRepeat(const WindowOutcome& outcome,
                                         const std::vector<Verdict>& before) {
  TALLY_CHECK(outcome.points.has_value());
  bool repeated = false;
  for (auto verdict = before.rbegin(); verdict != before.rend(); ++verdict) {
    if (*verdict != Verdict::kMet && *verdict != Verdict::kBreached) continue;
    repeated = *verdict == Verdict::kBreached;
    break;
  }
  if (!repeated || outcome.verdict != Verdict::kBreached) return *outcome.points;
  Fraction points = Fraction::Whole(0);
  if (outcome.parts.empty()) {
    TALLY_ASSIGN_OR_RETURN(points, TimesFactor(*outcome.objective, *outcome.points));
  }
  for (const OutcomePart& part : outcome.parts) {
    if (!part.objective->credit) continue;
    TALLY_ASSIGN_OR_RETURN(const Fraction more,
                           TimesFactor(*part.objective, part.points.value_or(0)));
    TALLY_ASSIGN_OR_RETURN(points, Fraction::Add(points, more));
  }
  return RoundToInteger(points, CreditOf(outcome).rounding);
}

bool IsPointsRule(const Rule& rule) {
  return rule.kind == "points table" || rule.kind == "points price";
}

absl::StatusOr<Interval> PointsPeriodOf(const Rule& rule, const WindowOutcome& outcome) {
  if (rule.choices.Is("period", "window")) return outcome.window;
  Instant last{outcome.window.limit.micros - 1};
  if (rule.choices.Is("period", "contract year")) {
    return ContractYearAt(*outcome.terms, *outcome.zone, last);
  }
  TALLY_CHECK(rule.choices.Is("period", "calendar month"));
  return CalendarWindowAt(WindowEvery::kCalendarMonth, *outcome.zone, last);
}

absl::StatusOr<Money> MoneyForPoints(const Rule& rule, const WindowOutcome& outcome,
                                     const Interval& period, int64_t points) {
  if (rule.kind == "points price") {
    Money money = rule.choices.Amount("price");
    if (__builtin_mul_overflow(money.minor, points, &money.minor)) {
      return absl::OutOfRangeError("points: the amount leaves 64 bits");
    }
    return money;
  }
  // The last step that is reached; steps ascend.
  Decimal percent;
  for (const auto& [from, step] : rule.choices.Steps("table")) {
    if (Fraction::Whole(points) >= Fraction::FromDecimal(from)) percent = step;
  }
  if (percent < Decimal{}) return absl::FailedPreconditionError("points: a negative percentage");
  Interval term{outcome.terms->from, outcome.terms->until.value_or(Instant::Max())};
  Money money;
  TALLY_ASSIGN_OR_RETURN(Fraction exact, PercentOfFee(outcome, rule.choices.Text("fee"), percent,
                                                      Intersection(period, term), money.currency));
  TALLY_ASSIGN_OR_RETURN(money.minor,
                         RoundToInteger(exact, RoundingNamed(rule.choices.Word("rounding"))));
  return money;
}

}  // namespace tally::replay
