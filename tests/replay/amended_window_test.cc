// Goal: a window is parted exactly where terms change inside it, and the terms at its end say what
// that means. Method: the parts' terms in the order of the window; the whole path is played by
// GC-36 (tests/scenarios/golden_money_test.cc).
#include "replay/amended_window.h"

#include <gtest/gtest.h>

#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

TEST(AmendedWindow, TheGoverningPartFollowsTheReach) {
  const Terms terms = SmallTerms(SomeZone());
  TermsVersion before, after;
  AmendedWindow window;
  window.parts = {{&before, &terms.objectives[0], {{0}, {10}}},
                  {&after, &terms.objectives[0], {{10}, {30}}}};
  window.reach = AmendmentReach::kNextWindow;
  EXPECT_EQ(window.governing().version, &before);
  for (const AmendmentReach reach :
       {AmendmentReach::kSplit, AmendmentReach::kWeightedTarget, AmendmentReach::kInForceAtEnd}) {
    window.reach = reach;
    EXPECT_EQ(window.governing().version, &after);
  }
  ASSERT_EQ(window.terms().size(), 2u);
  EXPECT_EQ(window.terms()[1].interval, (Interval{{10}, {30}}));
}

}  // namespace
}  // namespace tally::replay
