// Goal: what rules over windows make of closed credits is booked when it becomes so, and never
// before (DOMAIN 3.17 rules 19, 20, 23). Method: a real ledger whose months are closed one by one,
// settled and restated between; what stood in the books at each step stands in them ever after.
#include "replay/rule_history.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

Rule HalfHeldForAMonth() {
  return RuleWith("back", "earn-back",
                  {{"windows", "1"},
                   {"condition", "met"},
                   {"within windows", "1"},
                   {"share", "50"},
                   {"eligible", "every failure"},
                   {"gives back", "cash"},
                   {"headroom", "not given back"},
                   {"no result", "is skipped"},
                   {"still a failure", "yes"},
                   {"objective ends", "credit is final"},
                   {"at termination", "paid"}});
}

const WindowName kMarch = MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");

// Down a day in each of March and April, 300.00 USD a month; May is good.
class RuleHistoryTest : public ::testing::Test {
 protected:
  void Begin() {
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Wait("2026-04-01T00:30:00Z");
    test_.Publish("2026-04-01T00:00:00Z");
    test_.Wait("2026-04-12T00:00:00Z");
    test_.Project();
    Look();
  }
  void April(bool fails) {
    if (fails) {
      test_.feed.Report(1, State::kDown, On("2026-04-20T00:00:00Z"))
          .Report(1, State::kUp, On("2026-04-21T00:00:00Z"));
    }
    test_.Wait("2026-05-01T00:30:00Z");
    test_.Publish("2026-05-01T00:00:00Z");
    Look();
    test_.Wait("2026-05-12T00:00:00Z");
    test_.Project();
    Look();
  }
  // Nothing leaves the books, but for what no act caused: that is computed and changes.
  Result Look() {
    Result result = test_.Replay();
    EXPECT_FALSE(Has(result, "closing-not-reproduced"));
    EXPECT_EQ(LeftTheBooks(booked_, result.postings), "");
    booked_ = result.postings;
    return result;
  }
  void SettleMarch(const Money& amount) {
    const Hash claim = test_.File({kMarch});
    test_.Answer(claim, ClaimAnswer::kAccepted);
    test_.Confirm(test_.Offer(claim, amount), amount);
    Look();
  }

  SmallCase test_;
  int settled_ = 0;
  std::vector<Posting> booked_;
};

TEST_F(RuleHistoryTest, AHeldShareThatBecomesFinalIsOwedBesideWhatWasPaid) {
  test_.terms.rules = {HalfHeldForAMonth()};
  Begin();
  EXPECT_EQ(BalanceOf(Look(), "held", "shop"), "150.00 USD");
  SettleMarch(Cash("150.00 USD"));
  April(/*fails=*/true);
  const Result result = test_.Replay("2026-03");
  EXPECT_EQ(BalanceOf(result, "settled", "shop"), "150.00 USD");
  EXPECT_EQ(BalanceOf(result, "accrued", "shop"), "150.00 USD");
  EXPECT_EQ(BalanceOf(result, "held", "shop"), "-");
  EXPECT_EQ(BalanceOf(result, "reversed", "shop"), "-") << "nobody gave anything up";
  SettleMarch(Cash("150.00 USD"));
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "settled", "shop"), "300.00 USD");
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "accrued", "shop"), "-");
}

TEST_F(RuleHistoryTest, WhereNoClaimIsNeededASecondSettlementPaysIt) {
  test_.terms.rules = {HalfHeldForAMonth()};
  PayWithoutClaims(test_.terms);
  Begin();
  const auto settle = [this] {
    test_.Settle(kMarch, Cash("150.00 USD"), absl::StrCat("invoice ", ++settled_));
    Look();
  };
  settle();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "settled", "shop"), "150.00 USD");
  settle();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "settled", "shop"), "150.00 USD")
      << "nothing more was due";
  April(/*fails=*/true);
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "approved", "shop"), "150.00 USD");
  settle();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "settled", "shop"), "300.00 USD");
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "approved", "shop"), "-");
}

TEST_F(RuleHistoryTest, AHeldShareThatIsEarnedBackWasHeldBefore) {
  test_.terms.rules = {HalfHeldForAMonth()};
  Begin();
  April(/*fails=*/false);
  const Result result = Look();
  EXPECT_EQ(BalanceOf(result, "earned-back", "shop"), "150.00 USD");
  EXPECT_EQ(BalanceOf(result, "held", "shop"), "-");
}

TEST_F(RuleHistoryTest, WhatArisesLaterCanBeClaimedFromThenOn) {
  test_.terms.rules = {RuleWith("expected", "expected level",
                                {{"failures", "2"}, {"windows", "12"}, {"pays", "all"}})};
  Begin();
  EXPECT_EQ(BalanceOf(Look(), "accrued", "shop"), "-") << "one failure pays nothing";
  April(/*fails=*/true);
  const Result result = test_.Replay("2026-03");
  EXPECT_EQ(BalanceOf(result, "accrued", "shop"), "300.00 USD");
  EXPECT_EQ(BalanceOf(result, "expired", "shop"), "-");
  EXPECT_TRUE(Has(result, "closed-differs"));
  const auto due = std::find_if(result.deadlines.begin(), result.deadlines.end(),
                                [](const Deadline& each) { return each.what == "claim.file"; });
  ASSERT_NE(due, result.deadlines.end());
  EXPECT_GT(due->due, On("2026-05-20T00:00:00Z")) << "from the closing of April";
  SettleMarch(Cash("300.00 USD"));
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "settled", "shop"), "300.00 USD");
}

// What a window that is over would make of a closed one is no entry: its closing is.
TEST_F(RuleHistoryTest, BeforeTheNextClosingNothingMoves) {
  test_.terms.rules = {HalfHeldForAMonth()};
  Begin();
  SettleMarch(Cash("150.00 USD"));
  test_.feed.Report(1, State::kDown, On("2026-04-20T00:00:00Z"))
      .Report(1, State::kUp, On("2026-04-21T00:00:00Z"));
  test_.Wait("2026-05-01T00:30:00Z");
  test_.Publish("2026-05-01T00:00:00Z");
  const Result open = test_.Replay("2026-03");
  EXPECT_EQ(BalanceOf(open, "accrued", "shop"), "-");
  EXPECT_EQ(BalanceOf(open, "held", "shop"), "150.00 USD");
  EXPECT_FALSE(Has(open, "closing-not-reproduced"));
  test_.Wait("2026-05-12T00:00:00Z");
  test_.Project();
  Look();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "settled", "shop"), "150.00 USD");
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "accrued", "shop"), "150.00 USD");
}

// What is over before it is closed, with the month that earns it back, is closed so.
TEST_F(RuleHistoryTest, AShareThatIsEarnedBackInTheSameRunWasNeverDue) {
  test_.terms.rules = {HalfHeldForAMonth()};
  test_.Agree(test_.terms);
  test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test_.Wait("2026-04-01T00:30:00Z");
  test_.Publish("2026-04-01T00:00:00Z");
  April(/*fails=*/false);
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "earned-back", "shop"), "150.00 USD");
  test_.Wait("2026-06-01T00:30:00Z");
  test_.Publish("2026-06-01T00:00:00Z");
  Look();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "earned-back", "shop"), "150.00 USD");
}

// What is settled below what a cap left is room for others, from the settlement on.
TEST_F(RuleHistoryTest, ASettlementThatLeavesRoomUnderACapIsAnAct) {
  PayWithoutClaims(test_.terms);
  test_.terms.rules = {RuleWith("cap", "cap",
                                {{"limit", "money"},
                                 {"money", "400.00 USD"},
                                 {"period", "contract year"},
                                 {"belongs by", "end of window"},
                                 {"cut", "in order"},
                                 {"above", "lost"},
                                 {"settled windows", "stay"}})};
  Begin();
  April(/*fails=*/true);
  EXPECT_EQ(BalanceOf(test_.Replay("2026-04"), "approved", "shop"), "100.00 USD");
  test_.Settle(kMarch, Cash("250.00 USD"), "R-1");
  Look();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-04"), "approved", "shop"), "150.00 USD");
  test_.Wait("2026-06-01T00:30:00Z");
  test_.Publish("2026-06-01T00:00:00Z");
  Look();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-04"), "approved", "shop"), "150.00 USD");
}

// What had expired took no room until both sides settled it all the same.
TEST_F(RuleHistoryTest, ASettlementOfWhatHadExpiredTakesRoomUnderACapFromThenOn) {
  test_.terms.rules = {RuleWith("cap", "cap",
                                {{"limit", "money"},
                                 {"money", "400.00 USD"},
                                 {"period", "contract year"},
                                 {"belongs by", "end of window"},
                                 {"cut", "in order"},
                                 {"above", "lost"},
                                 {"settled windows", "computed again"}})};
  Begin();
  April(/*fails=*/true);
  EXPECT_EQ(BalanceOf(test_.Replay("2026-03"), "expired", "shop"), "300.00 USD");
  EXPECT_EQ(BalanceOf(test_.Replay("2026-04"), "accrued", "shop"), "300.00 USD");
  test_.Wait("2026-05-14T00:00:00Z");
  test_.Settle(kMarch, Cash("50.00 USD"), "R-1");
  Look();
  const Result april = test_.Replay("2026-04");
  EXPECT_EQ(BalanceOf(april, "accrued", "shop"), "100.00 USD");
  EXPECT_GE(april.postings.back().at, On("2026-05-14T00:00:00Z")) << april.postings.back().text;
}

// A month that was ruled and ruled otherwise leaves the other month what it was given then.
TEST_F(RuleHistoryTest, ACorrectedRulingLeavesWhatItTookFromTheNextMonth) {
  test_.terms.parties.push_back({"arbiter", "watch"});
  PayWithoutClaims(test_.terms);
  test_.terms.rules = {RuleWith("cap", "cap",
                                {{"limit", "money"},
                                 {"money", "400.00 USD"},
                                 {"period", "contract year"},
                                 {"belongs by", "end of window"},
                                 {"cut", "in order"},
                                 {"above", "lost"},
                                 {"settled windows", "computed again"}})};
  Begin();
  April(/*fails=*/true);
  EXPECT_EQ(BalanceOf(test_.Replay("2026-04"), "approved", "shop"), "100.00 USD");
  const Hash ruled = test_.Rule(test_.watch, RuledValue(kMarch, "199/200"));
  Look();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-04"), "approved", "shop"), "300.00 USD");
  test_.Wait("2026-05-14T00:00:00Z");
  test_.Rule(test_.watch, RuledValue(kMarch, "1/1"), ruled);
  Look();
  EXPECT_EQ(BalanceOf(test_.Replay("2026-04"), "approved", "shop"), "300.00 USD");
}

TEST_F(RuleHistoryTest, WithoutAChangeThereIsOneStep) {
  test_.terms.rules = {HalfHeldForAMonth()};
  Begin();
  const Result result = Look();
  EXPECT_EQ(BalanceOf(result, "accrued", "shop"), "150.00 USD");
  EXPECT_TRUE(RestatedByRules({}, {CreditSince{.due = 150}}).empty());
}

TEST(RestatedByRules, OwnActsAndRulesAreToldInOneSeries) {
  const auto at = [](uint64_t index) {
    ActStamp stamp;
    stamp.at = {index, 0};
    stamp.time = Instant{static_cast<int64_t>(index)};
    return stamp;
  };
  const std::vector<Restated> own = {{.before = 9, .stamp = at(3), .why = "own"}};
  const std::vector<Restated> told =
      RestatedByRules(own, {{.stamp = at(1), .due = 10},
                            {.stamp = at(2), .why = "rules", .due = 7},
                            {.stamp = at(3), .due = 4, .own = true},
                            {.stamp = at(4), .why = "held", .due = 4, .held = 1}});
  ASSERT_EQ(told.size(), 2u) << "what is held alone changes nothing that is due";
  EXPECT_EQ(told[0].before, 10);
  EXPECT_TRUE(told[0].by_rules);
  EXPECT_EQ(told[1].before, 7);
  EXPECT_EQ(told[1].why, "own");
}

}  // namespace
}  // namespace tally::replay
