// Goal: ratios of requests, pooled and by slices, are the exact fractions of their formulas for
// every choice. Method: the published zero-traffic case; each choice alone; and random small
// histories against a direct count over every slice.
#include <random>

#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Population Pooled() {
  return Population("request ratio", {{"invalid requests", "left out"},
                                      {"retries", "left out"},
                                      {"membership", "start"},
                                      {"minimum sample", "0"}});
}

Population Intervals() {
  return Population("mean of interval error rates", {{"interval", "5 min"},
                                                     {"alignment", "clock"},
                                                     {"empty interval", "no errors"},
                                                     {"excluded interval", "left out"},
                                                     {"minimum requests", "1"},
                                                     {"decimals", "12"},
                                                     {"invalid requests", "left out"},
                                                     {"retries", "left out"},
                                                     {"membership", "start"}});
}

Population Slices(bool mean) {
  std::map<std::string, std::string> choices = {
      {"slice", "1 h"},           {"alignment", "clock"},    {"empty slice", "left out"},
      {"excluded slice", "good"}, {"minimum requests", "1"}, {"invalid requests", "left out"},
      {"retries", "left out"},    {"membership", "start"}};
  choices[mean ? "decimals" : "slice target"] = mean ? "3" : "99";
  return Population(mean ? "mean of slice ratios" : "good slices", choices);
}

// Interval `index` of five minutes of April.
Interval FiveMinutes(int64_t index) {
  const Instant first = At("2026-04-01T00:00:00Z") + Minutes(5 * index);
  return {first, first + Minutes(5)};
}

// GC-14: 100 of 8,640 intervals had requests, 20 of them with 50 % errors.
TEST(CountRequests, GC14ZeroTraffic) {
  Population april = Intervals();
  for (int64_t i = 0; i < 100; ++i) {
    april.Add(FiveMinutes(i * 80), RequestCounts{.valid = 10, .good = i < 20 ? 5U : 10U});
  }
  EXPECT_EQ(april.Value(), "863/864");
  EXPECT_EQ(FormatPercent(*april.Count().value), "99.884259");
  EXPECT_EQ(april.Count().population, 8'640);
  EXPECT_EQ(april.Count().failed, 20);
  // Ignoring empty intervals would give 90 %.
  EXPECT_EQ(april.Choose("empty interval", "left out").Value(), "9/10");
}

TEST(CountRequests, GC14MonthWithoutRequests) {
  EXPECT_EQ(Intervals().Value(), "1/1");
  EXPECT_EQ(Intervals().Choose("empty interval", "left out").Value(), "none");
}

TEST(CountRequests, PooledRatioByEachChoice) {
  Population pooled = Pooled();
  pooled.Add("2026-04-01T00:00:00Z",
             RequestCounts{.valid = 100, .good = 90, .invalid = 20, .retries = 5});
  EXPECT_EQ(pooled.Value(), "9/10");
  EXPECT_EQ(pooled.Count().population, 100);
  EXPECT_EQ(pooled.Count().failed, 10);
  EXPECT_EQ(pooled.Choose("invalid requests", "not good").Value(), "3/4");
  EXPECT_EQ(pooled.Choose("retries", "not good").Value(), "18/25");
  EXPECT_EQ(pooled.Choose("minimum sample", "126").Value(), "18/25 indeterminate");
  EXPECT_EQ(pooled.Choose("minimum sample", "125").Value(), "18/25");
  EXPECT_EQ(pooled.Excluding("2026-04-01T00:00:00Z", "2026-04-01T00:00:01Z").Value(),
            "none indeterminate");
}

TEST(CountRequests, AReportOverTheEdgeBelongsToItsStartOrItsEnd) {
  Population pooled = Pooled();
  pooled.Add(Between("2026-03-31T23:59:00Z", "2026-04-01T00:00:00Z"),
             RequestCounts{.valid = 1, .good = 0});
  pooled.Add(Between("2026-03-31T23:59:30Z", "2026-04-01T00:00:30Z"),
             RequestCounts{.valid = 10, .good = 10});
  pooled.Add(Between("2026-04-30T23:59:30Z", "2026-05-01T00:00:00.000001Z"),
             RequestCounts{.valid = 5, .good = 4});
  EXPECT_EQ(pooled.Value(), "4/5");
  // By the end: up to midnight is the day before, and a microsecond after it is the day after.
  EXPECT_EQ(pooled.Choose("membership", "end").Value(), "1/1");
  EXPECT_EQ(pooled.Count().population, 10);
}

TEST(CountRequests, CountsOfSixtyFourBitsAddUp) {
  Population pooled = Pooled();
  const uint64_t most = ~uint64_t{0};
  pooled.Add("2026-04-01T00:00:00Z", RequestCounts{.valid = most, .good = most});
  pooled.Add("2026-04-02T00:00:00Z", RequestCounts{.valid = most, .good = 0});
  EXPECT_EQ(pooled.Value(), "1/2");
  EXPECT_EQ(pooled.Count().population, std::numeric_limits<int64_t>::max());
}

TEST(CountRequests, ASliceAtItsTargetIsGood) {
  Population slices = Slices(false);
  slices.Add("2026-04-01T00:10:00Z", RequestCounts{.valid = 100, .good = 99});
  slices.Add("2026-04-01T01:10:00Z", RequestCounts{.valid = 1000, .good = 989});
  EXPECT_EQ(slices.Value(), "1/2");
  EXPECT_EQ(slices.Choose("empty slice", "good").Value(), "719/720");
  EXPECT_EQ(slices.Choose("empty slice", "bad").Value(), "1/720");
  EXPECT_EQ(slices.Choose("minimum requests", "101").Value(), "0/1");
}

TEST(CountRequests, RatiosOfSlicesAreRoundedHalfToEvenBeforeTheMean) {
  Population slices = Slices(true);
  slices.Add("2026-04-01T00:10:00Z", RequestCounts{.valid = 2000, .good = 1});  // 0.0005
  slices.Add("2026-04-01T01:10:00Z", RequestCounts{.valid = 2000, .good = 3});  // 0.0015
  EXPECT_EQ(slices.Value(), "1/1000");                          // (0.000 + 0.002) / 2
  EXPECT_EQ(slices.Choose("decimals", "4").Value(), "1/1000");  // (0.0005 + 0.0015) / 2
  EXPECT_EQ(slices.Choose("decimals", "0").Value(), "0/1");
}

TEST(CountRequests, AMeanOfSlicesCountsThoseWithErrors) {
  Population slices = Slices(true);
  slices.Add("2026-04-01T00:10:00Z", RequestCounts{.valid = 10, .good = 9});
  slices.Add("2026-04-01T01:10:00Z", RequestCounts{.valid = 10, .good = 10});
  slices.Add("2026-04-01T02:10:00Z", RequestCounts{.valid = 10, .good = 0});
  EXPECT_EQ(slices.Count().failed, 2);
  EXPECT_EQ(slices.Count().population, 3);
  // April has 720 hours; 717 of them were empty.
  EXPECT_EQ(slices.Choose("empty slice", "bad").Count().failed, 719);
  EXPECT_EQ(slices.Choose("empty slice", "good").Count().failed, 2);
}

TEST(CountRequests, WhatIsNotOverIsGoodUnlessEmptySlicesAreLeftOut) {
  Population slices = Slices(false);
  slices.KnownAt("2026-04-01T02:30:00Z").Choose("empty slice", "bad");
  slices.Add("2026-04-01T00:10:00Z", RequestCounts{.valid = 10, .good = 10});
  // 00:00 is good, 01:00 was empty, 02:00 and later are not over.
  EXPECT_EQ(slices.Value(), "719/720");
  slices.Add("2026-04-01T02:10:00Z", RequestCounts{.valid = 10, .good = 0});
  EXPECT_EQ(slices.Value(), "359/360");  // already bad, whatever follows
  EXPECT_EQ(slices.Choose("empty slice", "left out").Value(), "1/2");
}

TEST(CountRequests, ChoicesThatDoNotHoldTogetherAreRefused) {
  EXPECT_FALSE(Intervals().Choose("minimum requests", "0").Try().ok());
  EXPECT_FALSE(Intervals().Choose("decimals", "13").Try().ok());
  EXPECT_FALSE(Slices(false).Choose("slice target", "101").Try().ok());
}

// The same by looking at every slice of a short window in turn.
TEST(CountRequests, RandomSlicesAgreeWithADirectCount) {
  std::mt19937_64 random(48);
  const auto below = [&random](uint64_t limit) { return random() % limit; };
  for (int round = 0; round < 800; ++round) {
    Population slices = Slices(true);
    const bool clock = below(2) == 0;
    const char* empties[] = {"good", "bad", "left out"};
    const std::string empty = empties[below(3)];
    const std::string excluded = below(2) == 0 ? "good" : "left out";
    const int64_t length = static_cast<int64_t>(1 + below(4));
    slices.Choose("slice", FormatDuration(Minutes(length)))
        .Choose("alignment", clock ? "clock" : "window")
        .Choose("empty slice", empty)
        .Choose("excluded slice", excluded)
        .Choose("decimals", "6");
    const auto minute = [](uint64_t n) { return Instant{} + Minutes(static_cast<int64_t>(n)); };
    slices.window.interval = {minute(10 + below(4)), minute(16 + below(10))};
    slices.knowledge.instant = minute(8 + below(24));
    if (below(2) == 0) slices.exclusions = {{minute(11), minute(12 + below(4))}};
    std::vector<std::tuple<Instant, uint64_t, uint64_t>> reports;
    for (uint64_t n = below(12); n > 0; --n) {
      const Instant at = minute(5 + below(25));
      const uint64_t valid = below(4);
      const uint64_t good = valid == 0 ? 0 : below(valid + 1);
      if (at > slices.knowledge.instant) continue;
      reports.emplace_back(at, valid, good);
      slices.Add(Interval{at, at}, RequestCounts{.valid = valid, .good = good});
    }
    const Interval window = slices.window.interval;
    const auto is_excluded = [&slices](Instant at) {
      return !slices.exclusions.empty() && slices.exclusions[0].Contains(at);
    };
    int64_t n = 0;
    Fraction sum;
    for (uint64_t start = 0; start < 40; ++start) {
      const Instant first = minute(start);
      const Instant origin = clock ? Instant{} : window.first;
      if ((first - origin).micros % Minutes(length).micros != 0) continue;
      if (!window.Contains(first)) continue;
      Instant limit = first + Minutes(length);
      if (!clock) limit = std::min(limit, window.limit);
      int64_t valid = 0;
      int64_t good = 0;
      for (const auto& [at, report_valid, report_good] : reports) {
        if (at < first || at >= limit || is_excluded(at)) continue;
        valid += static_cast<int64_t>(report_valid);
        good += static_cast<int64_t>(report_good);
      }
      std::optional<Fraction> ratio;
      if (is_excluded(first)) {
        if (excluded == "good") ratio = Fraction::Whole(1);
      } else if (valid > 0) {
        const Fraction exact = *Fraction::Multiply(Ratio(good, valid), Ratio(1'000'000, 1));
        ratio = Ratio(*RoundToInteger(exact, Rounding::kHalfEven), 1'000'000);
      } else if (empty != "left out") {
        const bool over = limit <= slices.knowledge.instant;
        ratio = Fraction::Whole(over && empty == "bad" ? 0 : 1);
      }
      if (!ratio) continue;
      ++n;
      sum = *Fraction::Add(sum, *ratio);
    }
    std::optional<Fraction> expected;
    if (n > 0) expected = *Fraction::Divide(sum, Ratio(n, 1));
    ASSERT_EQ(slices.Count().value, expected) << "round " << round;
  }
}

}  // namespace
}  // namespace tally::replay
