// Goal: downtime periods by error share (M2) are the runs that the terms describe. Method: each
// choice beside its opposite on one small history; and random histories against a simulation of
// every minute.
#include <random>

#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Population Downtime() {
  Population hour("downtime periods by error share", {{"quantum", "1 min"},
                                                      {"alignment", "clock"},
                                                      {"error share", "5"},
                                                      {"comparison", "more than"},
                                                      {"minimum samples", "100"},
                                                      {"consecutive", "3"},
                                                      {"run at window edge", "cut after test"},
                                                      {"excluded time", "breaks the run"},
                                                      {"denominator", "keep"},
                                                      {"window without requests", "up"},
                                                      {"invalid requests", "left out"},
                                                      {"retries", "left out"},
                                                      {"membership", "start"}});
  hour.Within("2026-04-01T10:00:00Z", "2026-04-01T11:00:00Z");
  return hour;
}

void Minute(Population& hour, int64_t minute, uint64_t valid, uint64_t good) {
  const Instant first = At("2026-04-01T10:00:00Z") + Minutes(minute);
  hour.Add(Interval{first, first + Minutes(1)}, RequestCounts{.valid = valid, .good = good});
}
void BadMinutes(Population& hour, int64_t from, int64_t until) {
  for (int64_t minute = from; minute < until; ++minute) Minute(hour, minute, 100, 0);
}

TEST(CountDowntime, OnlyRunsOfEnoughQuantaCountAndThenWhole) {
  Population hour = Downtime();
  BadMinutes(hour, 5, 7);    // two: not enough
  BadMinutes(hour, 10, 14);  // four
  EXPECT_EQ(hour.Value(), "14/15");
  EXPECT_EQ(hour.Count().failed, 4);
  EXPECT_EQ(hour.Count().population, 60);
  EXPECT_EQ(hour.Count().causes.size(), 4U);
}

TEST(CountDowntime, TheShareIsStrictOrNot) {
  for (const char* comparison : {"more than", "at least"}) {
    Population hour = Downtime();
    hour.Choose("comparison", comparison);
    for (int64_t minute = 0; minute < 3; ++minute) Minute(hour, minute, 100, 95);
    EXPECT_EQ(hour.Value(), comparison == std::string("at least") ? "19/20" : "1/1");
  }
}

TEST(CountDowntime, TooFewSamplesAreNotBad) {
  Population hour = Downtime();
  for (int64_t minute = 0; minute < 3; ++minute) Minute(hour, minute, 99, 0);
  EXPECT_EQ(hour.Value(), "1/1");
  EXPECT_EQ(hour.Choose("minimum samples", "99").Value(), "19/20");
  // Two reports of one quantum count together on the clock.
  hour.Choose("minimum samples", "100");
  for (int64_t minute = 0; minute < 3; ++minute) Minute(hour, minute, 1, 1);
  EXPECT_EQ(hour.Value(), "19/20");
}

TEST(CountDowntime, NoRequestsAtAllAreUpOrEmpty) {
  EXPECT_EQ(Downtime().Value(), "1/1");
  EXPECT_EQ(Downtime().Choose("window without requests", "empty").Value(), "none");
}

TEST(CountDowntime, ARunOverTheEdgeIsCutBeforeOrAfterTheTest) {
  Population hour = Downtime();
  BadMinutes(hour, -2, 1);
  EXPECT_EQ(hour.Value(), "59/60");
  EXPECT_EQ(hour.Choose("run at window edge", "cut before test").Value(), "1/1");
}

TEST(CountDowntime, ExcludedTimeBreaksARunOrIsPassedOver) {
  Population hour = Downtime();
  BadMinutes(hour, 10, 16);
  hour.Excluding("2026-04-01T10:12:00Z", "2026-04-01T10:14:00Z");
  EXPECT_EQ(hour.Value(), "1/1");  // two and two
  EXPECT_EQ(hour.Choose("excluded time", "is passed over").Value(), "14/15");
  EXPECT_EQ(hour.Choose("denominator", "remove").Value(), "27/29");
}

TEST(CountDowntime, SlidingQuantaAreTheReportsThemselves) {
  Population hour = Downtime();
  const Instant first = At("2026-04-01T10:00:30Z");
  hour.Add(Interval{first, first + Minutes(3)}, RequestCounts{.valid = 100, .good = 0});
  // On the clock it is one quantum's report; by itself it is three minutes long.
  EXPECT_EQ(hour.Value(), "1/1");
  EXPECT_EQ(hour.Choose("alignment", "sliding").Value(), "19/20");
  // A second report over the same time: together they are good in the middle minute.
  hour.Add(Interval{first + Minutes(1), first + Minutes(2)},
           RequestCounts{.valid = 10'000, .good = 10'000});
  EXPECT_EQ(hour.Value(), "1/1");
  EXPECT_EQ(hour.Choose("consecutive", "1").Value(), "29/30");
}

TEST(CountDowntime, RandomMinutesAgreeWithASimulation) {
  std::mt19937_64 random(2);
  const auto below = [&random](uint64_t limit) { return static_cast<int64_t>(random() % limit); };
  for (int round = 0; round < 500; ++round) {
    Population hour = Downtime();
    const int64_t consecutive = 1 + below(4);
    const bool before = below(2) == 0;
    const bool passed_over = below(2) == 0;
    const bool remove = below(2) == 0;
    hour.Choose("consecutive", std::to_string(consecutive))
        .Choose("run at window edge", before ? "cut before test" : "cut after test")
        .Choose("excluded time", passed_over ? "is passed over" : "breaks the run")
        .Choose("denominator", remove ? "remove" : "keep")
        .Choose("alignment", below(2) == 0 ? "clock" : "sliding");
    hour.Within("2026-04-01T10:00:00Z", "2026-04-01T10:12:00Z");
    const int64_t excluded_from = below(16) - 2;
    const int64_t excluded_until = excluded_from + below(5);
    const Instant zero = At("2026-04-01T10:00:00Z");
    if (excluded_until > excluded_from) {
      hour.exclusions = {{zero + Minutes(excluded_from), zero + Minutes(excluded_until)}};
    }
    const auto excluded = [&](int64_t minute) {
      return excluded_from <= minute && minute < excluded_until;
    };
    bool bad[20] = {};  // minute + 4
    for (int64_t minute = -4; minute < 16; ++minute) {
      bad[minute + 4] = below(3) != 0;
      Minute(hour, minute, 100, bad[minute + 4] ? 0 : 100);
    }
    int64_t counted = 0;
    int64_t run = 0;
    int64_t inside = 0;
    for (int64_t minute = -4; minute <= 16; ++minute) {
      const bool in_window = 0 <= minute && minute < 12;
      const bool seen = minute < 16 && (in_window || !before);
      if (minute < 16 && excluded(minute) && passed_over) continue;
      if (seen && !excluded(minute) && bad[minute + 4]) {
        ++run;
        if (in_window) ++inside;
        continue;
      }
      if (run >= consecutive) counted += inside;
      run = inside = 0;
    }
    int64_t denominator = 0;
    for (int64_t minute = 0; minute < 12; ++minute) {
      if (!remove || !excluded(minute)) ++denominator;
    }
    std::optional<Fraction> expected;
    if (denominator > 0) expected = Ratio(denominator - counted, denominator);
    ASSERT_EQ(hour.Count().value, expected) << "round " << round;
  }
}

}  // namespace
}  // namespace tally::replay
