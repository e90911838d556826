// Goal: one window's figures are those that published cases of service level agreements work out
// by hand, exactly. Method: each golden case as data, its printed fraction, verdict and credit
// beside it; and what the empty, open and carried windows say.
#include "replay/terms/evaluate.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "replay/terms/counting.h"
#include "tests/replay/terms/terms_support.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

// A window in UTC that begins at `month`, with `down` of it down from its second day on.
WindowFigures Down(const Objective& objective, absl::string_view month, Duration down,
                   absl::string_view fee = "1000.00 USD") {
  Instant first = At(month);
  Window window = WindowHolding(objective, Zone::Utc(), first);
  Instant begin = first + Days(1);
  return Evaluate(objective, MonthlyFee(fee), Zone::Utc(), window,
                  UpExcept(first, {{begin, begin + down}}));
}

constexpr char kApril[] = "2026-04-01T00:00:00Z";

std::string CreditText(const WindowFigures& figures) {
  return figures.credit ? FormatMoney(figures.credit->amount) : "none";
}

TEST(Evaluate, GC01TieredCreditByWholeMinutes) {
  WindowFigures four = Down(TieredObjective(), kApril, Minutes(4), "1234.56 USD");
  EXPECT_EQ(four.value, Ratio(43'196, 43'200));
  EXPECT_EQ(FormatPercent(*four.value), "99.990741");
  EXPECT_EQ(four.verdict, Verdict::kMet);
  EXPECT_EQ(CreditText(four), "0.00 USD");
  EXPECT_EQ(four.credit->tier_index, 0);
  for (Rounding rounding : {Rounding::kHalfUp, Rounding::kHalfEven}) {
    Objective objective = TieredObjective();
    objective.credit->rounding = rounding;
    WindowFigures five = Down(objective, kApril, Minutes(5), "1234.56 USD");
    EXPECT_EQ(five.value, Ratio(43'195, 43'200));
    EXPECT_EQ(five.verdict, Verdict::kBreached);
    EXPECT_EQ(five.credit->tier_index, 1);
    EXPECT_EQ(five.credit->exact, Ratio(123'456, 10));
    EXPECT_EQ(CreditText(five), "123.46 USD");
  }
}

TEST(Evaluate, GC02ExactlyAtTheThresholdInSeconds) {
  WindowFigures at = Down(PlainObjective("99.9"), kApril, Seconds(2'592));
  EXPECT_EQ(at.value, Ratio(999, 1000));
  EXPECT_EQ(at.verdict, Verdict::kMet);
  WindowFigures below = Down(PlainObjective("99.9"), kApril, Seconds(2'593));
  EXPECT_EQ(below.verdict, Verdict::kBreached);
  EXPECT_EQ(FormatPercent(*below.value), "99.899961");
  // One microsecond decides, too.
  EXPECT_EQ(Down(PlainObjective("99.9"), kApril, Duration{2'592'000'001}).verdict,
            Verdict::kBreached);
}

TEST(Evaluate, GC03ExactlyAtTierEdges) {
  struct Case {
    int64_t minutes;
    const char* percent;
    int tier;
    const char* credit;
  };
  for (const Case& c : std::vector<Case>{{432, "99.000000", 1, "100.00 USD"},
                                         {433, "98.997685", 2, "300.00 USD"},
                                         {2'160, "95.000000", 2, "300.00 USD"},
                                         {2'161, "94.997685", 3, "1000.00 USD"}}) {
    WindowFigures figures = Down(TieredObjective(), kApril, Minutes(c.minutes));
    EXPECT_EQ(FormatPercent(*figures.value), c.percent);
    EXPECT_EQ(figures.credit->tier_index, c.tier) << c.minutes;
    EXPECT_EQ(CreditText(figures), c.credit) << c.minutes;
  }
}

TEST(Evaluate, GC04February) {
  Objective objective = PlainObjective("99.9");
  WindowFigures leap = Down(objective, "2028-02-01T00:00:00Z", Minutes(42));
  EXPECT_EQ(leap.value, Ratio(41'760 - 42, 41'760));
  EXPECT_EQ(FormatPercent(*leap.value), "99.899425");
  EXPECT_EQ(leap.verdict, Verdict::kBreached);
  WindowFigures common = Down(objective, "2027-02-01T00:00:00Z", Minutes(42));
  EXPECT_EQ(FormatPercent(*common.value), "99.895833");
  EXPECT_EQ(common.verdict, Verdict::kBreached);
  WindowFigures april = Down(objective, kApril, Minutes(42));
  EXPECT_EQ(FormatPercent(*april.value), "99.902778");
  EXPECT_EQ(april.verdict, Verdict::kMet);
}

TEST(Evaluate, GC05AutumnMonthWithTwentyFiveHourDay) {
  Zone berlin = LoadZone("Europe/Berlin");
  Objective objective = PlainObjective("99.9");
  Window october = WindowHolding(objective, berlin, At("2026-10-15T00:00:00Z"));
  EXPECT_EQ(Length(october.interval), Seconds(2'682'000));
  Instant begin = At("2026-10-10T00:00:00Z");
  std::vector<Observation> observations = UpExcept(
      At("2026-09-01T00:00:00Z"),
      {{begin, begin + Seconds(2'679)}, Between("2026-10-31T23:30:00Z", "2026-10-31T23:40:00Z")});
  WindowFigures figures = Evaluate(objective, {}, berlin, october, observations);
  EXPECT_EQ(figures.value, Ratio(2'682'000 - 2'679, 2'682'000));
  EXPECT_EQ(FormatPercent(*figures.value), "99.900112");
  EXPECT_EQ(figures.verdict, Verdict::kMet);
  // The outage of 23:30Z on 31 October is November's, at 00:30 local.
  Window november = WindowHolding(objective, berlin, At("2026-10-31T23:30:00Z"));
  EXPECT_EQ(november.interval.first, At("2026-10-31T23:00:00Z"));
  EXPECT_EQ(Evaluate(objective, {}, berlin, november, observations).measured.counted, Minutes(10));
}

TEST(Evaluate, GC07FixedDenominator) {
  Objective objective = PlainObjective("99.9");
  objective.measure.denominator = Denominator::kFixed;
  objective.measure.fixed = Minutes(43'200);
  WindowFigures january = Down(objective, "2026-01-01T00:00:00Z", Minutes(44));
  EXPECT_EQ(january.value, Ratio(43'156, 43'200));
  EXPECT_EQ(FormatPercent(*january.value), "99.898148");
  EXPECT_EQ(january.verdict, Verdict::kBreached);
  EXPECT_EQ(Down(PlainObjective("99.9"), "2026-01-01T00:00:00Z", Minutes(44)).verdict,
            Verdict::kMet);

  auto whole_month = [](const Objective& terms, absl::string_view month) {
    Window window = WindowHolding(terms, Zone::Utc(), At(month));
    return Evaluate(terms, {}, Zone::Utc(), window,
                    {{.from = At(month), .until = At(month), .state = State::kDown}});
  };
  EXPECT_EQ(whole_month(objective, "2026-01-01T00:00:00Z").value, Ratio(-1, 30));
  WindowFigures february = whole_month(objective, "2027-02-01T00:00:00Z");
  EXPECT_EQ(FormatPercent(*february.value), "6.666667");
  objective.measure.clamp_at_zero = true;
  EXPECT_EQ(whole_month(objective, "2026-01-01T00:00:00Z").value, Ratio(0, 1));
}

// The sliding alignment; clock alignment needs a choice that terms do not have yet.
TEST(Evaluate, GC08PartialMinutesBySlidingAlignment) {
  Objective objective = PlainObjective("99.9");
  objective.measure.resolution = Minutes(1);
  objective.measure.snap = Snap::kFloor;
  objective.measure.snap_scope = SnapScope::kEachOutage;
  WindowFigures whole = Down(objective, kApril, Seconds(120));
  EXPECT_EQ(whole.times.counted, 2);
  EXPECT_EQ(whole.times.unit, "min");
  EXPECT_EQ(Down(objective, kApril, Seconds(119)).times.counted, 1);
  EXPECT_EQ(Down(objective, kApril, Seconds(59)).times.counted, 0);
  objective.measure.snap = Snap::kCeil;
  EXPECT_EQ(Down(objective, kApril, Seconds(119)).times.counted, 2);
}

TEST(Evaluate, GC11OverlappingExclusions) {
  Objective objective = PlainObjective("99.9");
  objective.exclusions = {
      {"1", "planned maintenance", Between("2026-04-10T00:00:00Z", "2026-04-10T03:00:00Z")},
      {"2", "force majeure", Between("2026-04-10T02:00:00Z", "2026-04-10T04:00:00Z")}};
  struct Case {
    Denominator denominator;
    int64_t numerator, of;
    const char* percent;
  };
  for (const Case& c :
       std::vector<Case>{{Denominator::kKeep, 43'140, 43'200, "99.861111"},
                         {Denominator::kRemove, 42'900, 42'960, "99.860335"},
                         {Denominator::kRemoveOverlap, 42'960, 43'020, "99.860530"}}) {
    objective.measure.denominator = c.denominator;
    Window window = WindowHolding(objective, Zone::Utc(), At(kApril));
    WindowFigures figures =
        Evaluate(objective, {}, Zone::Utc(), window,
                 UpExcept(At(kApril), {Between("2026-04-10T01:00:00Z", "2026-04-10T05:00:00Z")}));
    EXPECT_EQ(figures.measured.counted, Minutes(60));
    EXPECT_EQ(figures.measured.excluded, Minutes(240));
    EXPECT_EQ(figures.measured.bad_excluded, Minutes(180));
    EXPECT_EQ(figures.value, Ratio(c.numerator, c.of));
    EXPECT_EQ(FormatPercent(*figures.value), c.percent);
  }
}

TEST(Evaluate, GC20MissingData) {
  struct Case {
    CountsAs unknown;
    int64_t numerator, of;
    const char* percent;
    Verdict verdict;
  };
  for (const Case& c :
       std::vector<Case>{{CountsAs::kUp, 43'180, 43'200, "99.953704", Verdict::kMet},
                         {CountsAs::kDown, 42'580, 43'200, "98.564815", Verdict::kBreached},
                         {CountsAs::kRemoved, 42'580, 42'600, "99.953052", Verdict::kMet}}) {
    Objective objective = PlainObjective("99.95");
    objective.measure.unknown = c.unknown;
    objective.measure.holding = Holding::kAtMost;
    objective.measure.hold_limit = Minutes(20);
    // A heartbeat each ten minutes but for a silence of 620 minutes, of which 600 are unknown.
    std::vector<Observation> heartbeats;
    for (Instant at = At(kApril); at < At("2026-05-01T00:00:00Z"); at = at + Minutes(10)) {
      if (Between("2026-04-12T00:10:00Z", "2026-04-12T10:20:00Z").Contains(at)) continue;
      bool down = Between("2026-04-05T00:00:00Z", "2026-04-05T00:20:00Z").Contains(at);
      heartbeats.push_back({.from = at, .until = at, .state = down ? State::kDown : State::kUp});
    }
    Window window = WindowHolding(objective, Zone::Utc(), At(kApril));
    WindowFigures figures = Evaluate(objective, {}, Zone::Utc(), window, heartbeats);
    EXPECT_EQ(figures.measured.down, Minutes(20));
    EXPECT_EQ(figures.measured.unknown, Minutes(600));
    EXPECT_EQ(figures.value, Ratio(c.numerator, c.of));
    EXPECT_EQ(FormatPercent(*figures.value), c.percent);
    EXPECT_EQ(figures.verdict, c.verdict);
    EXPECT_EQ(figures.coverage, Ratio(42'600, 43'200));
  }
}

TEST(Evaluate, GC37PartialFirstMonth) {
  Objective objective = PlainObjective("99.9");
  CreditRule credit;
  credit.scheme = "tiers";
  credit.edges = TierEdges::kFromIncluded;
  credit.fee = "service";
  credit.tiers = {{std::nullopt, Number("99.9"), Number("10")}};
  credit.rounding = Rounding::kHalfUp;
  objective.credit = credit;
  Interval term{At("2026-04-17T00:00:00Z"), Instant::Max()};
  absl::StatusOr<std::vector<Window>> windows = WindowsOverlapping(
      objective.window, Zone::Utc(), term, Between(kApril, "2026-05-01T00:00:00Z"));
  ASSERT_TRUE(windows.ok() && windows->size() == 1);
  std::vector<Observation> observations =
      UpExcept(At(kApril), {Between("2026-04-20T00:00:00Z", "2026-04-20T00:21:00Z")});
  WindowFigures figures =
      Evaluate(objective, MonthlyFee("900.00 EUR"), Zone::Utc(), windows->front(), observations);
  EXPECT_EQ(figures.times.period, int64_t{20'160} * 60'000);
  EXPECT_EQ(figures.value, Ratio(20'139, 20'160));
  EXPECT_EQ(FormatPercent(*figures.value), "99.895833");
  EXPECT_EQ(figures.verdict, Verdict::kBreached);
  EXPECT_EQ(figures.credit->base.minor, Ratio(42'000, 1));
  EXPECT_EQ(CreditText(figures), "42.00 EUR");
  Window whole = WindowHolding(objective, Zone::Utc(), At(kApril));
  EXPECT_EQ(Evaluate(objective, MonthlyFee("900.00 EUR"), Zone::Utc(), whole, observations).verdict,
            Verdict::kMet);
}

// T-68
TEST(Evaluate, T68EmptyPopulationsFollowTheirRule) {
  struct Case {
    EmptyRule rule;
    Verdict verdict;
    bool value;
  };
  CarriedResult last{Ratio(97, 100), Verdict::kBreached};
  for (const Case& c : std::vector<Case>{{EmptyRule::kMet, Verdict::kMet, false},
                                         {EmptyRule::kBreached, Verdict::kBreached, false},
                                         {EmptyRule::kNoResult, Verdict::kNoResult, false},
                                         {EmptyRule::kCarryLast, Verdict::kBreached, true}}) {
    Objective objective = TieredObjective();
    objective.empty = c.rule;
    objective.measure.denominator = Denominator::kRemove;
    objective.exclusions = {
        {"1", "suspension", Between("2026-03-31T00:00:00Z", "2026-05-02T00:00:00Z")}};
    std::vector<Fee> fees = MonthlyFee("1000.00 USD");
    Zone utc = Zone::Utc();
    Window window = WindowHolding(objective, utc, At(kApril));
    AvailabilityMeter meter(objective.measure, window, ExclusionsOf(objective),
                            {Instant::Max(), Instant::Max()});
    ASSERT_TRUE(meter.Add({.from = At(kApril), .until = At(kApril), .state = State::kDown}).ok());
    WindowQuestion question{&objective, &fees, &utc, window, {}, last};
    absl::StatusOr<WindowFigures> figures = EvaluateWindow(question, meter.Finish());
    ASSERT_TRUE(figures.ok()) << figures.status();
    EXPECT_TRUE(figures->empty);
    EXPECT_EQ(figures->verdict, c.verdict);
    EXPECT_EQ(figures->value.has_value(), c.value);
    EXPECT_EQ(CreditText(*figures), "0.00 USD");
  }
}

TEST(Evaluate, OpenWindowsCountTheRestAsGood) {
  Objective objective = TieredObjective();
  Window window = WindowHolding(objective, Zone::Utc(), At(kApril));
  Knowledge knowledge{Instant::Max(), At("2026-04-11T00:00:00Z")};
  WindowFigures figures =
      Evaluate(objective, MonthlyFee("1000.00 USD"), Zone::Utc(), window,
               {{.from = At(kApril), .until = At(kApril), .state = State::kDown}}, knowledge);
  EXPECT_TRUE(figures.open);
  EXPECT_EQ(figures.value, Ratio(20, 30));
  EXPECT_EQ(figures.measured.remaining, Days(20));
  EXPECT_EQ(figures.measured.unknown, Duration{});
  EXPECT_EQ(CreditText(figures), "1000.00 USD");
  knowledge.instant = window.interval.limit;
  EXPECT_FALSE(
      Evaluate(objective, MonthlyFee("1.00 USD"), Zone::Utc(), window, {}, knowledge).open);
}

TEST(Evaluate, TimesAreInTheTermsUnitOrAFinerExactOne) {
  Measured measured;
  measured.period = Minutes(43'200);
  measured.counted = Minutes(5);
  EXPECT_EQ(TimesOf(measured, Minutes(1)).unit, "min");
  EXPECT_EQ(TimesOf(measured, Minutes(1)).counted, 5);
  EXPECT_EQ(TimesOf(measured, Milliseconds(1)).unit, "ms");
  EXPECT_EQ(TimesOf(measured, Milliseconds(1)).counted, 300'000);
  measured.counted = Seconds(301);
  EXPECT_EQ(TimesOf(measured, Minutes(1)).unit, "s");
  EXPECT_EQ(TimesOf(measured, Minutes(1)).period, 2'592'000);
  measured.unknown = Duration{1};
  EXPECT_EQ(TimesOf(measured, Minutes(1)).unit, "us");
}

// Rule 16: down time that one rolling window was paid for does not pay in the next.
TEST(Evaluate, RollingWindowsPayABreachOnce) {
  Objective objective = TieredObjective();
  objective.window = {.every = WindowEvery::kRollingDays,
                      .zone = {},
                      .days = 30,
                      .step_days = 10,
                      .length = RollingLength::kElapsed,
                      .short_first = ShortRolling::kNotMeasured,
                      .fixed = std::nullopt};
  Interval term = Between("2026-01-01T00:00:00Z", "2026-03-02T00:00:00Z");
  Zone utc = Zone::Utc();
  absl::StatusOr<std::vector<Window>> windows =
      WindowsOverlapping(objective.window, utc, term, term);
  ASSERT_TRUE(windows.ok());
  ASSERT_EQ(windows->size(), 4u);
  std::vector<Observation> observations =
      UpExcept(term.first, {Between("2026-01-25T00:00:00Z", "2026-01-25T01:00:00Z"),
                            Between("2026-02-15T00:00:00Z", "2026-02-15T10:00:00Z")});
  std::vector<std::string> credits;
  std::vector<Interval> paid;
  std::vector<Fee> fees = MonthlyFee("1000.00 USD");
  for (const Window& window : *windows) {
    AvailabilityMeter meter(objective.measure, window, {}, {Instant::Max(), Instant::Max()},
                            {.paid = paid});
    for (const Observation& each : observations) ASSERT_TRUE(meter.Add(each).ok());
    WindowQuestion question{&objective, &fees, &utc, window, {}, std::nullopt};
    absl::StatusOr<WindowFigures> figures = EvaluateWindow(question, meter.Finish());
    ASSERT_TRUE(figures.ok()) << figures.status();
    EXPECT_EQ(figures->verdict, Verdict::kBreached);
    credits.push_back(CreditText(*figures));
    if (figures->credit->amount.minor > 0) paid.push_back(window.interval);
  }
  // The first pays an hour; the second holds only that hour; the third pays ten hours at 98.6 %.
  ASSERT_EQ(credits.size(), 4u);
  EXPECT_NE(credits[0], "0.00 USD");
  EXPECT_EQ(credits[1], "0.00 USD");
  EXPECT_NE(credits[2], "0.00 USD");
  EXPECT_EQ(credits[3], "0.00 USD");
}

// GC-20: below the floor nothing is decided; at it, everything is.
TEST(Evaluate, GC20CoverageBelowItsFloorIsIndeterminate) {
  Objective objective = TieredObjective();
  objective.target.percent = Number("99.95");
  Window window = WindowHolding(objective, Zone::Utc(), At(kApril));
  std::vector<Observation> observations =
      UpExcept(At(kApril), {{At(kApril), At(kApril) + Hours(9)}});
  Knowledge knowledge{window.interval.limit - Minutes(600), Instant::Max()};
  auto with_floor = [&](const char* floor) {
    objective.measure.coverage_floor = Number(floor);
    return Evaluate(objective, MonthlyFee("1000.00 USD"), Zone::Utc(), window, observations,
                    knowledge);
  };
  WindowFigures below = with_floor("99");
  EXPECT_EQ(FormatPercent(*below.coverage), "98.611111");
  EXPECT_EQ(below.verdict, Verdict::kIndeterminate);
  EXPECT_EQ(CreditText(below), "0.00 USD");
  EXPECT_EQ(with_floor("98").verdict, Verdict::kBreached);
}

TEST(Evaluate, OtherLevelsOfTheTargetAreTold) {
  Objective objective = PlainObjective("99.9");
  objective.target.minimum = Number("99.5");
  EXPECT_FALSE(Down(objective, kApril, Minutes(216)).below_minimum) << "exactly at it";
  EXPECT_TRUE(Down(objective, kApril, Minutes(217)).below_minimum);
  EXPECT_FALSE(Down(objective, kApril, Seconds(2'592)).exceeds) << "equal is not exceeded";
  EXPECT_TRUE(Down(objective, kApril, Seconds(2'591)).exceeds);
}

Counted Found(const Fraction& value, int64_t population, int64_t failed) {
  Counted counted;
  counted.value = value;
  counted.population = population;
  counted.failed = failed;
  counted.causes = {{7, 1}};
  counted.steps = {{.step = "items", .formula = "all of them", .result = "992", .clause = ""}};
  return counted;
}

// GC-48, from counted items to points.
TEST(Evaluate, GC48CountedItemsHaveVerdictPointsAndReasons) {
  Objective objective = PlainObjective("95");
  objective.counted = Measure{.kind = "request ratio", .sources = {}, .choices = {}};
  CreditRule credit;
  credit.scheme = "points";
  credit.choices =
      Choices({{"for", {"each unit short"}}, {"points", {"1"}}, {"repeat factor", {"1"}}});
  objective.credit = credit;
  std::vector<Fee> fees = MonthlyFee("1000.00 USD");
  Zone utc = Zone::Utc();
  WindowQuestion question{.objective = &objective,
                          .fees = &fees,
                          .zone = &utc,
                          .window = WindowHolding(objective, utc, At(kApril)),
                          .knowledge = {Instant::Max(), Instant::Max()},
                          .last = std::nullopt};
  absl::StatusOr<WindowFigures> figures =
      EvaluateCounted(question, Found(Ratio(930, 992), 992, 62));
  ASSERT_TRUE(figures.ok()) << figures.status();
  EXPECT_EQ(figures->verdict, Verdict::kBreached);
  EXPECT_EQ(figures->points, 13);
  EXPECT_FALSE(figures->credit.has_value());
  EXPECT_EQ(figures->times.unit, "items");
  EXPECT_EQ(figures->times.period, 992);
  EXPECT_EQ(figures->times.counted, 62);
  EXPECT_EQ(figures->measured.causes.size(), 1u);
  EXPECT_EQ(figures->derivation.back().result, "13 points");
  // Met: no points. Not decided by the measure: neither.
  EXPECT_EQ(EvaluateCounted(question, Found(Ratio(95, 100), 100, 5))->points, 0);
  Counted small = Found(Ratio(1, 2), 2, 1);
  small.indeterminate = true;
  figures = EvaluateCounted(question, small);
  EXPECT_EQ(figures->verdict, Verdict::kIndeterminate);
  EXPECT_EQ(figures->points, 0);
}

WindowQuestion LatencyQuestion(const Objective& objective, const std::vector<Fee>& fees,
                               const Zone& utc) {
  return {.objective = &objective,
          .fees = &fees,
          .zone = &utc,
          .window = WindowHolding(objective, utc, At(kApril)),
          .knowledge = {Instant::Max(), Instant::Max()},
          .last = CarriedResult{.value = Ratio(1, 5), .verdict = Verdict::kMet}};
}

// A percentile on a failed sample decides, and earns what lies beyond all levels, but is no number.
TEST(Evaluate, AValueBeyondEveryLevelIsNotShown) {
  Objective objective = TieredObjective();
  objective.counted = Measure{.kind = "latency percentile", .sources = {}, .choices = {}};
  objective.target = {Compare::kAtMost, Number("0.3"), Number("0.5"), std::nullopt};
  objective.credit->edges = TierEdges::kUpToIncluded;
  objective.credit->tiers = {{Number("2"), std::nullopt, Number("30")},
                             {Number("0.3"), Number("2"), Number("10")}};
  const std::vector<Fee> fees = MonthlyFee("1000.00 USD");
  const Zone utc = Zone::Utc();
  Counted found = Found(Fraction::Whole(9'223'372'036'854), 10, 1);
  found.beyond = "slower than any limit: a failed sample";
  absl::StatusOr<WindowFigures> figures =
      EvaluateCounted(LatencyQuestion(objective, fees, utc), found);
  ASSERT_TRUE(figures.ok()) << figures.status();
  EXPECT_FALSE(figures->value.has_value());
  EXPECT_FALSE(figures->empty);
  EXPECT_EQ(figures->beyond, found.beyond);
  EXPECT_EQ(figures->verdict, Verdict::kBreached);
  EXPECT_TRUE(figures->below_minimum);
  EXPECT_EQ(CreditText(*figures), "300.00 USD");
  bool said = false;
  for (const DerivationStep& step : figures->derivation) {
    EXPECT_EQ((step.formula + step.result).find("9223372036"), std::string::npos) << step.formula;
    said = said || (step.step == "value" && step.result == found.beyond);
  }
  EXPECT_TRUE(said);
}

// Too small a sample comes before the empty rule: verdict and value of an earlier window stay
// there.
TEST(Evaluate, NothingIsCarriedIntoAWindowWithTooSmallASample) {
  Objective objective = PlainObjective("95");
  objective.counted = Measure{.kind = "request ratio", .sources = {}, .choices = {}};
  objective.empty = EmptyRule::kCarryLast;
  const std::vector<Fee> fees = MonthlyFee("1000.00 USD");
  const Zone utc = Zone::Utc();
  Counted nothing;
  absl::StatusOr<WindowFigures> figures =
      EvaluateCounted(LatencyQuestion(objective, fees, utc), nothing);
  EXPECT_EQ(figures->verdict, Verdict::kMet) << "an empty window carries";
  EXPECT_EQ(figures->value, Ratio(1, 5));
  nothing.indeterminate = true;
  figures = EvaluateCounted(LatencyQuestion(objective, fees, utc), nothing);
  EXPECT_EQ(figures->verdict, Verdict::kIndeterminate);
  EXPECT_FALSE(figures->value.has_value());
  EXPECT_FALSE(figures->empty);
}

}  // namespace
}  // namespace tally::replay
