// Goal: membership, sources, rounding and causes are the same for every count. Method: edges to the
// microsecond, sums of wide numbers, and more causes than a result keeps.
#include "replay/terms/population.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

TEST(Population, AnItemBelongsToItsStartOrToItsLastMicrosecond) {
  const Choices start = MakeChoices({{"membership", "start"}});
  const Choices end = MakeChoices({{"membership", "end"}});
  const Interval long_one{{10}, {20}};
  EXPECT_EQ(InstantOf(long_one, start), Instant{10});
  EXPECT_EQ(InstantOf(long_one, end), Instant{19});
  EXPECT_EQ(InstantOf({{10}, {10}}, end), Instant{10});
}

TEST(Population, ExclusionsAreHalfOpen) {
  const std::vector<Interval> out = {{{10}, {20}}, {{30}, {40}}};
  for (int64_t at = 0; at < 50; ++at) {
    EXPECT_EQ(IsInAny(out, {at}), (at >= 10 && at < 20) || (at >= 30 && at < 40)) << at;
  }
  EXPECT_FALSE(IsInAny({}, {0}));
}

TEST(Population, ItemsNearAWindowAreThoseThatCanBelongToIt) {
  Population requests("request ratio", {});
  for (int64_t at = 0; at < 30; ++at) {
    requests.Add(Interval{{at}, {at + 20}}, RequestCounts{});
  }
  requests.window.interval = {{10}, {15}};
  CountQuestion question;
  question.objective = &requests.objective;
  question.window = requests.window;
  question.items = requests.items;
  const auto near = [&](const std::string& membership, Duration around) {
    requests.Choose("membership", membership);
    const std::span<const Item> items = ItemsNear(question, around);
    return std::pair(items.front().observed.first.micros, items.back().observed.first.micros);
  };
  EXPECT_EQ(near("start", {}), std::pair(int64_t{10}, int64_t{14}));
  EXPECT_EQ(near("start", {3}), std::pair(int64_t{7}, int64_t{17}));
  EXPECT_EQ(near("start", {100}), std::pair(int64_t{0}, int64_t{29}));
  // What ends in the window began long before it.
  EXPECT_EQ(near("end", {}), std::pair(int64_t{0}, int64_t{14}));
}

TEST(Population, ScaledSharesAreHalfToEven) {
  EXPECT_EQ(*Scaled(1, 3, 12), 333'333'333'333);
  EXPECT_EQ(*Scaled(1, 2, 0), 0);
  EXPECT_EQ(*Scaled(3, 2, 0), 2);
  EXPECT_EQ(*Scaled(-1, 2, 0), 0);
  const Wide most = static_cast<Wide>(~uint64_t{0}) << 40;
  EXPECT_EQ(*Scaled(most, most, 12), 1'000'000'000'000);
  EXPECT_EQ(*ShareOf(1, 0), std::nullopt);
  EXPECT_EQ(**ShareOf(2, 4), Ratio(1, 2));
  EXPECT_EQ(Capped(most), std::numeric_limits<int64_t>::max());
}

TEST(Population, CausesAreOrderedOnceAndLimited) {
  Population requests("request ratio", {});
  CountQuestion question;
  question.objective = &requests.objective;
  Working working(question);
  for (uint64_t i = 1'500; i > 0; --i) {
    working.RestsOn({i, 0});
    working.RestsOn({i, 0});
  }
  working.Line("value", "a", "b");
  Counted counted = std::move(working).Finish({});
  ASSERT_EQ(counted.causes.size(), 1'000U);
  EXPECT_EQ(counted.causes.front().index, 1U);
  EXPECT_EQ(counted.causes.back().index, 1'000U);
  EXPECT_EQ(counted.causes_left_out, 500U);
  EXPECT_EQ(counted.steps[0].clause, "objectives/duty");
}

TEST(Population, TextsOfNumbers) {
  EXPECT_EQ(ShareText(Ratio(999, 1000)), "999/1000 = 99.900000 %");
  EXPECT_EQ(NumberText(Ratio(6, 2)), "3");
  EXPECT_EQ(NumberText(Ratio(1, 3)), "1/3");
}

}  // namespace
}  // namespace tally::replay
