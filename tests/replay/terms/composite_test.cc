// Goal: composites weigh, test and sum other objectives exactly (M20), whatever is missing. Method:
// one set of members and each choice beside its opposite.
#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

void Members(Population& whole) {
  whole.members = {{"availability", Verdict::kMet, Ratio(2, 3)},
                   {"latency", Verdict::kBreached, Ratio(1, 2)},
                   {"survey", Verdict::kIndeterminate, Ratio(1, 1)},
                   {"reports", Verdict::kNoResult, std::nullopt}};
}
Population Mean() {
  Population whole("weighted mean of objectives",
                   {{"weights", "availability: 60|latency: 37.5|reports: 2.5"},
                    {"members count by", "value"},
                    {"decimals", "4"},
                    {"missing member", "left out"}});
  Members(whole);
  return whole;
}

TEST(Composite, WeightedMean) {
  // (60 x 0.6667 + 37.5 x 0.5) / 97.5
  EXPECT_EQ(Mean().Value(), "4896/8125");
  EXPECT_EQ(Mean().Choose("missing member", "zero").Value(), "1836/3125");  // / 100
  EXPECT_EQ(Mean().Choose("missing member", "no result").Value(), "none");
  Population verdicts = Mean().Choose("members count by", "verdict").Choose("decimals", "");
  EXPECT_EQ(verdicts.Value(), "8/13");  // 60 of 97.5
  EXPECT_EQ(verdicts.Choose("weights", "survey: 1").Value(), "none");
}

// Those that fall short, of those that have a value: a credit may be due for each.
TEST(Composite, AWeightedMeanCountsTheMembersThatFallShort) {
  EXPECT_EQ(Mean().Count().population, 3);
  EXPECT_EQ(Mean().Count().failed, 2);  // 2/3 and 1/2; reports are left out
  EXPECT_EQ(Mean().Choose("missing member", "zero").Count().failed, 3);
  Population whole = Mean();
  whole.members[0].value = Ratio(1, 1);
  EXPECT_EQ(whole.Count().failed, 1);
  whole.members[1].value = Ratio(1, 1);
  EXPECT_EQ(whole.Count().failed, 0);
  Population verdicts = Mean().Choose("members count by", "verdict").Choose("decimals", "");
  EXPECT_EQ(verdicts.Count().failed, 1);
}

TEST(Composite, ValuesAreRoundedHalfToEven) {
  Population whole = Mean().Choose("weights", "latency: 1").Choose("decimals", "0");
  EXPECT_EQ(whole.Value(), "0/1");
  whole.members[1].value = Ratio(3, 2);
  EXPECT_EQ(whole.Value(), "2/1");
}

TEST(Composite, WeightsThatAreNoneAreRefused) {
  for (const char* weights : {"availability: 0", "availability: 1|availability: 2",
                              "availability: -1", "availability 1", "availability: 1.0"}) {
    EXPECT_FALSE(Mean().Choose("weights", weights).Try().ok()) << weights;
  }
}

TEST(Composite, ObjectivesMet) {
  Population all("objectives met", {{"members", "availability|latency|reports|survey"},
                                    {"missing member", "left out"}});
  Members(all);
  EXPECT_EQ(all.Value(), "1/2");
  EXPECT_EQ(all.Choose("missing member", "met").Value(), "3/4");
  EXPECT_EQ(all.Choose("missing member", "breached").Value(), "1/4");
  EXPECT_EQ(all.Choose("missing member", "no result").Value(), "none");
  EXPECT_EQ(all.Choose("members", "availability").Value(), "1/1");
  EXPECT_EQ(all.Choose("members", "unknown").Choose("missing member", "left out").Value(), "none");
}

TEST(Composite, PointsOfObjectives) {
  Population points("points of objectives", {{"points", "availability: 3|latency: 1.5|survey: 2"},
                                             {"missing member", "left out"}});
  Members(points);
  EXPECT_EQ(points.Value(), "3/2");
  EXPECT_EQ(points.Choose("missing member", "breached").Value(), "7/2");
  EXPECT_EQ(points.Choose("missing member", "no result").Value(), "none");
  EXPECT_EQ(points.Choose("points", "availability: 3").Value(), "0/1");
  EXPECT_EQ(points.Choose("points", "survey: 3").Choose("missing member", "left out").Value(),
            "none");
}

}  // namespace
}  // namespace tally::replay
