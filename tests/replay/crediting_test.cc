// Goal: rules over windows reach the result: amounts, balances, rights, derivations; also when only
// one month is asked for, and in a way that closings reproduce. Method: a real ledger with days of
// down time in March and April, terms with one rule each.
#include "replay/crediting.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

Rule CapOf(const char* money, const char* period) {
  return RuleWith("cap", "cap",
                  {{"limit", "money"},
                   {"money", money},
                   {"period", period},
                   {"belongs by", "end of window"},
                   {"cut", "pro rata"},
                   {"above", "lost"},
                   {"settled windows", "stay"}});
}

// Down on 10 March and 10 April, each a day: 30 % of 1,000.00 a month. May is good.
class CreditingTest : public ::testing::Test {
 protected:
  void Play(const Terms& terms) {
    test_.Agree(terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Wait("2026-04-01T00:30:00Z");
    test_.Publish("2026-04-01T00:00:00Z");
    test_.feed.Report(1, State::kDown, On("2026-04-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-04-11T00:00:00Z"));
    test_.Wait("2026-05-01T00:30:00Z");
    test_.Publish("2026-05-01T00:00:00Z");
    test_.Wait("2026-06-01T00:30:00Z");
    test_.Publish("2026-06-01T00:00:00Z");
  }
  std::string CreditOf(const Result& result, size_t window) {
    return FormatMoney(result.windows.at(window).credit->amount);
  }
  SmallCase test_;
};

TEST_F(CreditingTest, TermsWithoutRulesAreAnsweredAsBefore) {
  Play(test_.terms);
  Result result = test_.Replay("2026-03");
  EXPECT_EQ(CreditOf(result, 0), "300.00 USD");
  for (const DerivationLine& line : result.windows[0].derivation) EXPECT_NE(line.step, "held");
  EXPECT_TRUE(result.rights.empty());
}

TEST_F(CreditingTest, ACapCutsAndIsExplained) {
  test_.terms.rules = {CapOf("250.00 USD", "calendar month")};
  Play(test_.terms);
  Result result = test_.Replay();
  ASSERT_EQ(result.windows.size(), 3u);
  EXPECT_EQ(CreditOf(result, 0), "250.00 USD");
  EXPECT_EQ(CreditOf(result, 1), "250.00 USD");
  EXPECT_EQ(CreditOf(result, 2), "0.00 USD");
  const std::vector<DerivationLine>& lines = result.windows[0].derivation;
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const DerivationLine& line) {
    return line.step == "cap" && line.clause == "rules/cap" && line.result == "250.00 USD";
  }));
}

TEST_F(CreditingTest, OneMonthIsCappedByMonthsThatNobodyAskedFor) {
  test_.terms.rules = {CapOf("400.00 USD", "contract year")};
  test_.terms.disputes.claim_within_days = 90;
  Play(test_.terms);
  Result april = test_.Replay("2026-04");
  ASSERT_EQ(april.windows.size(), 1u);
  EXPECT_EQ(CreditOf(april, 0), "100.00 USD");
  // March is no part of the answer, in its claims and balances neither.
  EXPECT_EQ(BalanceOf(april, "accrued", "shop"), "100.00 USD");
}

// Rule 19 of DOMAIN 3.17.
TEST_F(CreditingTest, WhatNobodyClaimedInTimeUsesUpNoCap) {
  test_.terms.rules = {CapOf("400.00 USD", "contract year")};
  Play(test_.terms);
  EXPECT_EQ(CreditOf(test_.Replay("2026-04"), 0), "300.00 USD") << "March has expired";
}

TEST_F(CreditingTest, ClosingsReproduceWhatRulesLeft) {
  test_.terms.rules = {CapOf("400.00 USD", "contract year")};
  test_.terms.disputes.claim_within_days = 90;
  Play(test_.terms);
  test_.Wait("2026-06-10T00:00:00Z");
  EXPECT_EQ(test_.Project().closings.size(), 3u);
  Result result = test_.Replay();
  EXPECT_FALSE(Has(result, "closing-not-reproduced"));
  EXPECT_EQ(result.windows[1].closed->credit, Cash("100.00 USD"));
  EXPECT_TRUE(test_.Project().closings.empty());
}

TEST_F(CreditingTest, WhatIsEarnedBackIsNoLongerDue) {
  test_.terms.rules = {RuleWith("back", "earn-back",
                                {{"windows", "1"},
                                 {"condition", "met"},
                                 {"within windows", "none"},
                                 {"share", "50"},
                                 {"eligible", "every failure"},
                                 {"gives back", "cash"},
                                 {"headroom", "not given back"},
                                 {"no result", "is skipped"},
                                 {"still a failure", "yes"},
                                 {"objective ends", "credit is final"},
                                 {"at termination", "paid"}})};
  PayWithoutClaims(test_.terms);
  Play(test_.terms);
  Result result = test_.Replay();
  EXPECT_EQ(CreditOf(result, 0), "300.00 USD") << "the credit stands; part of it is not due";
  EXPECT_EQ(BalanceOf(result, "earned-back", "shop"), "300.00 USD");
  EXPECT_EQ(BalanceOf(result, "accrued", "shop"), "300.00 USD");
  EXPECT_EQ(BalanceOf(result, "accrued", "acme"), "-300.00 USD");
  ReplayRequest request = test_.Request("2026-04");
  EXPECT_EQ(BalanceOf(test_.Replay(request), "earned-back", "shop"), "150.00 USD");
}

TEST_F(CreditingTest, ARightArisesAtTheClosingThatCompletesIt) {
  test_.terms.rules = {RuleWith("chronic", "chronic failure",
                                {{"when", "failures in a row"},
                                 {"failures", "2"},
                                 {"failure", "breached"},
                                 {"no result", "is skipped"},
                                 {"right", "termination"},
                                 {"notice days", "60"},
                                 {"runs from", "closing"}})};
  Play(test_.terms);
  EXPECT_TRUE(test_.Replay().rights.empty()) << "nothing is closed yet";
  test_.Wait("2026-06-10T00:00:00Z");
  test_.Project();
  Result result = test_.Replay();
  ASSERT_EQ(result.rights.size(), 1u);
  EXPECT_EQ(result.rights[0].kind, "termination");
  EXPECT_EQ(result.rights[0].party, "shop");
  EXPECT_EQ(result.rights[0].exercise_until, On("2026-08-10T00:00:00Z"));
  EXPECT_EQ(result.rights[0].state, "open");
  // It belongs to April, which completed it.
  EXPECT_EQ(test_.Replay("2026-04").rights.size(), 1u);
  EXPECT_TRUE(test_.Replay("2026-03").rights.empty());
}

// 3.17 rule 13: with no such window there is no result, which is not a carried one.
TEST_F(CreditingTest, WithNothingToCarryAWindowCountsAsOneWithoutAResult) {
  Objective& objective = test_.terms.objectives[0];
  objective.empty = EmptyRule::kCarryLast;
  objective.measure.denominator = Denominator::kRemove;
  objective.exclusions = {
      {"move", "planned maintenance", During("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")}};
  test_.terms.rules = {RuleWith("chronic", "chronic failure",
                                {{"when", "failures in a row"},
                                 {"failures", "1"},
                                 {"failure", "breached"},
                                 {"no result", "counts"},
                                 {"right", "termination"},
                                 {"notice days", "none"},
                                 {"runs from", "closing"}})};
  Play(test_.terms);
  test_.Wait("2026-06-10T00:00:00Z");
  test_.Project();
  EXPECT_EQ(test_.Replay("2026-03").rights.size(), 1u) << "the first failure, so the only right";
}

TEST_F(CreditingTest, PointsHaveABalanceOfTheirOwn) {
  CreditRule& credit = *test_.terms.objectives[0].credit;
  credit.scheme = "points";
  credit.fee = "";
  credit.tiers.clear();
  credit.edges = TierEdges::kUnset;
  credit.choices = Choices({{"for", {"severity"}},
                            {"level itself", {"is the better"}},
                            {"levels", {"97: 3", "99.99: 1"}},
                            {"repeat factor", {"2"}}});
  Play(test_.terms);
  Result result = test_.Replay();
  EXPECT_FALSE(result.windows[0].credit.has_value());
  EXPECT_EQ(BalanceOf(result, "accrued", "shop"), "9 points") << "3, and 3 x 2";
  test_.Wait("2026-06-10T00:00:00Z");
  EXPECT_EQ(test_.Project().closings.size(), 3u);
  EXPECT_FALSE(Has(test_.Replay(), "closing-not-reproduced"));
}

}  // namespace
}  // namespace tally::replay
