// Goal: verdicts and tiers are decided by the exact value, and a credit is rounded once, then cut,
// then withheld. Method: tables around every edge; one step of 10^-12 on each side.
#include "replay/terms/credit.h"

#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Fraction Percent(absl::string_view text) {
  return *Fraction::Divide(Fraction::FromDecimal(Number(text)), Fraction::Whole(100));
}
FeeBase BaseOf(absl::string_view amount) {
  Money fee = Amount(amount);
  return {.fee = fee, .share = Fraction::Whole(1), .minor = Fraction::Whole(fee.minor)};
}
CreditRule TieredRule() { return *TieredObjective().credit; }
CreditFacts Valued(absl::string_view percent) {
  CreditFacts facts;
  facts.target = {Compare::kAtLeast, Number("99.99")};
  facts.value = Percent(percent);
  return facts;
}

TEST(Credit, TargetsAreInclusive) {
  Target least{Compare::kAtLeast, Number("99.9")};
  Target most{Compare::kAtMost, Number("99.9")};
  EXPECT_EQ(Against(least, Percent("99.9")), Verdict::kMet);
  EXPECT_EQ(Against(least, Percent("99.8999999999")), Verdict::kBreached);
  EXPECT_EQ(Against(least, Percent("99.9000000001")), Verdict::kMet);
  EXPECT_EQ(Against(most, Percent("99.9")), Verdict::kMet);
  EXPECT_EQ(Against(most, Percent("99.9000000001")), Verdict::kBreached);
  EXPECT_EQ(Against(least, Ratio(-1, 30)), Verdict::kBreached);
}

TEST(Credit, ACurrencyIsThatOfTheFeeOrOfTheSum) {
  CreditRule rule = TieredRule();
  const std::vector<Fee> fees = {{rule.fee, Amount("1000.00 USD"), WindowEvery::kCalendarMonth}};
  EXPECT_EQ(CurrencyOfCredit(fees, rule), Amount("1.00 USD").currency);
  EXPECT_EQ(CurrencyOfCredit({}, rule), std::nullopt) << "points";
  rule.scheme = "fixed sum";
  rule.choices = Choices(std::vector<Choice>{{"sum", {"5.00 EUR"}}});
  EXPECT_EQ(CurrencyOfCredit(fees, rule), Amount("1.00 EUR").currency);
}

// GC-03
TEST(Credit, GC03TiersAreClosedBelowAndOpenAbove) {
  CreditRule rule = TieredRule();
  struct Case {
    const char* percent;
    std::optional<size_t> tier;
  };
  for (const Case& c : std::vector<Case>{{"99.99", std::nullopt},
                                         {"100", std::nullopt},
                                         {"99.9899999999", 0},
                                         {"99", 0},
                                         {"98.9999999999", 1},
                                         {"95", 1},
                                         {"94.9999999999", 2},
                                         {"0", 2},
                                         {"-3", 2}}) {
    EXPECT_EQ(TierOf(rule, Percent(c.percent)), c.tier) << c.percent;
  }
}

// T-66: one rounding, by the named mode.
TEST(Credit, T66RoundingHappensOnceByName) {
  struct Case {
    Rounding rounding;
    const char* fee;
    int64_t minor;
  };
  for (const Case& c : std::vector<Case>{{Rounding::kHalfUp, "0.25 USD", 3},
                                         {Rounding::kHalfEven, "0.25 USD", 2},
                                         {Rounding::kDown, "0.29 USD", 2},
                                         {Rounding::kUp, "0.21 USD", 3},
                                         {Rounding::kHalfEven, "0.35 USD", 4},
                                         {Rounding::kHalfUp, "0.24 USD", 2},
                                         {Rounding::kHalfUp, "25 JPY", 3},
                                         {Rounding::kUp, "0.20 USD", 2}}) {
    CreditRule rule = TieredRule();
    rule.rounding = c.rounding;
    absl::StatusOr<ComputedCredit> credit = CreditFor(rule, Valued("99"), BaseOf(c.fee));
    ASSERT_TRUE(credit.ok()) << credit.status();
    EXPECT_EQ(credit->amount.minor, c.minor) << c.fee;
    EXPECT_EQ(credit->tier_index, 1);
  }
}

TEST(Credit, TheCapCutsAndTheMinimumIsStrict) {
  struct Case {
    const char* cap;
    const char* minimum;
    const char* expected;
  };
  for (const Case& c : std::vector<Case>{{"", "", "300.00 USD"},
                                         {"300.00 USD", "", "300.00 USD"},
                                         {"299.99 USD", "", "299.99 USD"},
                                         {"0.00 USD", "", "0.00 USD"},
                                         {"", "299.99 USD", "300.00 USD"},
                                         {"", "300.00 USD", "0.00 USD"},
                                         {"1.00 USD", "1.00 USD", "0.00 USD"},
                                         {"1.01 USD", "1.00 USD", "1.01 USD"}}) {
    CreditRule rule = TieredRule();
    if (*c.cap != 0) rule.window_cap = Amount(c.cap);
    if (*c.minimum != 0) rule.minimum = Amount(c.minimum);
    absl::StatusOr<ComputedCredit> credit = CreditFor(rule, Valued("98"), BaseOf("1000.00 USD"));
    ASSERT_TRUE(credit.ok()) << credit.status();
    EXPECT_EQ(FormatMoney(credit->amount), c.expected);
    EXPECT_EQ(FormatMoney(credit->rounded), "300.00 USD");
  }
}

TEST(Credit, WhatTermsMustHaveRefusedIsRefused) {
  EXPECT_EQ(CreditFor(TieredRule(), Valued("99.995"), BaseOf("1.00 USD")).status().code(),
            absl::StatusCode::kFailedPrecondition);
  CreditRule rule = TieredRule();
  rule.window_cap = Amount("1.00 EUR");
  EXPECT_EQ(CreditFor(rule, Valued("98"), BaseOf("1.00 USD")).status().code(),
            absl::StatusCode::kFailedPrecondition);
  Window april{.interval = Between("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z")};
  std::vector<Fee> fees = MonthlyFee("1000.00 USD");
  rule = TieredRule();
  rule.fee = "other";
  EXPECT_EQ(FeeBaseOf(fees, rule, Zone::Utc(), april).status().code(), absl::StatusCode::kNotFound);
  fees[0].per = WindowEvery::kRollingDays;
  EXPECT_EQ(FeeBaseOf(fees, TieredRule(), Zone::Utc(), april).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// T-65
TEST(Credit, T65OverflowIsARefusal) {
  FeeBase base = BaseOf("1.00 USD");
  base.minor = Fraction::Whole(std::numeric_limits<int64_t>::max());
  CreditRule rule = TieredRule();
  rule.tiers[2].credit_percent = Number("200");
  EXPECT_EQ(CreditFor(rule, Valued("1"), base).status().code(), absl::StatusCode::kOutOfRange);
  rule.tiers[2].credit_percent = Number("100");
  absl::StatusOr<ComputedCredit> credit = CreditFor(rule, Valued("1"), base);
  ASSERT_TRUE(credit.ok());
  EXPECT_EQ(credit->amount.minor, std::numeric_limits<int64_t>::max());
}

// GC-37: the prorated base stays a fraction.
TEST(Credit, GC37ProratedBasesAreNotRounded) {
  Window part{.interval = Between("2026-04-17T00:00:00Z", "2026-05-01T00:00:00Z")};
  absl::StatusOr<FeeBase> base =
      FeeBaseOf(MonthlyFee("900.00 EUR"), TieredRule(), Zone::Utc(), part);
  ASSERT_TRUE(base.ok()) << base.status();
  EXPECT_EQ(base->minor, Ratio(42'000, 1));
  base = FeeBaseOf(MonthlyFee("100.00 EUR"), TieredRule(), Zone::Utc(), part);
  ASSERT_TRUE(base.ok());
  EXPECT_EQ(base->minor, Ratio(14'000, 3));
  absl::StatusOr<ComputedCredit> credit = CreditFor(TieredRule(), Valued("99"), *base);
  ASSERT_TRUE(credit.ok());
  EXPECT_EQ(credit->exact, Ratio(1'400, 3));
  EXPECT_EQ(FormatMoney(credit->amount), "4.67 EUR");
}

}  // namespace
}  // namespace tally::replay
