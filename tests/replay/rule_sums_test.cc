// Goal: what a rule gave beside the credits stays in the books, whatever is said later of what it
// rests on (DOMAIN 3.11). Method: a small ledger whose March has three points at 25.00 USD each,
// paid, and ruled to have none.
#include "replay/rule_sums.h"

#include <gtest/gtest.h>

#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

const WindowName kPointsMonth = MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");

class RuleSumsTest : public ::testing::Test {
 protected:
  RuleSumsTest() {
    CreditRule& credit = *test_.terms.objectives[0].credit;
    credit.scheme = "points";
    credit.fee = "";
    credit.tiers.clear();
    credit.edges = TierEdges::kUnset;
    credit.choices = Choices({{"for", {"severity"}},
                              {"level itself", {"is the better"}},
                              {"levels", {"97: 3", "99.99: 1"}},
                              {"repeat factor", {"2"}}});
    test_.terms.parties.push_back({"arbiter", "watch"});
    test_.terms.rules = {
        RuleWith("money", "points price", {{"price", "25.00 USD"}, {"period", "calendar month"}})};
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Wait("2026-04-01T00:30:00Z");
    test_.Publish("2026-04-01T00:00:00Z");
    test_.Wait("2026-04-12T00:00:00Z");
    test_.Project();
  }

  SmallCase test_;
};

TEST_F(RuleSumsTest, ThePriceOfPointsIsPaidByASettlementOfTheLastWindow) {
  const Result before = test_.Replay();
  ASSERT_EQ(before.sums.size(), 1u);
  EXPECT_EQ(before.sums[0].rule, "money");
  EXPECT_EQ(before.sums[0].open, Cash("75.00 USD"));
  test_.Settle(kPointsMonth, Cash("50.00 USD"), "R-1");
  EXPECT_EQ(test_.Replay().sums.at(0).open, Cash("25.00 USD"));
  test_.Settle(kPointsMonth, Cash("25.00 USD"), "R-2");
  const Result after = test_.Replay();
  EXPECT_TRUE(after.sums.empty());
  EXPECT_EQ(BalanceOf(after, "settled", "shop"), "75.00 USD");
  EXPECT_FALSE(Has(after, "settlement-other-amount"));
}

TEST_F(RuleSumsTest, WhatWasPaidAndIsNotOwedAnyMoreIsOwedBack) {
  test_.Settle(kPointsMonth, Cash("75.00 USD"), "R-1");
  const Result paid = test_.Replay();
  test_.Wait("2026-04-14T00:00:00Z");
  test_.Rule(test_.watch, RuledValue(kPointsMonth, "1/1"));
  const Result ruled = test_.Replay();
  EXPECT_EQ(LeftTheBooks(paid.postings, ruled.postings), "");
  EXPECT_EQ(BalanceOf(ruled, "settled", "shop"), "75.00 USD");
  int64_t open = 0;
  for (const Balance& each : ruled.balances) {
    const bool money = each.amount.currency.code == "USD" && each.party == "shop";
    if (money && each.account == "accrued") open += each.amount.minor;
  }
  EXPECT_EQ(open, -7'500);
  const Posting& last = ruled.postings.back();
  EXPECT_NE(last.text.find("taken back: a ruling after the closing"), std::string::npos)
      << last.text;
  EXPECT_NE(last.reverses, 0u);
}

}  // namespace
}  // namespace tally::replay
