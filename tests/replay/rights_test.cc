// Goal: an act about a right has an effect exactly when a replay just before it shows the right as
// open, and it is its holder's; the use ends the term and leaves alone what had ended. Method: a
// real ledger with days of down time in March and April; acts that are right, and each wrong in one
// way.
#include "replay/rights.h"

#include <gtest/gtest.h>

#include "schema/right_act.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

class RightsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Rule rule;
    rule.id = "chronic";
    rule.kind = "chronic failure";
    rule.choices = Choices({{"failure", {"breached"}},
                            {"failures", {"2"}},
                            {"no result", {"is skipped"}},
                            {"notice days", {"60"}},
                            {"right", {"termination"}},
                            {"runs from", {"closing"}},
                            {"when", {"failures in a row"}}});
    test_.terms.rules = {rule};
    test_.Agree(test_.terms);
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
  void Close() {
    test_.Wait("2026-06-10T00:00:00Z");
    test_.Project();
  }
  void Use(const ledger::TestParty& author, const std::string& rule, const std::string& effective) {
    RightExercised act;
    act.right = rule;
    act.kind = RightKind::kTermination;
    act.effective = On(effective);
    act.reason = std::to_string(++acts_);  // equal acts would be one
    test_.Act(author, BodyKind::kRightExercised, Encode(act));
  }
  std::string State() {
    const Result result = test_.Replay();
    return result.rights.empty() ? "none" : result.rights.front().state;
  }
  SmallCase test_;
  int acts_ = 0;
};

TEST_F(RightsTest, WhatDoesNotCountSaysWhy) {
  Use(test_.shop, "chronic", "2026-09-01T00:00:00Z");
  EXPECT_TRUE(Has(test_.Replay(), "right-not-arisen"));
  Close();
  Use(test_.shop, "other", "2026-09-01T00:00:00Z");
  EXPECT_TRUE(Has(test_.Replay(), "right-unknown"));
  Use(test_.acme, "chronic", "2026-09-01T00:00:00Z");
  EXPECT_TRUE(Has(test_.Replay(), "right-not-held"));
  Use(test_.shop, "chronic", "2026-05-01T00:00:00Z");
  EXPECT_TRUE(Has(test_.Replay(), "right-backdated"));
  EXPECT_EQ(State(), "open");
  EXPECT_FALSE(Has(test_.Replay(), "term-ended"));
}

TEST_F(RightsTest, AUseEndsTheTermAndIsToldWithItsCauses) {
  Close();
  Use(test_.shop, "chronic", "2026-06-20T00:00:00Z");
  const Result result = test_.Replay("2026");
  ASSERT_EQ(result.rights.size(), 1u);
  const Right& right = result.rights[0];
  EXPECT_EQ(right.state, "exercised");
  EXPECT_EQ(right.rule, "chronic");
  EXPECT_EQ(right.window, MonthOf("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z").window);
  EXPECT_EQ(right.effective, On("2026-06-20T00:00:00Z"));
  EXPECT_EQ(right.causes.size(), 2u) << "the closings of March and April";
  EXPECT_EQ(result.windows.back().window.limit, On("2026-06-20T00:00:00Z"));
  EXPECT_TRUE(Has(result, "term-ended"));
  ASSERT_FALSE(result.deadlines.empty());
  EXPECT_EQ(result.deadlines.back().what, "right.exercise");
  EXPECT_EQ(result.deadlines.back().state, "met");
  EXPECT_EQ(result.windows[1].derivation.back().step, "right");
  EXPECT_EQ(result.windows.back().derivation.back().step, "term");
  // The same ledger before the act knows nothing of it.
  ReplayRequest before = test_.Request("2026");
  before.axes.at_size = right.used->index;
  EXPECT_EQ(test_.Replay(before).rights.at(0).state, "open");
  EXPECT_FALSE(Has(test_.Replay(before), "term-ended"));
  Use(test_.shop, "chronic", "2026-07-01T00:00:00Z");
  EXPECT_TRUE(Has(test_.Replay(), "right-used"));
}

TEST_F(RightsTest, ProjectionsGoOnAndReproduceClosings) {
  Close();
  Use(test_.shop, "chronic", "2026-06-20T00:00:00Z");
  test_.Wait("2026-06-11T00:00:00Z");
  EXPECT_TRUE(test_.Project().closings.empty());
  EXPECT_FALSE(Has(test_.Replay(), "closing-not-reproduced"));
}

}  // namespace
}  // namespace tally::replay
