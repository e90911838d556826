// Goal: percentiles and shares of samples are decided exactly, by either method, from samples or
// from histograms. Method: the published examples; each choice beside its opposite; and random
// samples against the definitions, on which histogram, percentile and share must agree.
#include <algorithm>
#include <random>

#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

constexpr char kNoon[] = "2026-04-10T12:00:00Z";

Population Percentile(const std::string& percentile, const std::string& method = "nearest rank") {
  return Population("latency percentile", {{"percentile", percentile},
                                           {"method", method},
                                           {"from", "samples"},
                                           {"failed samples", "slower than any"},
                                           {"membership", "start"},
                                           {"minimum sample", "0"}});
}
Population Share(const std::string& longest) {
  return Population("share within threshold", {{"measured", "time"},
                                               {"from", "samples"},
                                               {"limit is", "at most"},
                                               {"longest", longest},
                                               {"failed samples", "not met"},
                                               {"membership", "start"},
                                               {"minimum sample", "0"}});
}

SampleValue Sample(State state, std::optional<Duration> took) {
  SampleValue sample;
  sample.state = state;
  sample.took = took;
  return sample;
}
void Took(Population& samples, int64_t milliseconds) {
  samples.Add(kNoon, Sample(State::kUp, Milliseconds(milliseconds)));
}
void Failed(Population& samples) { samples.Add(kNoon, Sample(State::kDown, Milliseconds(1))); }
void Five(Population& samples) {
  for (int64_t ms : {50, 15, 40, 20, 35}) Took(samples, ms);
}

// GC-17: 15, 20, 35, 40, 50 ms.
TEST(CountLatency, GC17PercentileDefinitions) {
  for (const auto& [percentile, value] : std::vector<std::pair<const char*, const char*>>{
           {"30", "1/50"}, {"40", "1/50"}, {"50", "7/200"}, {"95", "1/20"}, {"100", "1/20"}}) {
    Population samples = Percentile(percentile);
    Five(samples);
    EXPECT_EQ(samples.Value(), value) << percentile;
  }
  Population linear = Percentile("95", "linear");
  Five(linear);
  EXPECT_EQ(linear.Value(), "6/125");  // 48 ms: met at 48, where nearest rank gives 50
  EXPECT_EQ(linear.Choose("percentile", "25").Value(), "1/50");
  EXPECT_EQ(linear.Choose("percentile", "100").Value(), "1/20");
}

TEST(CountLatency, GC17TheRankIsFoundInIntegers) {
  for (const auto& [n, percentile, rank] :
       std::vector<std::tuple<int64_t, const char*, int64_t>>{{1000, "99.9", 999},
                                                              {2000, "99.9", 1998},
                                                              {5000, "99.9", 4995},
                                                              {1000, "0.1", 1},
                                                              {1000, "0.000001", 1},
                                                              {1001, "99.9", 1000}}) {
    Population samples = Percentile(percentile);
    for (int64_t ms = n; ms >= 1; --ms) Took(samples, ms);
    EXPECT_EQ(samples.Count().value, Ratio(rank, 1000)) << n << " " << percentile;
  }
}

TEST(CountLatency, PercentileZeroAndInterpolatedHistogramsAreRefused) {
  EXPECT_FALSE(Percentile("0").Try().ok());
  EXPECT_FALSE(Percentile("101").Try().ok());
  EXPECT_FALSE(Percentile("95", "linear").Choose("from", "histograms").Try().ok());
  EXPECT_FALSE(Share("1 s").Choose("from", "histograms").Choose("limit is", "at least").Try().ok());
}

TEST(CountLatency, FailedSamplesAreLeftOutOrSlowerThanAny) {
  for (const char* method : {"nearest rank", "linear"}) {
    Population samples = Percentile("90", method);
    Five(samples);
    Failed(samples);
    EXPECT_GT(*samples.Count().value, Fraction::Whole(1'000'000'000)) << method;
    EXPECT_EQ(samples.Count().beyond, "slower than any limit: a failed sample") << method;
    EXPECT_EQ(samples.Count().steps.back().result, samples.Count().beyond) << method;
    samples.Choose("failed samples", "left out");
    EXPECT_LE(*samples.Count().value, Ratio(1, 20)) << method;
    EXPECT_EQ(samples.Count().beyond, "") << method;
  }
  Population none = Percentile("90");
  EXPECT_EQ(none.Value(), "none");
  EXPECT_EQ(none.Choose("minimum sample", "1").Value(), "none indeterminate");
}

TEST(CountLatency, WhatHasNoStateOrNoTimeIsNoSample) {
  Population samples = Percentile("100");
  Took(samples, 5);
  samples.Add(kNoon, Sample(State::kUnknown, Milliseconds(9)));
  samples.Add(kNoon, Sample(State::kUp, std::nullopt));
  EXPECT_EQ(samples.Value(), "1/200");
  EXPECT_EQ(samples.Count().population, 1);
  EXPECT_EQ(samples.Excluding("2026-04-10T00:00:00Z", kNoon).Value(), "1/200");
  samples.exclusions[0].limit.micros += 1;
  EXPECT_EQ(samples.Value(), "none");
}

LatencyHistogram Histogram(std::vector<int64_t> edges_ms, std::vector<uint64_t> counts,
                           uint64_t above = 0, uint64_t failed = 0) {
  LatencyHistogram histogram;
  for (int64_t edge : edges_ms) histogram.edges.push_back(Milliseconds(edge));
  histogram.counts = std::move(counts);
  histogram.above = above;
  histogram.failed = failed;
  return histogram;
}

TEST(CountLatency, AHistogramDecidesAtItsEdgesOnly) {
  Population share = Share("300 ms").Choose("from", "histograms");
  share.Add(kNoon, Histogram({100, 300, 500}, {90, 5, 3}, 1, 1));
  EXPECT_EQ(share.Value(), "19/20");
  EXPECT_EQ(share.Choose("failed samples", "left out").Value(), "95/99");
  share.Add(kNoon, Histogram({300, 900}, {1, 0}));
  EXPECT_EQ(share.Value(), "24/25");
  EXPECT_EQ(share.Choose("longest", "100 ms").Value(), "none indeterminate");

  Population percentile = Percentile("95").Choose("from", "histograms").Target("0.3");
  percentile.Add(kNoon, Histogram({100, 300, 500}, {90, 5, 3}, 1, 1));
  EXPECT_EQ(percentile.Value(), "3/10");
  EXPECT_EQ(percentile.Count().failed, 5) << "four above the target and one that failed";
  EXPECT_EQ(percentile.Target("0.4").Value(), "3/10 indeterminate");
  EXPECT_EQ(percentile.Target("0.5").Choose("percentile", "98").Value(), "1/2");
  EXPECT_GT(*percentile.Choose("percentile", "99").Count().value, Fraction::Whole(1'000'000));
  EXPECT_EQ(percentile.Count().beyond,
            "slower than any limit: a failed sample, or one above all edges");
}

// GC-29: shares at the edges of a ladder.
TEST(CountLatency, GC29SharesInTime) {
  for (const auto& [met, n, text] :
       std::vector<std::tuple<int, int, const char*>>{{19, 20, "19/20"},
                                                      {949, 1000, "949/1000"},
                                                      {18, 20, "9/10"},
                                                      {17, 20, "17/20"},
                                                      {16, 20, "4/5"},
                                                      {1, 100, "1/100"},
                                                      {4, 100, "1/25"}}) {
    Population share = Share("2 h");
    for (int i = 0; i < n; ++i) Took(share, i < met ? 7'200'000 : 7'200'001);
    EXPECT_EQ(share.Value(), text);
  }
  EXPECT_EQ(Share("2 h").Value(), "none");  // no ticket: the empty rule decides
}

// Download of at least 30 Mbps: exactly 30 meets it, a failed test does not.
TEST(CountLatency, SampleNumbersAreComparedInTheUnitOfTheSource) {
  Population line = Share("1 s")
                        .Choose("measured", "number")
                        .Choose("longest", "")
                        .Choose("limit", "30")
                        .Choose("limit is", "at least");
  const auto download = [&line](absl::string_view mbps, State state) {
    SampleValue sample = Sample(state, std::nullopt);
    sample.value = Number(mbps);
    line.Add(kNoon, sample);
  };
  download("30", State::kUp);
  download("30.00", State::kDegraded);
  download("29.999999", State::kUp);
  download("0", State::kDown);
  EXPECT_EQ(line.Value(), "1/2");
  EXPECT_EQ(line.Count().failed, 2);
  EXPECT_EQ(line.Choose("failed samples", "left out").Value(), "2/3");
  EXPECT_EQ(line.Choose("limit is", "at most").Value(), "1/1");
  EXPECT_FALSE(line.Choose("from", "histograms").Try().ok());
}

TEST(CountLatency, RandomSamplesAgreeWithTheDefinitions) {
  std::mt19937_64 random(9);
  const auto below = [&random](uint64_t limit) { return static_cast<int64_t>(random() % limit); };
  for (int round = 0; round < 500; ++round) {
    const int64_t thousandths = 1 + below(1000);
    const std::string percentile =
        FormatDecimal(Decimal{thousandths, 1}.Normalised());  // 0.1 to 100
    const int64_t limit = below(8);
    Population nearest = Percentile(percentile);
    Population linear = Percentile(percentile, "linear");
    Population share = Share(FormatDuration(Milliseconds(limit + 1)));
    Population buckets = Percentile(percentile).Choose("from", "histograms").Target("0.001");
    std::vector<int64_t> sorted;
    std::vector<uint64_t> counts(8, 0);
    const int64_t n = 1 + below(12);
    for (int64_t i = 0; i < n; ++i) {
      const int64_t ms = 1 + below(8);
      sorted.push_back(ms);
      ++counts[static_cast<size_t>(ms - 1)];
      for (Population* each : {&nearest, &linear, &share}) Took(*each, ms);
    }
    buckets.Add(kNoon, Histogram({1, 2, 3, 4, 5, 6, 7, 8}, counts));
    std::sort(sorted.begin(), sorted.end());
    // The least sample with at least p of all at or below it.
    int64_t expected = 0;
    for (int64_t x : sorted) {
      const auto at_most = std::upper_bound(sorted.begin(), sorted.end(), x) - sorted.begin();
      if (at_most * 1000 >= thousandths * n) {
        expected = x;
        break;
      }
    }
    ASSERT_EQ(nearest.Count().value, Ratio(expected, 1000)) << "round " << round;
    ASSERT_EQ(buckets.Count().value, Ratio(expected, 1000)) << "round " << round;
    const bool met = expected <= limit + 1;
    const Fraction within = *share.Count().value;
    ASSERT_EQ(within >= Ratio(thousandths, 1000), met) << "round " << round;
    const int64_t position = (n - 1) * thousandths;
    const size_t low = static_cast<size_t>(position / 1000);
    const int64_t next = sorted[std::min(low + 1, sorted.size() - 1)];
    ASSERT_EQ(linear.Count().value,
              Ratio(sorted[low] * 1000 + (next - sorted[low]) * (position % 1000), 1'000'000))
        << "round " << round;
  }
}

}  // namespace
}  // namespace tally::replay
