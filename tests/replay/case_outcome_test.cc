// Goal: rules over windows see each window as it was closed, settled and asked for until K. Method:
// a month that fails, in a real ledger, before and after each of these.
#include "replay/case_outcome.h"

#include <gtest/gtest.h>

#include "replay/answer.h"
#include "replay/look.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

class CaseOutcomeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Wait("2026-04-01T00:30:00Z");
    test_.Publish("2026-04-01T00:00:00Z");
  }
  // Of March, as it is known now.
  WindowOutcome Now() {
    const absl::StatusOr<LookRequest> look =
        LookRequestOf(test_.ledger(), test_.Request("2026-03"));
    TALLY_CHECK(look.ok());
    absl::StatusOr<AnsweredCase> asked = AnswerCase(test_.ledger(), *look);
    TALLY_CHECK(asked.ok() && asked->answered.windows.size() == 1);
    const WindowOutcome outcome = OutcomeOf(*asked->file, asked->answered.windows.front());
    terms_ = *outcome.terms;
    return outcome;
  }
  SmallCase test_;
  Terms terms_;
};

TEST_F(CaseOutcomeTest, AClosedMonthSaysWhatWasFixed) {
  EXPECT_FALSE(Now().as_closed.has_value());
  EXPECT_EQ(Now().raw, Cash("300.00 USD"));
  test_.Wait("2026-04-12T00:00:00Z");
  test_.Project();
  const WindowOutcome closed = Now();
  ASSERT_TRUE(closed.as_closed.has_value());
  EXPECT_EQ(closed.as_closed->granted, Cash("300.00 USD"));
  EXPECT_TRUE(closed.posted.has_value());
  EXPECT_FALSE(closed.restated.has_value());
}

TEST_F(CaseOutcomeTest, WhatNobodyAskedForExpires) {
  test_.Wait("2026-04-30T00:00:00Z");
  test_.Publish("2026-04-29T00:00:00Z");
  EXPECT_FALSE(Now().expired.has_value());
  test_.Wait("2026-06-01T00:30:00Z");
  test_.Publish("2026-06-01T00:00:00Z");
  ASSERT_TRUE(Now().expired.has_value());
  EXPECT_LE(*Now().expired, On("2026-05-02T00:00:00Z"));
}

TEST_F(CaseOutcomeTest, WhatWasAskedForDoesNotAndWhatWasSettledIsKnown) {
  test_.Wait("2026-04-12T00:00:00Z");
  test_.Project();
  const Hash claim = test_.File({MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
  test_.Answer(claim, ClaimAnswer::kAccepted);
  test_.Confirm(test_.Offer(claim, Cash("300.00 USD")), Cash("300.00 USD"));
  test_.Wait("2026-06-01T00:30:00Z");
  test_.Publish("2026-06-01T00:00:00Z");
  const WindowOutcome outcome = Now();
  EXPECT_FALSE(outcome.expired.has_value());
  EXPECT_EQ(outcome.settled, Cash("300.00 USD"));
  ASSERT_TRUE(outcome.settled_at.has_value());
  EXPECT_LT(*outcome.settled_at, On("2026-04-13T00:00:00Z"));
}

}  // namespace
}  // namespace tally::replay
