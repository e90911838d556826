// Goal: unavailable time begins and ends with the first of enough equal intervals.
// Method: the published sequence (GC-10), then random seconds against a machine that looks at one
// interval at a time.
#include "replay/terms/hysteresis.h"

#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "replay/terms/availability.h"

namespace tally::replay {
namespace {

Instant Tick(int64_t tick) { return {Seconds(tick).micros}; }
Interval Ticks(int64_t first, int64_t limit) { return {Tick(first), Tick(limit)}; }
using Intervals = std::vector<Interval>;

// GC-10
TEST(Hysteresis, GC10TenInTenOut) {
  HysteresisRule rule{Seconds(1), 10, 10, BadInterval::kAnyOfIt};
  EXPECT_EQ(UnavailableTime({Ticks(0, 12), Ticks(21, 22)}, Ticks(0, 61), rule),
            (Intervals{Ticks(0, 22)}));
  EXPECT_EQ(UnavailableTime({Ticks(0, 9)}, Ticks(0, 61), rule), Intervals{});
  EXPECT_EQ(UnavailableTime({Ticks(0, 10)}, Ticks(0, 61), rule), (Intervals{Ticks(0, 10)}));
  // Knowledge ends before ten good seconds have passed: it is unavailable as far as anybody knows.
  EXPECT_EQ(UnavailableTime({Ticks(0, 12)}, Ticks(0, 21), rule), (Intervals{Ticks(0, 21)}));
  EXPECT_EQ(UnavailableTime({Ticks(0, 12)}, Ticks(0, 22), rule), (Intervals{Ticks(0, 12)}));
}

TEST(Hysteresis, AnIntervalIsBadByAnyOrAllOfIt) {
  HysteresisRule rule{Seconds(10), 1, 1, BadInterval::kAnyOfIt};
  EXPECT_EQ(UnavailableTime({Ticks(-5, -4), Ticks(25, 31)}, Ticks(-100, 100), rule),
            (Intervals{Ticks(-10, 0), Ticks(20, 40)}));
  rule.bad = BadInterval::kAllOfIt;
  EXPECT_EQ(UnavailableTime({Ticks(-15, 9), Ticks(20, 31)}, Ticks(-100, 100), rule),
            (Intervals{Ticks(-10, 0), Ticks(20, 30)}));
}

// Knowledge ends inside [40, 50): what is bad there so far counts for nothing yet.
TEST(Hysteresis, AnIntervalThatIsNotOverIsGood) {
  for (const BadInterval bad : {BadInterval::kAnyOfIt, BadInterval::kAllOfIt}) {
    const HysteresisRule rule{Seconds(10), 2, 3, bad};
    EXPECT_EQ(UnavailableTime({Ticks(10, 45)}, Ticks(0, 45), rule), (Intervals{Ticks(10, 40)}));
    EXPECT_EQ(UnavailableTime({Ticks(30, 45)}, Ticks(0, 45), rule), Intervals{});
    EXPECT_EQ(UnavailableTime({Ticks(30, 50)}, Ticks(0, 50), rule), (Intervals{Ticks(30, 50)}));
  }
}

Intervals Naively(const std::vector<bool>& bad, int64_t begin, int64_t end) {
  auto run_from = [&](size_t at, bool value) {
    int64_t length = 0;
    while (at < bad.size() && bad[at] == value) ++at, ++length;
    return length;
  };
  Intervals unavailable;
  bool down = false;
  for (size_t i = 0; i < bad.size(); ++i) {
    if (!down && bad[i] && run_from(i, true) >= begin) down = true;
    if (down && !bad[i] && run_from(i, false) >= end) down = false;
    auto tick = static_cast<int64_t>(i);
    if (down) unavailable.push_back(Ticks(tick, tick + 1));
  }
  return Union(std::move(unavailable), {Instant::Min(), Instant::Max()});
}

TEST(Hysteresis, EveryIntervalByItselfGivesTheSame) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 5000; ++round) {
    std::vector<bool> bad(60);
    Intervals pieces;
    bool state = false;
    for (size_t i = 0; i < bad.size(); ++i) {
      if (random() % 4 == 0) state = !state;
      bad[i] = state;
      auto tick = static_cast<int64_t>(i);
      if (state) pieces.push_back(Ticks(tick, tick + 1));
    }
    auto begin = static_cast<int64_t>(random() % 6 + 1),
         end = static_cast<int64_t>(random() % 6 + 1);
    HysteresisRule rule{Seconds(1), begin, end, BadInterval::kAnyOfIt};
    Intervals joined = Union(pieces, {Instant::Min(), Instant::Max()});
    EXPECT_EQ(UnavailableTime(joined, Ticks(0, 60), rule), Naively(bad, begin, end)) << round;
  }
}

}  // namespace
}  // namespace tally::replay
