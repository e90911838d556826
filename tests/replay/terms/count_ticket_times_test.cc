// Goal: means and percentiles of ticket times are exact.
// Method: small logs; every rank of a hundred tickets for many percentiles, against the rank
// counted out one by one.
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/desk_support.h"

namespace tally::replay {
namespace {

// Tickets that take so many seconds, of sites and priorities in turn.
TicketLog Taking(const std::vector<int64_t>& seconds,
                 const std::vector<std::string>& sites = {""}) {
  TicketLog log;
  for (size_t i = 0; i < seconds.size(); ++i) {
    TicketEvent words;
    words.site = sites[i % sites.size()];
    words.priority = i % 2 == 0 ? "P1" : "P2";
    const std::string name = absl::StrCat("t", i);
    log.Add(name, "2026-06-01T00:00:00Z", TicketStep::kOpened, words)
        .Add(name, FormatInstant(DeskTime("2026-06-01T00:00:00Z") + Seconds(seconds[i])),
             TicketStep::kResolved);
  }
  return log;
}

std::string Value(const Counted& counted) {
  if (!counted.value) return "none";
  return absl::StrCat(FormatWide(counted.value->numerator()), "/",
                      FormatWide(counted.value->denominator()));
}
std::string Mean(const StatedChoices& changes, const TicketLog& log) {
  return Value(Desk().Count("mean ticket time", With(PlainMean(), changes), log));
}

TEST(TicketTimes, EveryRankOfAHundred) {
  std::vector<int64_t> seconds;
  for (int64_t i = 100; i >= 1; --i) seconds.push_back(i * 10);
  const TicketLog log = Taking(seconds);
  const std::vector<Item> items = log.items();
  for (int tenths = 1; tenths <= 1'000; tenths += 7) {
    int64_t rank = 1;  // the smallest whose share of the tickets is at least the percentile
    while (rank * 10 < tenths) ++rank;
    const std::string percentile = FormatDecimal(Decimal{tenths, 1}.Normalised());
    const Counted counted =
        Desk().Count("percentile of ticket time", PlainPercentile(percentile), items);
    EXPECT_EQ(Value(counted), absl::StrCat(rank * 10, "/1")) << percentile;
    EXPECT_EQ(counted.population, 100);
  }
}

// A trap of doubles: 99.9 % of 1000 is rank 999, not 1000.
TEST(TicketTimes, ThePercentileOfAThousandIsExact) {
  std::vector<int64_t> seconds;
  for (int64_t i = 1; i <= 1'000; ++i) seconds.push_back(i);
  EXPECT_EQ(
      Value(Desk().Count("percentile of ticket time", PlainPercentile("99.9"), Taking(seconds))),
      "999/1");
}

TEST(TicketTimes, APercentileOfZeroOrAboveAHundredIsRefused) {
  const std::vector<Item> items;
  for (const char* percentile : {"0", "100.1"}) {
    EXPECT_EQ(
        Desk()
            .Try(DeskObjective("percentile of ticket time", PlainPercentile(percentile)), items)
            .status()
            .code(),
        absl::StatusCode::kInvalidArgument);
  }
}

TEST(TicketTimes, MeansAreFractions) {
  EXPECT_EQ(Mean({}, Taking({10, 20, 40})), "70/3");
  EXPECT_EQ(Mean({}, TicketLog()), "none");
  EXPECT_EQ(Mean({{"priority", {"at start"}}, {"priorities", {"P1"}}}, Taking({10, 20, 40})),
            "25/1");
  EXPECT_EQ(Mean({{"priority", {"at start"}}, {"priorities", {"P9"}}}, Taking({10, 20, 40})),
            "none");
}

TEST(TicketTimes, OutliersCountAreCutOrLeftOut) {
  const TicketLog log = Taking({10, 20, 60});
  EXPECT_EQ(Mean({}, log), "30/1");
  EXPECT_EQ(Mean({{"outliers", {"left out"}}, {"outlier limit", {"20 s"}}}, log), "15/1");
  EXPECT_EQ(Mean({{"outliers", {"cut to the limit"}}, {"outlier limit", {"45 s"}}}, log), "25/1");
  EXPECT_EQ(Mean({{"outliers", {"left out"}}, {"outlier limit", {"1 s"}}}, log), "none");
}

TEST(TicketTimes, TheMeanOfSitesIsNotTheMeanOfTickets) {
  const TicketLog log = Taking({10, 100, 20, 100, 30}, {"Berlin", "Oslo"});
  EXPECT_EQ(Mean({}, log), "52/1");
  EXPECT_EQ(Mean({{"mean of", {"sites"}}}, log), "60/1");  // 20 and 100
  // A mean that is no whole number of microseconds is rounded, half to even.
  EXPECT_EQ(Mean({{"mean of", {"sites"}}}, Taking({0, 0, 1})), "333333/1000000");
}

TEST(TicketTimes, OnlyStoppedTicketsOfTheWindowHaveATime) {
  TicketLog log = Taking({10, 20});
  log.Add("open", "2026-06-01T00:00:00Z", TicketStep::kOpened)
      .Add("stray", "2026-06-02T00:00:00Z", TicketStep::kResolved);
  const Counted counted =
      Desk().Count("mean ticket time", With(PlainMean(), {{"window of a ticket", {"start"}}}), log);
  EXPECT_EQ(Value(counted), "15/1");
  EXPECT_EQ(counted.population, 2);
  std::string left_out;
  for (const DerivationStep& step : counted.steps) {
    if (step.step == "open" || step.step == "not started") {
      absl::StrAppend(&left_out, step.step, " ", step.result, " ");
    }
  }
  EXPECT_EQ(left_out, "not started 1 open 1 ");
  EXPECT_EQ(Value(Desk().Count("mean ticket time", PlainMean(), log)), "15/1");
}

}  // namespace
}  // namespace tally::replay
