// Goal: every way of naming what is known comes to one size and one instant, and what cannot be
// known is refused by name. Method: a small ledger, each axis once.
#include "replay/case_axes.h"

#include <gtest/gtest.h>

#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

TEST(CaseAxes, EachWayOfNamingWhatIsKnown) {
  SmallCase test;
  test.Agree(test.terms);
  const uint64_t before = test.ledger().head().size;
  const Instant then = test.ledger().head().recorded;
  test.Wait("2026-03-20T00:30:00Z");
  test.Publish("2026-03-20T00:00:00Z");
  const auto head = ResolveAxes(test.ledger(), {});
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->size, before + 1);
  EXPECT_EQ(head->knowledge, test.ledger().head().recorded);
  EXPECT_EQ(head->status(), head->knowledge);
  Axes axes;
  axes.at_size = before;
  axes.as_reported = On("2026-03-02T00:00:00Z");
  const auto sized = ResolveAxes(test.ledger(), axes);
  ASSERT_TRUE(sized.ok()) << sized.status();
  EXPECT_EQ(sized->size, before);
  EXPECT_EQ(sized->recorded, then);
  EXPECT_EQ(sized->knowledge, then);
  EXPECT_EQ(sized->status(), On("2026-03-02T00:00:00Z"));
  axes = {};
  axes.as_recorded = On("2026-03-20T00:00:00Z");
  const auto dated = ResolveAxes(test.ledger(), axes);
  ASSERT_TRUE(dated.ok()) << dated.status();
  EXPECT_EQ(dated->size, before);
  EXPECT_EQ(dated->knowledge, On("2026-03-20T00:00:00Z")) << "and not the record's time";
}

TEST(CaseAxes, WhatCannotBeKnownIsRefused) {
  SmallCase test;
  const uint64_t size = test.ledger().head().size;
  EXPECT_TRUE(absl::IsNotFound(AxesAt(test.ledger(), 0, {}).status()));
  EXPECT_TRUE(absl::IsNotFound(AxesAt(test.ledger(), size + 1, {}).status()));
  EXPECT_TRUE(AxesAt(test.ledger(), size, {}).ok());
  Axes axes;
  axes.as_recorded = On("2020-01-01T00:00:00Z");
  EXPECT_TRUE(absl::IsNotFound(ResolveAxes(test.ledger(), axes).status()));
  axes.at_size = size;
  EXPECT_TRUE(absl::IsInvalidArgument(ResolveAxes(test.ledger(), axes).status()));
  axes = {};
  axes.engine = "tally-engine/0";
  EXPECT_TRUE(absl::IsInvalidArgument(ResolveAxes(test.ledger(), axes).status()));
}

}  // namespace
}  // namespace tally::replay
