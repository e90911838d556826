// Goal: lines tile their range with judged and held states, and sets of intervals subtract exactly.
// Method: random worlds of the naive reference, state by state; random sets of ticks.
#include "replay/terms/state_line.h"

#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "tests/replay/terms/timeline_support.h"

namespace tally::replay {
namespace {

Instant Tick(int64_t tick) { return {Seconds(tick).micros}; }

SegmentKind KindOf(const StateStretch& stretch) {
  if (stretch.remaining) return SegmentKind::kRemaining;
  if (stretch.state == State::kUp) return SegmentKind::kUp;
  if (stretch.state == State::kDown) return SegmentKind::kDown;
  return stretch.state == State::kDegraded ? SegmentKind::kDegraded : SegmentKind::kUnknown;
}

TEST(StateLine, LinesAreThePictureOfTheNaiveReference) {
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    SmallWorld world = MakeSmallWorld(seed);
    world.exclusions.clear();
    AvailabilityMeter meter = StateMeter(world.measure, world.window.interval, world.knowledge);
    ASSERT_EQ(meter.reads(), world.window.interval);
    for (const Observation& observation : world.observations) {
      ASSERT_TRUE(meter.Add(observation).ok());
    }
    StateLine line = TakeStates(meter);
    Measured expected = MeasureNaively(world);
    ASSERT_EQ(line.size(), expected.picture.size()) << seed;
    for (size_t i = 0; i < line.size(); ++i) {
      EXPECT_EQ(line[i].interval, expected.picture[i].interval) << seed;
      EXPECT_EQ(KindOf(line[i]), expected.picture[i].kind) << seed;
    }
    std::vector<Interval> down =
        IntervalsWhere(line, [](const StateStretch& each) { return each.state == State::kDown; });
    EXPECT_EQ(LengthWithin(down, world.window.interval), expected.down);
  }
}

// T-69
TEST(StateLine, T69SetsOfTimeSubtractExactly) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::vector<bool> kept(40), removed(40);
    auto intervals = [&random](std::vector<bool>& ticks) {
      std::vector<Interval> list;
      for (size_t i = 0; i < ticks.size(); ++i) {
        ticks[i] = random() % 3 != 0;
        auto tick = static_cast<int64_t>(i);
        if (ticks[i]) list.push_back({Tick(tick), Tick(tick + 1)});
      }
      return Union(std::move(list), {Instant::Min(), Instant::Max()});
    };
    std::vector<Interval> from = intervals(kept);
    std::vector<Interval> without = intervals(removed);
    std::vector<Interval> expected;
    for (int64_t i = 0; i < 40; ++i) {
      auto at = static_cast<size_t>(i);
      if (kept[at] && !removed[at]) expected.push_back({Tick(i), Tick(i + 1)});
    }
    expected = Union(std::move(expected), {Instant::Min(), Instant::Max()});
    EXPECT_EQ(Without(from, without), expected);
  }
}

}  // namespace
}  // namespace tally::replay
