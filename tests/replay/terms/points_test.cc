// Goal: repeated failure multiplies once, and a period's points become money by one line. Method:
// the worked months; a window without a result between; the table at and beside its steps.
#include "replay/terms/points.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

WindowOutcome WithPoints(RuledTerms& terms, const char* month, int64_t points) {
  WindowOutcome outcome = terms.Month("a", month, "0.00 EUR");
  outcome.raw = std::nullopt;
  outcome.points = points;
  outcome.verdict = points > 0 ? Verdict::kBreached : Verdict::kMet;
  return outcome;
}
RuledTerms Pointed(const char* factor = "2") {
  RuledTerms terms("1000.00 EUR");
  terms.At("a").credit = SchemeOf("points", "",
                                  {{"for", "severity"},
                                   {"levels", "97: 3; 99: 1"},
                                   {"level itself", "is the better"},
                                   {"repeat factor", factor}});
  return terms;
}

TEST(Points, GC45ARepeatIsTheWindowBeforeAtAnySeverity) {
  RuledTerms terms = Pointed();
  WindowOutcome one = WithPoints(terms, "2026-01", 3);
  WindowOutcome two = WithPoints(terms, "2026-02", 1);
  WindowOutcome three = WithPoints(terms, "2026-03", 3);
  EXPECT_EQ(PointsWithRepeat(one, {}).value_or(-1), 3);
  EXPECT_EQ(PointsWithRepeat(two, {Verdict::kBreached}).value_or(-1), 2);
  EXPECT_EQ(PointsWithRepeat(three, {Verdict::kBreached, Verdict::kBreached}).value_or(-1), 6);
  // A window without a result is passed over; one that was met ends the repetition.
  EXPECT_EQ(PointsWithRepeat(two, {Verdict::kBreached, Verdict::kNoResult}).value_or(-1), 2);
  EXPECT_EQ(PointsWithRepeat(two, {Verdict::kBreached, Verdict::kMet}).value_or(-1), 1);
  PipelineAnswer answer = RunRules({one, two, three});
  EXPECT_EQ(answer.lines[0].points + answer.lines[1].points + answer.lines[2].points, 11);
  ASSERT_EQ(answer.entries.size(), 3u);
  EXPECT_EQ(FormatMoney(answer.entries[2].amount), "6 points");
}

// 3 x 1.5: rounded once, as the terms say.
TEST(Points, ARepeatIsRoundedAsTheTermsSay) {
  RuledTerms terms = Pointed("1.5");
  WindowOutcome again = WithPoints(terms, "2026-02", 3);
  terms.At("a").credit->rounding = Rounding::kDown;
  EXPECT_EQ(PointsWithRepeat(again, {Verdict::kBreached}).value_or(-1), 4);
  terms.At("a").credit->rounding = Rounding::kHalfUp;
  EXPECT_EQ(PointsWithRepeat(again, {Verdict::kBreached}).value_or(-1), 5);
}

TEST(Points, ATableGivesAPercentageOfCharges) {
  RuledTerms terms = Pointed();
  Rule table = RuleOf("table", "points table",
                      {{"table", "5: 1; 10: 2.5"},
                       {"fee", "service"},
                       {"period", "calendar month"},
                       {"rounding", "half up"}});
  WindowOutcome outcome = WithPoints(terms, "2026-04", 3);
  Interval april = outcome.window;
  EXPECT_EQ(PointsPeriodOf(table, outcome).value_or(Interval{}), april);
  for (auto [points, money] : std::vector<std::pair<int64_t, const char*>>{
           {4, "0.00 EUR"}, {5, "10.00 EUR"}, {9, "10.00 EUR"}, {10, "25.00 EUR"}}) {
    EXPECT_EQ(MoneyForPoints(table, outcome, april, points).value_or(Money{}), Amount(money));
  }
}

TEST(Points, APriceIsPaidOncePerPeriod) {
  RuledTerms terms = Pointed("1");
  terms.Add(RuleOf("price", "points price", {{"price", "7.50 EUR"}, {"period", "contract year"}}));
  PipelineAnswer answer =
      RunRules({WithPoints(terms, "2026-01", 3), WithPoints(terms, "2026-02", 1)});
  ASSERT_EQ(answer.entries.size(), 3u);
  EXPECT_EQ(answer.entries[2].kind, "points price");
  EXPECT_EQ(answer.entries[2].amount, Amount("30.00 EUR"));
  EXPECT_EQ(answer.entries[2].debtor, "provider");
}

TEST(Points, AFactorAboveTwoIsRefused) {
  RuledTerms terms = Pointed("3");
  EXPECT_EQ(PointsWithRepeat(WithPoints(terms, "2026-02", 1), {Verdict::kBreached}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// T-65
TEST(Points, T65PricesBeyond64BitsAreRefused) {
  RuledTerms terms = Pointed();
  Rule price = RuleOf("price", "points price", {{"price", "7.50 EUR"}, {"period", "window"}});
  WindowOutcome outcome = WithPoints(terms, "2026-04", 3);
  EXPECT_EQ(MoneyForPoints(price, outcome, outcome.window, INT64_MAX / 2).status().code(),
            absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace tally::replay
