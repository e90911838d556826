// Goal: a name is followed where nothing but the end of the term made its window another, and
// nowhere else. Method: months under two sets of terms in real ledgers, one thing changed each
// time; the whole course of such a dispute is tests/scenarios/cut_window_test.cc.
#include "replay/cut_windows.h"

#include <gtest/gtest.h>

#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

class CutWindowsTest : public ::testing::Test {
 protected:
  // Agreed as they stand in `test_.terms`; then a claim on March, while it runs.
  void AgreeAndClaim() {
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
    test_.Wait("2026-03-05T00:00:00Z");
    test_.Publish("2026-03-04T00:00:00Z");
    test_.File({MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
  }
  void AmendBack(const Terms& to) {
    test_.Amend(test_.terms, to, On("2026-03-01T00:00:00Z"), Reach::kRetroactive);
  }
  Interval Claimed() const { return test_.Replay().claims.at(0).windows.at(0).window; }
  SmallCase test_;
};

TEST_F(CutWindowsTest, AnAmendmentThatMovesTheEndMovesTheName) {
  AgreeAndClaim();
  Terms shorter = test_.terms;
  shorter.until = On("2026-03-20T00:00:00Z");
  AmendBack(shorter);
  EXPECT_EQ(Claimed(), During("2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z"));
  EXPECT_TRUE(Has(test_.Replay(), "window-cut-short"));
  EXPECT_EQ(test_.Replay().claims.at(0).state, "premature");
}

TEST_F(CutWindowsTest, ATermThatGoesOnGivesTheWholeWindow) {
  test_.terms.until = On("2026-03-20T00:00:00Z");
  test_.Agree(test_.terms);
  test_.Wait("2026-03-05T00:00:00Z");
  test_.Publish("2026-03-04T00:00:00Z");
  test_.File({{"availability", During("2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z")}});
  Terms longer = test_.terms;
  longer.until.reset();
  AmendBack(longer);
  EXPECT_EQ(Claimed(), During("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"));
}

TEST_F(CutWindowsTest, OtherWindowsAreNotTheSame) {
  AgreeAndClaim();
  Terms years = test_.terms;
  years.objectives[0].window.every = WindowEvery::kCalendarYear;
  AmendBack(years);
  EXPECT_EQ(test_.Replay().claims.at(0).state, "without effect");
  EXPECT_TRUE(Has(test_.Replay(), "claim-window-gone"));
}

}  // namespace
}  // namespace tally::replay
