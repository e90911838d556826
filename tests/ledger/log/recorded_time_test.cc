// Goal: the ledger's time never decreases and never jumps unnoticed (T-52). Method: a clock that is
// set by hand, at each boundary.
#include "ledger/log/recorded_time.h"

#include <limits>

#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

const Instant kStart = At("2026-03-01T00:00:00Z");

TEST(RecordedTime, T52IsInWholeMillisecondsAndNeverDecreases) {
  TestClock clock(kStart + Duration{1999});
  RecordedTime time(clock, std::nullopt);
  EXPECT_EQ(*time.Next(), kStart + Milliseconds(1));
  clock.Set(kStart - Seconds(1));
  EXPECT_EQ(*time.Next(), kStart + Milliseconds(1));
  clock.Set(kStart + Seconds(1));
  EXPECT_EQ(*time.Next(), kStart + Seconds(1));
}

TEST(RecordedTime, MillisecondsThatNoInstantHoldsAreItsFirstOrLast) {
  EXPECT_EQ(InstantOfMilliseconds(1500), (Instant{1'500'000}));
  EXPECT_EQ(InstantOfMilliseconds(-1500), (Instant{-1'500'000}));
  EXPECT_EQ(InstantOfMilliseconds(std::numeric_limits<int64_t>::max()), Instant::Max());
  EXPECT_EQ(InstantOfMilliseconds(std::numeric_limits<int64_t>::min()), Instant::Min());
  EXPECT_EQ(InstantOfMilliseconds(4611687790750587904), Instant::Max());
}

TEST(RecordedTime, T52AStepForwardIsMeasuredAgainstTheBootClock) {
  TestClock clock(kStart);
  RecordedTime time(clock, std::nullopt);
  ASSERT_TRUE(time.Next().ok());
  clock.Advance(Days(90));  // An idle process: both clocks went on.
  EXPECT_EQ(*time.Next(), kStart + Days(90));
  clock.Set(kStart + Days(90) + Hours(1));
  EXPECT_TRUE(time.Next().ok());
  clock.Set(kStart + Days(90) + Hours(2) + Milliseconds(1));
  EXPECT_TRUE(absl::IsFailedPrecondition(time.Next().status()));
  // The operator confirms the time that the clock shows, and no other.
  EXPECT_FALSE(time.Accept(kStart + Days(95)).ok());
  EXPECT_TRUE(time.Accept(kStart + Days(90) + Hours(2)).ok());
  EXPECT_TRUE(time.Next().ok());
}

TEST(RecordedTime, T52AtTheStartThirtyOneDaysMayHavePassed) {
  TestClock clock(kStart + Days(31));
  EXPECT_TRUE(RecordedTime(clock, kStart).Next().ok());
  clock.Set(kStart + Days(31) + Milliseconds(1));
  RecordedTime time(clock, kStart);
  EXPECT_TRUE(absl::IsFailedPrecondition(time.Next().status()));
  EXPECT_EQ(time.AtStart(), kStart);  // What the ledger records itself does not wait.
  EXPECT_EQ(*time.Accept(clock.Now()), clock.Now());
  EXPECT_TRUE(time.Next().ok());
}

TEST(RecordedTime, T52AClockBehindTheLedgerIsRefusedUntilCorrected) {
  TestClock clock(kStart - Hours(1));
  EXPECT_EQ(*RecordedTime(clock, kStart).Next(), kStart);
  clock.Set(At("1970-01-01T00:00:00Z"));
  RecordedTime time(clock, kStart);
  EXPECT_TRUE(absl::IsFailedPrecondition(time.Next().status()));
  EXPECT_FALSE(time.Accept(clock.Now()).ok());  // Accepting never lowers.
  EXPECT_FALSE(time.Correct(kStart).ok());
  EXPECT_EQ(*time.Correct(clock.Now()), clock.Now());
  EXPECT_EQ(*time.Next(), clock.Now());
}

TEST(RecordedTime, ACorrectionHoldsForAnHourAroundIt) {
  EXPECT_TRUE(IsCorrection(kStart, kStart + Hours(1)));
  EXPECT_TRUE(IsCorrection(kStart, kStart - Hours(1)));
  EXPECT_FALSE(IsCorrection(kStart, kStart + Hours(1) + Milliseconds(1)));
  EXPECT_FALSE(IsCorrection(kStart, kStart - Hours(1) - Milliseconds(1)));
}

}  // namespace
}  // namespace tally::ledger
