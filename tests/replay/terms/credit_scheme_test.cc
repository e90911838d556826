// Goal: each scheme gives the published figures of its clause, exactly, with one rounding.
// Method: the golden cases as facts of one window, amounts beside them; edges one step on each
// side.
#include "replay/terms/credit_scheme.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

Fraction PercentOf(absl::string_view text) {
  return *Fraction::Divide(Fraction::FromDecimal(Number(text)), Fraction::Whole(100));
}
FeeBase BaseFor(absl::string_view amount) {
  Money fee = Amount(amount);
  return {.fee = fee, .share = Fraction::Whole(1), .minor = Fraction::Whole(fee.minor)};
}
CreditFacts Facts(Compare compare, absl::string_view target, const Fraction& value,
                  ValueUnit unit = ValueUnit::kRatio) {
  CreditFacts facts;
  facts.target = {compare, Number(target), std::nullopt, std::nullopt};
  facts.unit = unit;
  facts.value = value;
  facts.days_in_window = 30;
  return facts;
}
std::string CreditText(const CreditRule& rule, const CreditFacts& facts, absl::string_view fee) {
  absl::StatusOr<ComputedCredit> credit = CreditFor(rule, facts, BaseFor(fee));
  EXPECT_TRUE(credit.ok()) << credit.status();
  return credit.ok() ? FormatMoney(credit->amount) : "";
}
CreditRule Ladder(TierEdges edges, std::vector<Tier> tiers) {
  CreditRule rule = SchemeOf("tiers", "service", {});
  rule.edges = edges;
  rule.tiers = std::move(tiers);
  return rule;
}

TEST(CreditScheme, GC01AndGC03TiersTakeTheirLowerEdge) {
  CreditRule rule = *TieredObjective().credit;
  auto down = [](int64_t minutes) {
    return Facts(Compare::kAtLeast, "99.99", Ratio(43'200 - minutes, 43'200));
  };
  EXPECT_EQ(CreditText(rule, down(5), "1234.56 USD"), "123.46 USD");
  EXPECT_EQ(CreditText(rule, down(432), "100.00 USD"), "10.00 USD");
  EXPECT_EQ(CreditText(rule, down(433), "100.00 USD"), "30.00 USD");
  EXPECT_EQ(CreditText(rule, down(2160), "100.00 USD"), "30.00 USD");
  EXPECT_EQ(CreditText(rule, down(2161), "100.00 USD"), "100.00 USD");
}

TEST(CreditScheme, GC29LaddersOfBothEdges) {
  CreditRule in_time =
      Ladder(TierEdges::kFromIncluded, {{Number("90"), Number("95"), Number("2")},
                                        {Number("85"), Number("90"), Number("3")},
                                        {std::nullopt, Number("85"), Number("5")}});
  struct Case {
    int64_t top, bottom;
    const char* credit;
  };
  for (const Case& c : std::vector<Case>{{949, 1000, "2.00 EUR"},
                                         {18, 20, "2.00 EUR"},
                                         {17, 20, "3.00 EUR"},
                                         {16, 20, "5.00 EUR"}}) {
    CreditFacts facts = Facts(Compare::kAtLeast, "95", Ratio(c.top, c.bottom));
    EXPECT_EQ(CreditText(in_time, facts, "100.00 EUR"), c.credit) << c.top;
  }
  CreditRule reopened = Ladder(TierEdges::kUpToIncluded, {{Number("3"), std::nullopt, Number("5")},
                                                          {Number("2"), Number("3"), Number("3")},
                                                          {Number("1"), Number("2"), Number("2")}});
  for (const Case& c :
       std::vector<Case>{{2, 100, "2.00 EUR"}, {3, 100, "3.00 EUR"}, {4, 100, "5.00 EUR"}}) {
    CreditFacts facts = Facts(Compare::kAtMost, "1", Ratio(c.top, c.bottom));
    EXPECT_EQ(CreditText(reopened, facts, "100.00 EUR"), c.credit) << c.top;
  }
  // 1 of 100 is at the level, which belongs to no tier.
  EXPECT_EQ(TierOf(reopened, Ratio(1, 100)), std::nullopt);
}

TEST(CreditScheme, GC32TwoTiersOfATen) {
  CreditRule rule = Ladder(TierEdges::kFromIncluded, {{Number("98"), Number("99.8"), Number("2")},
                                                      {std::nullopt, Number("98"), Number("3")}});
  EXPECT_EQ(CreditText(rule, Facts(Compare::kAtLeast, "99.8", PercentOf("99.7")), "10.00 USD"),
            "0.20 USD");
  EXPECT_EQ(CreditText(rule, Facts(Compare::kAtLeast, "99.8", PercentOf("98.0")), "10.00 USD"),
            "0.20 USD");
  EXPECT_EQ(CreditText(rule, Facts(Compare::kAtLeast, "99.8", PercentOf("97")), "10.00 USD"),
            "0.30 USD");
}

TEST(CreditScheme, LinearByPointsExactStartedAndFull) {
  auto linear = [](const char* part) {
    return SchemeOf(
        "linear", "service",
        {{"percent per step", "1"}, {"step", "1"}, {"part of a step", part}, {"at most", "25"}});
  };
  CreditFacts facts = Facts(Compare::kAtLeast, "98", PercentOf("75"));
  EXPECT_EQ(CreditText(linear("exact"), facts, "100.00 GBP"), "23.00 GBP");
  facts.value = PercentOf("97.4");
  EXPECT_EQ(CreditText(linear("exact"), facts, "100.00 GBP"), "0.60 GBP");
  EXPECT_EQ(CreditText(linear("per started step"), facts, "100.00 GBP"), "1.00 GBP");
  EXPECT_EQ(CreditText(linear("per full step"), facts, "100.00 GBP"), "0.00 GBP");
  facts.value = PercentOf("50");
  EXPECT_EQ(CreditText(linear("exact"), facts, "100.00 GBP"), "25.00 GBP");
}

TEST(CreditScheme, FixedSumsByOccasion) {
  auto sum = [](const char* occasion) {
    return SchemeOf("fixed sum", "", {{"sum", "50.00 EUR"}, {"for", occasion}});
  };
  CreditFacts facts = Facts(Compare::kAtLeast, "1000", Fraction::Whole(992), ValueUnit::kCount);
  facts.incidents = 3;
  EXPECT_EQ(CreditText(sum("each breach"), facts, "0.00 EUR"), "50.00 EUR");
  EXPECT_EQ(CreditText(sum("each incident"), facts, "0.00 EUR"), "150.00 EUR");
  EXPECT_EQ(CreditText(sum("each unit short"), facts, "0.00 EUR"), "400.00 EUR");
  CreditFacts late = Facts(Compare::kAtMost, "3600", Fraction::Whole(10'801), ValueUnit::kSeconds);
  EXPECT_EQ(CreditText(sum("each started hour"), late, "0.00 EUR"), "150.00 EUR");
  late.value = Fraction::Whole(10'800);
  EXPECT_EQ(CreditText(sum("each started hour"), late, "0.00 EUR"), "100.00 EUR");
}

TEST(CreditScheme, DaysOfServiceOfTheMonthOrOfThirty) {
  auto days = [](const char* month) {
    return SchemeOf(
        "days of service", "service",
        {{"days", "1"}, {"for", "each started hour"}, {"month", month}, {"at most", "27.5"}});
  };
  CreditFacts facts = Facts(Compare::kAtLeast, "99.9", PercentOf("99"));
  facts.days_in_window = 31;
  facts.counted = Minutes(61);
  EXPECT_EQ(CreditText(days("days of the month"), facts, "310.00 EUR"), "20.00 EUR");
  EXPECT_EQ(CreditText(days("30 days"), facts, "310.00 EUR"), "20.67 EUR");
  facts.counted = Hours(20);
  EXPECT_EQ(CreditText(days("days of the month"), facts, "310.00 EUR"), "85.25 EUR");
}

TEST(CreditScheme, GC21ProportionalToTheTimeAffected) {
  auto rule = [](const char* multiplier, Rounding rounding) {
    CreditRule made = SchemeOf(
        "proportional", "service",
        {{"multiplier", multiplier}, {"affected", "a fixed share"}, {"affected share", "2.1"}});
    made.rounding = rounding;
    return made;
  };
  CreditFacts facts = Facts(Compare::kAtLeast, "100", PercentOf("99"));
  facts.counted = Minutes(100);
  facts.scheduled = Fraction::Whole(Minutes(43'200).micros);
  EXPECT_EQ(CreditText(rule("1", Rounding::kHalfUp), facts, "200.00 USD"), "0.01 USD");
  EXPECT_EQ(CreditText(rule("1", Rounding::kDown), facts, "200.00 USD"), "0.00 USD");
  EXPECT_EQ(CreditText(rule("25", Rounding::kHalfUp), facts, "5000.00 USD"), "6.08 USD");
  absl::StatusOr<RawCredit> raw =
      RawCreditOf(rule("25", Rounding::kHalfUp), facts, BaseFor("5000.00 USD"));
  ASSERT_TRUE(raw.ok());
  EXPECT_EQ(raw->exact, Ratio(87'500, 144));
  facts.scheduled = Fraction::Whole(Minutes(43'000).micros);
  EXPECT_EQ(CreditText(rule("25", Rounding::kHalfUp), facts, "5000.00 USD"), "6.10 USD");
  facts.scheduled = Fraction::Whole(0);
  EXPECT_FALSE(RawCreditOf(rule("25", Rounding::kHalfUp), facts, BaseFor("5000.00 USD")).ok());
}

TEST(CreditScheme, GC30PoolAllocation) {
  auto pool = [](const char* at_risk, const char* allocation) {
    return SchemeOf("pool", "service",
                    {{"at risk", at_risk}, {"pool share", "50"}, {"allocation", allocation}});
  };
  CreditFacts facts = Facts(Compare::kAtLeast, "99", PercentOf("98"));
  EXPECT_EQ(CreditText(pool("10", "40"), facts, "100000.00 USD"), "2000.00 USD");
  EXPECT_EQ(CreditText(pool("12", "40"), facts, "87654.32 USD"), "2103.70 USD");
}

TEST(CreditScheme, GC45PointsBySeverity) {
  auto rule = [](const char* edge) {
    return SchemeOf("points", "",
                    {{"for", "severity"},
                     {"levels", "97: 3; 99: 1"},
                     {"level itself", edge},
                     {"repeat factor", "2"}});
  };
  auto points = [&](const char* value, const char* edge = "is the better") {
    absl::StatusOr<int64_t> found =
        PointsOf(rule(edge), Facts(Compare::kAtLeast, "99", PercentOf(value)));
    EXPECT_TRUE(found.ok());
    return found.value_or(-1);
  };
  EXPECT_EQ(points("96.5"), 3);
  EXPECT_EQ(points("98.5"), 1);
  EXPECT_EQ(points("97.0"), 1);
  EXPECT_EQ(points("97.0", "is the worse"), 3);
  EXPECT_EQ(points("99.0"), 0);
  EXPECT_EQ(points("99.0", "is the worse"), 1);
  // The other direction: the highest level that is passed.
  CreditRule at_most = SchemeOf("points", "",
                                {{"for", "severity"},
                                 {"levels", "10: 1; 60: 4"},
                                 {"level itself", "is the better"},
                                 {"repeat factor", "1"}});
  auto late = [&](int64_t seconds) {
    return PointsOf(at_most,
                    Facts(Compare::kAtMost, "10", Fraction::Whole(seconds), ValueUnit::kSeconds))
        .value_or(-1);
  };
  EXPECT_EQ(late(11), 1);
  EXPECT_EQ(late(60), 1);
  EXPECT_EQ(late(61), 4);
}

TEST(CreditScheme, GC48PointsForUnitsShort) {
  auto rule = [](const char* points) {
    return SchemeOf("points", "",
                    {{"for", "each unit short"}, {"points", points}, {"repeat factor", "1"}});
  };
  CreditFacts leads = Facts(Compare::kAtLeast, "1000", Fraction::Whole(992), ValueUnit::kCount);
  EXPECT_EQ(PointsOf(rule("5"), leads).value_or(-1), 40);
  CreditFacts contacted = Facts(Compare::kAtLeast, "95", Ratio(930, 992));
  contacted.population = Fraction::Whole(992);
  contacted.failed = Fraction::Whole(62);
  EXPECT_EQ(PointsOf(rule("1"), contacted).value_or(-1), 13);
}

TEST(CreditScheme, GC50aLateDelivery) {
  auto ladder = [](const char* part) {
    return SchemeOf("late delivery", "service",
                    {{"percent per step", "10.5"},
                     {"step", "2 d"},
                     {"round up to", "1 d"},
                     {"part of a step", part},
                     {"at most", "55"}});
  };
  auto late = [](Duration by) {
    return Facts(Compare::kAtMost, "0", Ratio(by.micros, 1'000'000), ValueUnit::kSeconds);
  };
  Duration agreed_to_now = At("2019-01-16T21:34:00Z") - At("2019-01-11T03:24:00Z");
  EXPECT_EQ(CreditText(ladder("exact"), late(agreed_to_now), "200.00 USD"), "63.00 USD");
  EXPECT_EQ(CreditText(ladder("exact"), late(Days(5)), "200.00 USD"), "52.50 USD");
  EXPECT_EQ(CreditText(ladder("per started step"), late(Days(5)), "200.00 USD"), "63.00 USD");
  EXPECT_EQ(CreditText(ladder("exact"), late(Days(100)), "200.00 USD"), "110.00 USD");
  EXPECT_EQ(CreditText(ladder("exact"), late(Duration{1}), "200.00 USD"), "10.50 USD");
}

TEST(CreditScheme, WhatTermsMustHaveRefusedIsRefused) {
  CreditFacts facts = Facts(Compare::kAtLeast, "99", PercentOf("98"));
  EXPECT_FALSE(
      RawCreditOf(SchemeOf("points", "",
                           {{"for", "each unit short"}, {"points", "1"}, {"repeat factor", "1"}}),
                  facts, BaseFor("1.00 USD"))
          .ok());
  CreditRule negative =
      SchemeOf("days of service", "service",
               {{"days", "-1"}, {"for", "each breach"}, {"month", "30 days"}, {"at most", "none"}});
  EXPECT_EQ(CreditFor(negative, facts, BaseFor("30.00 USD")).status().code(),
            absl::StatusCode::kFailedPrecondition);
  CreditFacts count = Facts(Compare::kAtLeast, "9", Fraction::Whole(8), ValueUnit::kCount);
  EXPECT_FALSE(
      RawCreditOf(SchemeOf("fixed sum", "", {{"sum", "1.00 USD"}, {"for", "each started hour"}}),
                  count, BaseFor("0.00 USD"))
          .ok());
}

// A value beyond every level misses its target by no number: it earns the most, where there is one.
TEST(CreditScheme, AValueBeyondEveryLevelEarnsTheMost) {
  CreditFacts facts =
      Facts(Compare::kAtMost, "0.3", Fraction::Whole(9'223'372'036'854), ValueUnit::kSeconds);
  facts.beyond = true;
  const auto linear = [](const char* most) {
    return SchemeOf("linear", "service",
                    {{"percent per step", {"1"}},
                     {"step", {"1"}},
                     {"part of a step", {"exact"}},
                     {"at most", {most}}});
  };
  EXPECT_EQ(CreditText(linear("30"), facts, "1000.00 USD"), "300.00 USD");
  EXPECT_EQ(CreditFor(linear("none"), facts, BaseFor("1000.00 USD")).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(UnitsShort(facts).ok());
  facts.beyond = false;
  facts.value = Fraction::Whole(2);
  EXPECT_NE(CreditText(linear("30"), facts, "1000.00 USD"), "300.00 USD");
}

}  // namespace
}  // namespace tally::replay
