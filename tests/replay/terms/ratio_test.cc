// Goal: each denominator is what the terms call it, and an empty one is empty.
// Method: every combination of the four denominators with removed and kept unknown time, beside
// numbers worked out by hand from one measured window.
#include "replay/terms/ratio.h"

#include <vector>

#include "gtest/gtest.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

// 1,000 s: 100 excluded (30 bad, 20 unknown in it), 50 unknown, 90 down.
Measured Example() {
  Measured measured;
  measured.period = Seconds(1'000);
  measured.excluded = Seconds(100);
  measured.bad_excluded = Seconds(30);
  measured.unknown_excluded = Seconds(20);
  measured.unknown = Seconds(50);
  measured.counted = Seconds(90);
  measured.counted_unpaid = Seconds(9);
  return measured;
}

AvailabilityRatio RatioFor(const Measured& measured, const AvailabilityByTime& measure,
                           const Window& window = {}) {
  absl::StatusOr<AvailabilityRatio> ratio = RatioOf(measured, measure, window);
  EXPECT_TRUE(ratio.ok()) << ratio.status();
  return ratio.ok() ? *ratio : AvailabilityRatio{};
}

TEST(Ratio, EveryDenominator) {
  struct Case {
    Denominator denominator;
    CountsAs unknown;
    int64_t of;
  };
  using enum Denominator;
  for (const Case& c : std::vector<Case>{{kKeep, CountsAs::kUp, 1'000},
                                         {kKeep, CountsAs::kDown, 1'000},
                                         {kKeep, CountsAs::kRemoved, 930},
                                         {kRemove, CountsAs::kUp, 900},
                                         {kRemove, CountsAs::kRemoved, 850},
                                         {kRemoveOverlap, CountsAs::kUp, 970},
                                         {kRemoveOverlap, CountsAs::kRemoved, 900},
                                         {kFixed, CountsAs::kUp, 500},
                                         {kFixed, CountsAs::kRemoved, 500}}) {
    AvailabilityByTime measure = PlainMeasure();
    measure.denominator = c.denominator;
    measure.unknown = c.unknown;
    measure.fixed = Seconds(500);
    AvailabilityRatio ratio = RatioFor(Example(), measure);
    EXPECT_EQ(ratio.value, Ratio(c.of - 90, c.of));
    EXPECT_EQ(ratio.unpaid, Ratio(c.of - 9, c.of));
    EXPECT_EQ(ratio.coverage, Ratio(930, 1'000));
  }
}

TEST(Ratio, AFixedDenominatorShrinksWithAClippedWindow) {
  AvailabilityByTime measure = PlainMeasure();
  measure.denominator = Denominator::kFixed;
  measure.fixed = Seconds(2'000);
  AvailabilityRatio ratio = RatioFor(Example(), measure, {.interval = {}, .share = Ratio(1, 4)});
  EXPECT_EQ(ratio.value, Ratio(410, 500));
}

TEST(Ratio, NegativeValuesStandUnlessClamped) {
  AvailabilityByTime measure = PlainMeasure();
  measure.denominator = Denominator::kFixed;
  measure.fixed = Seconds(60);
  EXPECT_EQ(RatioFor(Example(), measure).value, Ratio(-1, 2));
  measure.clamp_at_zero = true;
  EXPECT_EQ(RatioFor(Example(), measure).value, Ratio(0, 1));
}

// T-68
TEST(Ratio, T68AZeroDenominatorIsEmpty) {
  AvailabilityByTime measure = PlainMeasure();
  measure.denominator = Denominator::kRemove;
  Measured measured = Example();
  measured.excluded = measured.period;
  measured.counted = {};
  AvailabilityRatio ratio = RatioFor(measured, measure);
  EXPECT_EQ(ratio.value, std::nullopt);
  EXPECT_EQ(ratio.unpaid, std::nullopt);
  EXPECT_TRUE(ratio.coverage.has_value());
  EXPECT_FALSE(RatioFor({}, PlainMeasure()).coverage.has_value());
}

TEST(Ratio, AMissingDenominatorIsRefused) {
  AvailabilityByTime measure = PlainMeasure();
  measure.denominator = Denominator::kUnset;
  EXPECT_FALSE(RatioOf(Example(), measure, {}).ok());
  measure.denominator = Denominator::kFixed;
  EXPECT_FALSE(RatioOf(Example(), measure, {}).ok());
}

}  // namespace
}  // namespace tally::replay
