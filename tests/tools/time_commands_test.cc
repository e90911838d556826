// Goal: the operator confirms a leap of the clock, forward or back, and nobody does by accident
// (T-52). Method: the test's clock is set; appends before and after.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class TimeCommandsTest : public testing::Test {
 protected:
  TimeCommandsTest() { test_.MakeFeed(); }
  // An append of `minute` that nothing but the clock can stop.
  Outcome Append(int minute) {
    test_.Write("in.jsonl", TallyTest::StateLines(1, minute));
    return test_.OnLedger({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                           test_.Path("lime.pem"), "--batch", "1"});
  }
  ledger::Head Head() { return test_.OpenAcme()->head(); }
  Outcome Time(std::vector<std::string> words) {
    words.insert(words.begin(), "time");
    return test_.OnLedger(std::move(words));
  }
  TallyTest test_;
};

// T-52: to 2099 and to 1970.
TEST_F(TimeCommandsTest, T52AClockThatLeapsIsConfirmedOrSetRight) {
  ASSERT_EQ(Append(0).exit, 0);
  const Instant before = Head().recorded;
  test_.clock.now = *ParseInstant("2099-01-01T00:00:00Z");
  const Outcome refused = Append(1);
  EXPECT_EQ(refused.exit, 2) << refused.err;
  EXPECT_TRUE(absl::StrContains(refused.err, "time accept")) << refused.err;
  EXPECT_EQ(Time({"correct"}).exit, 0);  // not ahead of the clock: nothing to lower
  EXPECT_EQ(Head().recorded, before);
  const Outcome otherwise = Time({"accept", "2098-12-31T22:59:59Z"});
  EXPECT_EQ(otherwise.exit, 2);  // by his watch it is not
  EXPECT_TRUE(absl::StrContains(otherwise.err, "and you say")) << otherwise.err;
  EXPECT_EQ(Time({"accept", "soon"}).exit, 2);
  EXPECT_EQ(Time({"accept", "--dry-run"}).exit, 0);
  EXPECT_EQ(Head().recorded, before);
  const Outcome accepted = Time({"accept", "2099-01-01T00:30:00Z", "--reason", "far away"});
  EXPECT_EQ(accepted.exit, 0) << accepted.err;
  EXPECT_EQ(Head().recorded, test_.clock.now);
  EXPECT_EQ(Append(1).exit, 0);
  // It was wrong after all.
  test_.clock.now = *ParseInstant("2026-01-02T00:00:00Z");
  const Outcome ahead = Append(2);
  EXPECT_EQ(ahead.exit, 2);
  EXPECT_TRUE(absl::StrContains(ahead.err, "time correct")) << ahead.err;
  const Outcome never = Time({"accept"});
  EXPECT_EQ(never.exit, 2);
  EXPECT_TRUE(absl::StrContains(never.err, "time correct")) << never.err;
  EXPECT_EQ(Time({"correct", "--reason", "the clock was set wrongly"}).exit, 0);
  EXPECT_EQ(Head().recorded, test_.clock.now);
  EXPECT_EQ(Append(2).exit, 0);
  EXPECT_GE(Head().recorded, test_.clock.now);
  const Outcome audited = test_.OnLedger({"verify"});
  EXPECT_EQ(audited.exit, 0) << audited.out;
  EXPECT_TRUE(absl::StrContains(audited.out, "set the recorded time back from 2099-01-01T"))
      << audited.out;
}

TEST_F(TimeCommandsTest, WithoutDoubtNothingIsRecorded) {
  const uint64_t size = Head().size;
  EXPECT_EQ(Time({"accept"}).exit, 0);
  EXPECT_EQ(Time({"correct"}).exit, 0);
  EXPECT_EQ(Head().size, size);
  // A second back is bridged by repeating the last time, and may be corrected.
  test_.clock.now = test_.clock.now - Seconds(1);
  EXPECT_EQ(Append(0).exit, 0);
  EXPECT_EQ(Head().recorded, test_.clock.start);
}

TEST_F(TimeCommandsTest, OnlyTheOperatorConfirms) {
  test_.clock.now = test_.clock.now + Days(40);
  EXPECT_EQ(Time({"accept", "--key", test_.Path("lime.pem")}).exit, 5);
  EXPECT_EQ(Append(0).exit, 2);
  EXPECT_EQ(Time({"accept"}).exit, 0);
  EXPECT_EQ(Append(0).exit, 0);
}

}  // namespace
}  // namespace tally::tools
