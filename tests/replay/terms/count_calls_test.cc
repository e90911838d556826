// Goal: the five formulas of the telephone service factor, abandonment and the speed of answer give
// the published figures, and intervals are used only for the limits that they were counted with.
// Method: GC-39 with its second example; small sets of intervals for each choice.
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/desk_support.h"

namespace tally::replay {
namespace {

Item Calls(absl::string_view at, const CallCounts& counts) {
  Item item;
  item.observed = {DeskTime(at), DeskTime(at) + Minutes(30)};
  item.body = counts;
  return item;
}

// GC-39's figures; short calls are those abandoned within 5 s.
CallCounts Published() {
  CallCounts counts;
  counts.queue = "support";
  counts.offered = 1'060;
  counts.answered = 1'000;
  counts.answered_in_time = 860;
  counts.abandoned = 60;
  counts.abandoned_in_time = 20;
  counts.abandoned_short = 10;
  counts.threshold = Seconds(20);
  counts.short_limit = Seconds(5);
  counts.waited = Seconds(12'345);
  return counts;
}

StatedChoices ServiceFactor(const std::string& abandoned_calls) {
  StatedChoices stated = {{"queues", {"none"}},
                          {"threshold", {"20 s"}},
                          {"abandoned calls", {abandoned_calls}},
                          {"aggregation", {"all calls"}},
                          {"minimum sample", {"0"}}};
  if (abandoned_calls == "short ones count as good") stated["short limit"] = {"5 s"};
  return stated;
}

std::string Percent(const Counted& counted) {
  return counted.value ? FormatPercent(*counted.value) : "none";
}

// GC-39
TEST(CountCalls, GC39FiveFormulas) {
  const std::vector<Item> items = {Calls("2026-06-01T08:00:00Z", Published())};
  const struct {
    const char* abandoned_calls;
    const char* percent;
    bool met_at_82;
  } cases[] = {{"in time count as good", "83.018868", true},
               {"left out", "86.000000", true},
               {"count against", "81.132075", false},
               {"in time left out", "82.692308", true},
               {"short ones count as good", "82.075472", true}};
  for (const auto& each : cases) {
    const Counted counted =
        Desk().Count("telephone service factor", ServiceFactor(each.abandoned_calls), items);
    EXPECT_EQ(Percent(counted), each.percent) << each.abandoned_calls;
    ASSERT_TRUE(counted.value.has_value());
    EXPECT_EQ(*counted.value >= *Fraction::Of(82, 100), each.met_at_82) << each.abandoned_calls;
  }
  CallCounts second;
  second.offered = second.answered = 170;
  second.answered_in_time = 136;
  second.threshold = Seconds(20);
  const std::vector<Item> other = {Calls("2026-06-01T08:00:00Z", second)};
  EXPECT_EQ(*Desk().Count("telephone service factor", ServiceFactor("left out"), other).value,
            *Fraction::Of(80, 100));
}

TEST(CountCalls, AbandonmentWithAndWithoutShortCalls) {
  const std::vector<Item> items = {Calls("2026-06-01T08:00:00Z", Published())};
  const auto share = [&](const char* limit) {
    return Desk().Count("call abandonment",
                        {{"queues", {"none"}}, {"short limit", {limit}}, {"minimum sample", {"0"}}},
                        items);
  };
  EXPECT_EQ(*share("5 s").value, *Fraction::Of(50, 1'050));
  EXPECT_EQ(share("5 s").failed, 50);
  EXPECT_EQ(*share("none").value, *Fraction::Of(60, 1'060));
  // Counted with another limit: not usable, and the window has no verdict.
  EXPECT_TRUE(share("6 s").indeterminate);
  EXPECT_FALSE(share("6 s").value.has_value());
}

TEST(CountCalls, TheSpeedOfAnswerIsAFraction) {
  const std::vector<Item> items = {Calls("2026-06-01T08:00:00Z", Published()),
                                   Calls("2026-06-01T08:30:00Z", Published())};
  const StatedChoices stated = {{"queues", {"none"}}, {"minimum sample", {"2001"}}};
  const Counted counted = Desk().Count("average speed of answer", stated, items);
  EXPECT_EQ(*counted.value, *Fraction::Of(12'345, 1'000));
  EXPECT_EQ(counted.population, 2'000);
  EXPECT_TRUE(counted.indeterminate);
  EXPECT_FALSE(Desk().Count("average speed of answer", stated, std::vector<Item>{}).value);
}

TEST(CountCalls, IntervalsBelongToTheWindowOfTheirBeginning) {
  Desk desk;
  desk.window = {DeskTime("2026-06-01T00:00:00Z"), DeskTime("2026-07-01T00:00:00Z")};
  desk.exclusions = {{DeskTime("2026-06-02T00:00:00Z"), DeskTime("2026-06-03T00:00:00Z")}};
  CallCounts sales = Published();
  sales.queue = "sales";
  sales.answered_in_time = 0;
  CallCounts other = Published();
  other.threshold = Seconds(30);
  const std::vector<Item> items = {
      Calls("2026-05-31T23:45:00Z", sales),        // before
      Calls("2026-06-01T08:00:00Z", Published()),  // in
      Calls("2026-06-01T08:00:00Z", sales),        // another queue
      Calls("2026-06-02T23:59:59Z", Published()),  // excluded
      Calls("2026-06-30T23:45:00Z", Published()),  // in, and ends in July
      Calls("2026-07-01T00:00:00Z", Published()),  // after
  };
  StatedChoices stated = ServiceFactor("left out");
  EXPECT_EQ(desk.Count("telephone service factor", stated, items).population, 3'000);
  stated["queues"] = {"support"};
  const Counted counted = desk.Count("telephone service factor", stated, items);
  EXPECT_EQ(counted.population, 2'000);
  EXPECT_EQ(Percent(counted), "86.000000");
  EXPECT_FALSE(counted.indeterminate);
  std::vector<Item> more = items;
  more.push_back(Calls("2026-06-05T08:00:00Z", other));
  EXPECT_TRUE(desk.Count("telephone service factor", stated, more).indeterminate);
}

TEST(CountCalls, TheMeanOfIntervalsIsRoundedOncePerInterval) {
  CallCounts third, empty;
  third.offered = third.answered = 3;
  third.answered_in_time = 1;
  third.threshold = empty.threshold = Seconds(20);
  const std::vector<Item> items = {Calls("2026-06-01T08:00:00Z", third),
                                   Calls("2026-06-01T08:30:00Z", Published()),
                                   Calls("2026-06-01T09:00:00Z", empty)};
  const auto mean = [&](const char* decimals, const char* empty_interval) {
    return *Desk()
                .Count("telephone service factor",
                       With(ServiceFactor("left out"), {{"aggregation", {"mean of intervals"}},
                                                        {"decimals", {decimals}},
                                                        {"empty interval", {empty_interval}}}),
                       items)
                .value;
  };
  EXPECT_EQ(mean("2", "left out"), *Fraction::Of(33 + 86, 200));
  EXPECT_EQ(mean("4", "left out"), *Fraction::Of(3'333 + 8'600, 20'000));
  EXPECT_EQ(mean("2", "good"), *Fraction::Of(33 + 86 + 100, 300));
  EXPECT_EQ(mean("2", "bad"), *Fraction::Of(33 + 86, 300));
  EXPECT_EQ(mean("0", "left out"), *Fraction::Of(0 + 1, 2));
  EXPECT_EQ(mean("12", "left out"),
            *Fraction::Of(333'333'333'333 + 860'000'000'000, 2'000'000'000'000));
}

}  // namespace
}  // namespace tally::replay
