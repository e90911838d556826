// Goal: the words of results never change: they are in canonical bytes and in people's scripts.
// Method: every value, spelled out.
#include <gtest/gtest.h>

#include "replay/replay.h"

namespace tally::replay {
namespace {

TEST(Words, AreFrozen) {
  EXPECT_EQ(StatusName(WindowStatus::kOpen), "open");
  EXPECT_EQ(StatusName(WindowStatus::kProvisional), "provisional");
  EXPECT_EQ(StatusName(WindowStatus::kFinal), "final");
  EXPECT_EQ(StatusName(WindowStatus::kConclusive), "conclusive");
  EXPECT_EQ(StatusName(WindowStatus::kSettled), "settled");
  EXPECT_EQ(VerdictName(Verdict::kMet), "met");
  EXPECT_EQ(VerdictName(Verdict::kBreached), "breached");
  EXPECT_EQ(VerdictName(Verdict::kNoResult), "no-result");
  EXPECT_EQ(VerdictName(Verdict::kIndeterminate), "indeterminate");
  EXPECT_EQ(SegmentName(SegmentKind::kUp), "up");
  EXPECT_EQ(SegmentName(SegmentKind::kDown), "down");
  EXPECT_EQ(SegmentName(SegmentKind::kDegraded), "degraded");
  EXPECT_EQ(SegmentName(SegmentKind::kExcluded), "excluded");
  EXPECT_EQ(SegmentName(SegmentKind::kUnknown), "unknown");
  EXPECT_EQ(SegmentName(SegmentKind::kRemaining), "remaining");
  EXPECT_EQ(UnitName(ValueUnit::kRatio), "ratio");
  EXPECT_EQ(UnitName(ValueUnit::kSeconds), "seconds");
  EXPECT_EQ(UnitName(ValueUnit::kCount), "count");
  EXPECT_EQ(UnitName(ValueUnit::kPoints), "points");
  EXPECT_EQ(UnitName(ValueUnit::kMoney), "money");
}

TEST(Words, ValuesAreShownByTheirUnit) {
  EXPECT_EQ(DisplayValue(*Fraction::Of(30, 31), ValueUnit::kRatio), "96.774194");
  EXPECT_EQ(DisplayValue(Fraction::Whole(54420), ValueUnit::kSeconds), "54420");
  EXPECT_EQ(DisplayValue(*Fraction::Of(1, 3), ValueUnit::kCount), "0.333333");
}

}  // namespace
}  // namespace tally::replay
