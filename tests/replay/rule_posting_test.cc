// Goal: sums of rules beside the credits are posted once, keep their place, and go back when what
// they rest on does (DOMAIN 3.11, 3.12). Method: two failed months of a small ledger that give a
// lump sum, all paid; then one of them is ruled to be met.
#include "replay/rule_posting.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

const WindowName kFirstMonth = MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
const WindowName kSecondMonth = MonthOf("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z");

class RulePostingTest : public ::testing::Test {
 protected:
  void Play(const tally::Rule& rule, bool second_fails = true) {
    test_.terms.parties.push_back({"arbiter", "watch"});
    test_.terms.disputes.credits = ClaimNeeded::kAutomatic;
    test_.terms.disputes.claim_within_days = 0;
    test_.terms.disputes.answer_within_days = 0;
    test_.terms.disputes.silence = SilentAnswer::kUnset;
    test_.terms.rules = {rule};
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Wait("2026-04-01T00:30:00Z");
    test_.Publish("2026-04-01T00:00:00Z");
    test_.Wait("2026-04-12T00:00:00Z");
    test_.Project();
    if (second_fails) {
      test_.feed.Report(1, State::kDown, On("2026-04-10T00:00:00Z"))
          .Report(1, State::kUp, On("2026-04-11T00:00:00Z"));
    }
    test_.Wait("2026-05-01T00:30:00Z");
    test_.Publish("2026-05-01T00:00:00Z");
    test_.Wait("2026-05-12T00:00:00Z");
    test_.Project();
  }

  static std::string Told(const Result& result) {
    std::string text;
    for (const Posting& each : result.postings) {
      absl::StrAppend(&text, FormatInstant(each.at), " ", each.from, " -> ", each.to, " ",
                      FormatMoney(each.amount), " ", each.text, "\n");
    }
    for (const Finding& each : result.findings) absl::StrAppend(&text, each.message, "\n");
    return text;
  }

  static tally::Rule CarryingCap() {
    return RuleWith("cap", "cap",
                    {{"limit", "money"},
                     {"money", "250.00 USD"},
                     {"period", "calendar month"},
                     {"belongs by", "end of window"},
                     {"cut", "pro rata"},
                     {"above", "carried"},
                     {"settled windows", "computed again"}});
  }

  SmallCase test_;
};

TEST_F(RulePostingTest, ALumpSumWhoseFailureIsGoneIsOwedBack) {
  Play(RuleWith("two", "chronic failure",
                {{"when", "every n failures"},
                 {"failures", "2"},
                 {"windows", "12"},
                 {"failure", "breached"},
                 {"no result", "is skipped"},
                 {"right", "lump sum"},
                 {"lump sum", "500.00 USD"}}));
  test_.Settle(kFirstMonth, Cash("300.00 USD"), "R-1");
  test_.Settle(kSecondMonth, Cash("300.00 USD"), "R-2");
  test_.Settle(kSecondMonth, Cash("500.00 USD"), "R-3");
  const Result paid = test_.Replay();
  EXPECT_EQ(BalanceOf(paid, "settled", "shop"), "1100.00 USD") << Told(paid);
  EXPECT_EQ(BalanceOf(paid, "accrued", "shop"), "-");
  test_.Wait("2026-05-14T00:00:00Z");
  test_.Rule(test_.watch, RuledValue(kFirstMonth, "1/1"));
  const Result ruled = test_.Replay();
  EXPECT_EQ(LeftTheBooks(paid.postings, ruled.postings), "");
  EXPECT_EQ(BalanceOf(ruled, "settled", "shop"), "1100.00 USD");
  EXPECT_EQ(BalanceOf(ruled, "accrued", "shop"), "-800.00 USD");
}

// What was carried into the second month stays a sum of its own when that month is ruled to be met.
TEST_F(RulePostingTest, ACreditThatWasPaidIsNoCarriedSum) {
  Play(CarryingCap());
  test_.Settle(kSecondMonth, Cash("250.00 USD"), "R-1");
  const Result paid = test_.Replay("2026-04");
  test_.Wait("2026-05-14T00:00:00Z");
  test_.Rule(test_.watch, RuledValue(kSecondMonth, "1/1"));
  const Result ruled = test_.Replay("2026-04");
  EXPECT_EQ(LeftTheBooks(paid.postings, ruled.postings), "");
  EXPECT_EQ(BalanceOf(ruled, "settled", "shop"), "250.00 USD");
  EXPECT_EQ(BalanceOf(ruled, "accrued", "shop"), "-250.00 USD");
  EXPECT_EQ(BalanceOf(ruled, "approved", "shop"), "50.00 USD") << "carried out of March\n"
                                                               << Told(ruled);
}

// And a sum of its own until the month is ruled to have failed itself; what was paid is owed back.
TEST_F(RulePostingTest, WhatWasCarriedIsTakenBackOnceTheMonthOwesItself) {
  Play(CarryingCap(), /*second_fails=*/false);
  test_.Settle(kSecondMonth, Cash("20.00 USD"), "R-1");
  const Result met = test_.Replay();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-04"), "approved", "shop"), "30.00 USD") << Told(met);
  test_.Wait("2026-05-14T00:00:00Z");
  const Hash ruled = test_.Rule(test_.watch, RuledValue(kSecondMonth, "97/100"));
  const Result failed = test_.Replay();
  EXPECT_EQ(LeftTheBooks(met.postings, failed.postings), "") << Told(failed);
  const Result april = test_.Replay("2026-04");
  EXPECT_EQ(BalanceOf(april, "settled", "shop"), "20.00 USD") << Told(failed);
  EXPECT_EQ(BalanceOf(april, "approved", "shop"), "230.00 USD")
      << "20.00 were paid of what was carried" << Told(failed);
  test_.Wait("2026-05-16T00:00:00Z");
  test_.Rule(test_.watch, RuledValue(kSecondMonth, "1/1"), ruled);
  EXPECT_EQ(LeftTheBooks(failed.postings, test_.Replay().postings), "");
  EXPECT_EQ(BalanceOf(test_.Replay("2026-04"), "approved", "shop"), "30.00 USD");
}

}  // namespace
}  // namespace tally::replay
