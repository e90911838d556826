#include "tests/replay/terms/terms_support.h"

#include "gtest/gtest.h"
#include "schema/status.h"

namespace tally::replay {

Instant At(absl::string_view text) {
  absl::StatusOr<Instant> instant = ParseInstant(text);
  EXPECT_TRUE(instant.ok()) << text;
  return instant.value_or(Instant{});
}
Interval Between(absl::string_view first, absl::string_view limit) {
  return {At(first), At(limit)};
}
Fraction Ratio(int64_t numerator, int64_t denominator) {
  absl::StatusOr<Fraction> ratio = Fraction::Of(numerator, denominator);
  EXPECT_TRUE(ratio.ok());
  return ratio.value_or(Fraction{});
}
Money Amount(absl::string_view text) {
  absl::StatusOr<Money> money = ParseMoney(text);
  EXPECT_TRUE(money.ok()) << text;
  return money.value_or(Money{});
}
Decimal Number(absl::string_view text) {
  absl::StatusOr<Decimal> number = ParseDecimal(text);
  EXPECT_TRUE(number.ok()) << text;
  return number.value_or(Decimal{});
}

AvailabilityByTime PlainMeasure() {
  AvailabilityByTime measure;
  measure.sources = {{"probe", "site"}};
  measure.rule.up = UpRule::kRecordedStatus;
  measure.holding = Holding::kUntilNext;
  measure.unknown = CountsAs::kUp;
  measure.degraded = CountsAs::kUp;
  measure.denominator = Denominator::kKeep;
  measure.resolution = Milliseconds(1);
  measure.snap = Snap::kNone;
  return measure;
}

Objective PlainObjective(absl::string_view target) {
  Objective objective;
  objective.id = "availability";
  objective.obligor = "provider";
  objective.obligee = "customer";
  objective.measure = PlainMeasure();
  objective.window.every = WindowEvery::kCalendarMonth;
  objective.window.zone.name = "UTC";
  objective.window.clipped = ClippedWindow::kProrate;
  objective.empty = EmptyRule::kNoResult;
  objective.target = {Compare::kAtLeast, Number(target)};
  return objective;
}

Objective TieredObjective() {
  Objective objective = PlainObjective("99.99");
  CreditRule credit;
  credit.scheme = "tiers";
  credit.edges = TierEdges::kFromIncluded;
  credit.fee = "service";
  credit.tiers = {{Number("99"), Number("99.99"), Number("10")},
                  {Number("95"), Number("99"), Number("30")},
                  {std::nullopt, Number("95"), Number("100")}};
  credit.rounding = Rounding::kHalfUp;
  objective.credit = credit;
  return objective;
}

std::vector<Fee> MonthlyFee(absl::string_view amount) {
  return {{"service", Amount(amount), WindowEvery::kCalendarMonth}};
}

std::vector<Observation> UpExcept(Instant first, const std::vector<Interval>& down) {
  std::vector<Observation> observations = {{.from = first, .until = first, .state = State::kUp}};
  for (const Interval& interval : down) {
    observations.push_back(
        {.from = interval.first, .until = interval.first, .state = State::kDown});
    observations.push_back({.from = interval.limit, .until = interval.limit, .state = State::kUp});
  }
  for (size_t i = 0; i < observations.size(); ++i) observations[i].cause = {100 + i, 0};
  return observations;
}

Window WindowHolding(const Objective& objective, const Zone& zone, Instant at) {
  absl::StatusOr<std::vector<Window>> windows = WindowsOverlapping(
      objective.window, zone, {Instant::Min(), Instant::Max()}, {at, at + Duration{1}});
  TALLY_CHECK(windows.ok() && windows->size() == 1);
  return windows->front();
}

WindowFigures Evaluate(const Objective& objective, const std::vector<Fee>& fees, const Zone& zone,
                       const Window& window, const std::vector<Observation>& observations,
                       const Knowledge& knowledge) {
  AvailabilityMeter meter(objective.measure, window, ExclusionsOf(objective), knowledge);
  for (const Observation& observation : observations) {
    absl::Status added = meter.Add(observation);
    EXPECT_TRUE(added.ok()) << added;
  }
  WindowQuestion question{.objective = &objective,
                          .fees = &fees,
                          .zone = &zone,
                          .window = window,
                          .knowledge = knowledge,
                          .last = std::nullopt};
  absl::StatusOr<WindowFigures> figures = EvaluateWindow(question, meter.Finish());
  EXPECT_TRUE(figures.ok()) << figures.status();
  return figures.ok() ? *std::move(figures) : WindowFigures{};
}

}  // namespace tally::replay
