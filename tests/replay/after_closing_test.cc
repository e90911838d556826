// Goal: what is said after a closing limits evidence, changes the books' amounts and is told, in
// the order of time. Method: a window made in memory, with a closing, restatements and rulings on
// it.
#include "replay/after_closing.h"

#include <gtest/gtest.h>

#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

class AfterClosingTest : public ::testing::Test {
 protected:
  AfterClosingTest() {
    version_.terms = std::make_shared<const Terms>(SmallTerms(SomeZone()));
    window_.plan.version = &version_;
    window_.plan.objective = &version_.terms->objectives.front();
    window_.plan.window.interval = During("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
    closing_.stamp.at = {20, 0};
    closing_.stamp.time = closing_.stamp.recorded = On("2026-04-06T00:00:00Z");
    closing_.body.size = 20;
    closing_.body.credit = Cash("100.00 USD");
    window_.closing = &closing_;
    window_.reopened = true;
  }
  void Restate(uint64_t index, absl::string_view credit, absl::string_view accepted,
               const std::string& state = "accepted") {
    RestatementCase& each = cases_.emplace_back();
    each.stamp.at = {index, 0};
    each.stamp.time = On("2026-04-10T00:00:00Z");
    each.body.size = index;
    each.body.verdict = "breached";
    each.body.credit = Cash(credit);
    RestatementStanding standing;
    standing.restatement = &each;
    standing.state = state;
    if (!accepted.empty()) {
      standing.effective = ActStamp{};
      standing.effective->at = {index + 1, 0};
      standing.effective->time = On(accepted);
    }
    window_.restatements.push_back(standing);
  }
  void Rule(uint64_t index, absl::string_view time) {
    ruling_.stamp.at = {index, 0};
    ruling_.stamp.time = On(time);
    window_.ruled.value = Ruled<Fraction>{Fraction::Whole(1), &ruling_};
  }

  TermsVersion version_;
  Closing closing_;
  WindowRuling ruling_;
  std::deque<RestatementCase> cases_;
  EvaluatedWindow window_;
};

TEST_F(AfterClosingTest, EvidenceIsWhatTheClosingKnewUntilBothAgreeOnMore) {
  const Instant now = On("2026-06-01T00:00:00Z");
  closing_.body.knowledge = On("2026-04-06T00:00:00Z");
  EvidenceScope scope;
  EXPECT_EQ(LimitToClosing(window_, now, scope), On("2026-04-06T00:00:00Z"));
  EXPECT_EQ(scope.size, 20u);
  EXPECT_FALSE(scope.late_counts);
  EXPECT_EQ(LimitToClosing(window_, On("2026-04-05T00:00:00Z"), scope), On("2026-04-05T00:00:00Z"))
      << "as reported before it";
  Restate(30, "60.00 USD", "");
  scope = {};
  LimitToClosing(window_, now, scope);
  EXPECT_EQ(scope.size, 20u) << "proposed only";
  Restate(40, "60.00 USD", "2026-04-12T00:00:00Z");
  cases_.back().body.knowledge = On("2026-04-09T00:00:00Z");
  cases_.back().stamp.recorded = On("2026-04-10T00:00:00Z");
  scope = {};
  EXPECT_EQ(LimitToClosing(window_, now, scope), On("2026-04-09T00:00:00Z"));
  EXPECT_EQ(scope.size, 40u);
  EXPECT_TRUE(scope.late_counts);
  cases_.back().body.knowledge = On("2027-01-01T00:00:00Z");
  scope = {};
  EXPECT_EQ(LimitToClosing(window_, now, scope), On("2026-04-10T00:00:00Z"))
      << "nobody knows what time has passed after he spoke";
  Rule(50, "2026-04-20T00:00:00Z");
  ruling_.stamp.recorded = ruling_.stamp.time;
  window_.ruled.reopened = &ruling_;
  scope = {};
  EXPECT_EQ(LimitToClosing(window_, now, scope), On("2026-04-20T00:00:00Z"));
  EXPECT_EQ(scope.size, 50u) << "opened again by a ruling";
  scope = {};
  scope.late_counts = true;
  EXPECT_EQ(LimitToClosing(window_, now, scope), now) << "terms that always restate";
  EXPECT_EQ(scope.size, UINT64_MAX);
}

TEST_F(AfterClosingTest, ChangesAreToldInOrderAndAmountsWhereTheyAreKnown) {
  Restate(40, "60.00 USD", "2026-04-12T00:00:00Z");
  Rule(50, "2026-04-20T00:00:00Z");
  Restate(60, "10.00 USD", "2026-04-25T00:00:00Z");
  const std::vector<ClosedChange> changes = ChangesSinceClosing(window_);
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].why, "a restatement, accepted");
  EXPECT_EQ(changes[1].why, "a ruling after the closing");
  EXPECT_EQ(RulingsOn(window_).size(), 1u);
  window_.closing = nullptr;
  EXPECT_TRUE(ChangesSinceClosing(window_).empty());
}

TEST_F(AfterClosingTest, WhatIsOpenOrWithoutEffectIsFound) {
  Restate(30, "60.00 USD", "", "proposed");
  Restate(40, "60.00 USD", "", "without effect");
  std::vector<Finding> findings = FindingsSinceClosing(window_, Hash{});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].kind, "restatement-open");
  EXPECT_EQ(findings[1].kind, "restatement-without-effect");
  EXPECT_EQ(LinesSinceClosing(window_).size(), 2u);
  window_.restatements.clear();
  Restate(50, "60.00 USD", "2026-04-12T00:00:00Z");
  EXPECT_TRUE(FindingsSinceClosing(window_, cases_.back().body.figures).empty());
  findings = FindingsSinceClosing(window_, ledger::Sha256Of({AsBytes("others")}));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, "restatement-not-reproduced");
}

TEST_F(AfterClosingTest, AnAwaitedAnswerIsADeadline) {
  Restate(30, "60.00 USD", "", "proposed");
  EXPECT_TRUE(DeadlinesSinceClosing(window_).empty()) << "the terms set no time";
  window_.restatements[0].answer_due = On("2026-04-20T00:00:00Z");
  window_.restatements[0].answer_by = "customer (shop)";
  const std::vector<Deadline> deadlines = DeadlinesSinceClosing(window_);
  ASSERT_EQ(deadlines.size(), 1u);
  EXPECT_EQ(deadlines[0].state, "open");
  EXPECT_EQ(deadlines[0].party, "customer (shop)");
}

}  // namespace
}  // namespace tally::replay
