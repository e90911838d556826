// Goal: computed targets are the exact figures of their formulas. Method: the worked figures, ties
// and the cases in which nothing moves.
#include "replay/terms/baseline.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Fraction Percent(int64_t hundredths) { return Ratio(hundredths, 10'000); }

TEST(Baseline, TheMidpointOf96And98Is97) {
  EXPECT_EQ(MidpointTarget(Percent(9'600), Percent(9'800)).value_or(Fraction{}), Percent(9'700));
}

TEST(Baseline, MeansAndTheKthLowest) {
  std::vector<Fraction> months = {Percent(9'950), Percent(9'900), Percent(9'920)};
  EXPECT_EQ(MeanTarget(months).value_or(Fraction{}), Ratio(2'977, 3'000));
  EXPECT_EQ(KthLowestTarget(months, 1).value_or(Fraction{}), Percent(9'900));
  EXPECT_EQ(KthLowestTarget(months, 2).value_or(Fraction{}), Percent(9'920));
  EXPECT_EQ(KthLowestTarget(months, 3).value_or(Fraction{}), Percent(9'950));
  EXPECT_FALSE(KthLowestTarget(months, 4).ok());
  EXPECT_FALSE(KthLowestTarget(months, 0).ok());
  EXPECT_FALSE(MeanTarget({}).ok());
}

TEST(Baseline, ARatchetMovesHalfWayAfterWindowsThatWereAllBetter) {
  Fraction target = Percent(9'900);
  std::vector<Fraction> months(12, Percent(9'960));
  auto moved = HalfWayTarget(Compare::kAtLeast, target, months);
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(*moved, Percent(9'930));
  // Equal is not better.
  months[5] = target;
  EXPECT_EQ(*HalfWayTarget(Compare::kAtLeast, target, months), std::nullopt);
  EXPECT_EQ(*HalfWayTarget(Compare::kAtLeast, target, {}), std::nullopt);
  // A length of time gets shorter.
  EXPECT_EQ(*HalfWayTarget(Compare::kAtMost, Ratio(60, 1), {Ratio(40, 1), Ratio(20, 1)}),
            Ratio(45, 1));
}

TEST(Baseline, TheBestFourRaiseATargetByATenthOfTheDistance) {
  Fraction target = Percent(9'900);
  std::vector<Fraction> months(12, Percent(9'800));
  for (size_t i = 0; i < 4; ++i) months[i] = Percent(9'905);
  EXPECT_EQ(*BestFourTarget(target, months), Percent(9'905));
  for (size_t i = 0; i < 4; ++i) months[i] = Percent(9'990);
  EXPECT_EQ(*BestFourTarget(target, months), Percent(9'910)) << "a tenth of 1 %";
  for (size_t i = 0; i < 4; ++i) months[i] = target;
  EXPECT_EQ(*BestFourTarget(target, months), std::nullopt);
  EXPECT_EQ(*BestFourTarget(target, {Ratio(1, 1), Ratio(1, 1), Ratio(1, 1)}), std::nullopt);
  EXPECT_EQ(*BestFourTarget(Ratio(1, 1), std::vector<Fraction>(4, Ratio(1, 1))), std::nullopt);
}

}  // namespace
}  // namespace tally::replay
