// Goal: an amendment in mid-window gives the worked amounts of each reach, with one rounding; a
// partial first month is prorated. Method: one April with 30 and 60 minutes down, each reach in
// turn.
#include "replay/terms/split.h"

#include <utility>

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

// Ten percent below `target`, whatever the value.
Objective TenPercentBelow(const char* target) {
  Objective objective = PlainObjective(target);
  CreditRule credit = SchemeOf("tiers", "service", {});
  credit.edges = TierEdges::kFromIncluded;
  credit.tiers = {{std::nullopt, Number(target), Number("10")}};
  objective.credit = credit;
  return objective;
}

class Split : public ::testing::Test {
 protected:
  WindowFigures Figures(const Objective& objective, const Window& window) const {
    return Evaluate(objective, fees_, Zone::Utc(), window, observations_);
  }
  absl::StatusOr<WindowFigures> Combined() const {
    std::vector<EvaluatedPart> parts;
    for (const TermsPart& part : parts_) {
      absl::StatusOr<Window> of_part = WindowOfPart(april_, part.interval);
      EXPECT_TRUE(of_part.ok());
      parts.push_back({part, Figures(*part.objective, *of_part)});
    }
    return CombineParts(april_, parts);
  }

  std::vector<Fee> fees_ = MonthlyFee("1000.00 EUR");
  Objective before_ = TenPercentBelow("99.9");
  Objective after_ = TenPercentBelow("99.5");
  Window april_{.interval = Between("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z")};
  Instant effective_ = At("2026-04-16T00:00:00Z");
  std::vector<TermsPart> parts_ = {{&before_, {april_.interval.first, effective_}},
                                   {&after_, {effective_, april_.interval.limit}}};
  std::vector<Observation> observations_ =
      UpExcept(april_.interval.first, {Between("2026-04-05T00:00:00Z", "2026-04-05T00:30:00Z"),
                                       Between("2026-04-20T00:00:00Z", "2026-04-20T01:00:00Z")});
};

TEST_F(Split, GC36EachPartByItsOwnTerms) {
  absl::StatusOr<WindowFigures> whole = Combined();
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->verdict, Verdict::kBreached);
  EXPECT_EQ(FormatMoney(whole->credit->amount), "50.00 EUR");
  EXPECT_EQ(whole->value, Ratio(43'110, 43'200));
  EXPECT_EQ(whole->measured.counted, Minutes(90));
  EXPECT_EQ(whole->derivation.back().step, "split");
}

TEST_F(Split, GC36NextWindowAndInForceAtEnd) {
  WindowFigures next = Figures(before_, april_);
  EXPECT_EQ(FormatPercent(*next.value), "99.791667");
  EXPECT_EQ(FormatMoney(next.credit->amount), "100.00 EUR");
  WindowFigures end = Figures(after_, april_);
  EXPECT_EQ(end.verdict, Verdict::kMet);
  EXPECT_EQ(FormatMoney(end.credit->amount), "0.00 EUR");
}

TEST_F(Split, GC36WeightedTarget) {
  EXPECT_EQ(WeightedTarget(parts_).value_or(Fraction{}), Ratio(997, 1000));
  WindowFigures end = Figures(after_, april_);
  CreditFacts facts;
  facts.value = *end.value;
  absl::StatusOr<WindowFigures> weighted = AgainstWeightedTarget(parts_, facts, end);
  ASSERT_TRUE(weighted.ok());
  EXPECT_EQ(weighted->verdict, Verdict::kMet);
  EXPECT_EQ(FormatMoney(weighted->credit->amount), "0.00 EUR");
  // 99.6 is between the last target and the weighted one: the earlier terms' tiers cover it.
  end.value = facts.value = Ratio(996, 1000);
  weighted = AgainstWeightedTarget(parts_, facts, end);
  ASSERT_TRUE(weighted.ok()) << weighted.status();
  EXPECT_EQ(weighted->verdict, Verdict::kBreached);
  EXPECT_EQ(FormatMoney(weighted->credit->amount), "100.00 EUR");
}

TEST_F(Split, OneRoundingForAllParts) {
  // 10 % of 0.05 is half a cent in each half: together one cent, not two.
  fees_ = MonthlyFee("0.10 EUR");
  after_ = TenPercentBelow("99.9");
  absl::StatusOr<WindowFigures> whole = Combined();
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->credit->exact, Ratio(1, 1));
  EXPECT_EQ(FormatMoney(whole->credit->amount), "0.01 EUR");
}

TEST_F(Split, CapsAreSharedByTimeAndRoundedDown) {
  before_.credit->window_cap = Amount("30.01 EUR");
  after_.credit->window_cap = Amount("10.00 EUR");
  EXPECT_EQ(FormatMoney(Combined()->credit->amount), "20.00 EUR") << "15.005 and 5.00";
  before_.credit->window_cap = std::nullopt;
  EXPECT_EQ(FormatMoney(Combined()->credit->amount), "50.00 EUR") << "one part has no cap";
  after_.credit->minimum = Amount("50.00 EUR");
  EXPECT_EQ(FormatMoney(Combined()->credit->amount), "0.00 EUR");
}

// What one part earned is not lost because the other's terms give no credit.
TEST_F(Split, APartWithoutACreditAddsNothing) {
  before_.credit->window_cap = Amount("60.00 EUR");
  after_ = TenPercentBelow("99.9");
  std::optional<CreditRule> credit = std::exchange(after_.credit, std::nullopt);
  absl::StatusOr<WindowFigures> whole = Combined();
  ASSERT_TRUE(whole.ok()) << whole.status();
  ASSERT_TRUE(whole->credit.has_value());
  EXPECT_EQ(FormatMoney(whole->credit->rounded), "50.00 EUR");
  EXPECT_EQ(FormatMoney(whole->credit->amount), "30.00 EUR") << "half of the earlier cap";
  before_.credit->minimum = Amount("30.00 EUR");
  EXPECT_EQ(FormatMoney(Combined()->credit->amount), "0.00 EUR");
  before_.credit = std::nullopt;
  EXPECT_FALSE(Combined()->credit.has_value());
  after_.credit = credit;
  ASSERT_TRUE(Combined()->credit.has_value());
  EXPECT_EQ(FormatMoney(Combined()->credit->amount), "50.00 EUR");
}

// Rule 23: met only if all parts are.
TEST_F(Split, ASplitWindowIsMetOnlyIfAllPartsAre) {
  before_ = TenPercentBelow("99.8");
  EXPECT_EQ(Combined()->verdict, Verdict::kMet);
  EXPECT_TRUE(Combined()->exceeds);
  after_ = TenPercentBelow("99.9");
  EXPECT_EQ(Combined()->verdict, Verdict::kBreached);
  EXPECT_FALSE(Combined()->exceeds);
}

TEST_F(Split, AFixedDenominatorShrinksWithThePart) {
  for (Objective* objective : {&before_, &after_}) {
    objective->measure.denominator = Denominator::kFixed;
    objective->measure.fixed = Minutes(40'000);
  }
  absl::StatusOr<Window> first = WindowOfPart(april_, parts_[0].interval);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->share, Ratio(1, 2));
  EXPECT_EQ(Figures(before_, *first).value, Ratio(20'000 - 30, 20'000));
}

TEST_F(Split, GC37APartialFirstMonth) {
  Window part{.interval = Between("2026-04-17T00:00:00Z", "2026-05-01T00:00:00Z"),
              .share = Ratio(14, 30)};
  observations_ =
      UpExcept(part.interval.first, {Between("2026-04-20T00:00:00Z", "2026-04-20T00:21:00Z")});
  fees_ = MonthlyFee("900.00 EUR");
  WindowFigures figures = Figures(before_, part);
  EXPECT_EQ(FormatPercent(*figures.value), "99.895833");
  EXPECT_EQ(FormatMoney(figures.credit->amount), "42.00 EUR");
}

TEST_F(Split, TheReachIsATerm) {
  Terms terms;
  EXPECT_EQ(ReachOf(terms, after_), AmendmentReach::kNextWindow);
  for (auto [word, reach] : std::vector<std::pair<const char*, AmendmentReach>>{
           {"next window", AmendmentReach::kNextWindow},
           {"split", AmendmentReach::kSplit},
           {"weighted target", AmendmentReach::kWeightedTarget},
           {"in force at end", AmendmentReach::kInForceAtEnd}}) {
    terms.rules = {RuleOf("amendments", "amendments", {{"inside a window", word}})};
    EXPECT_EQ(ReachOf(terms, after_), reach) << word;
    terms.rules[0].objectives = {"other"};
    EXPECT_EQ(ReachOf(terms, after_), AmendmentReach::kNextWindow);
  }
}

}  // namespace
}  // namespace tally::replay
