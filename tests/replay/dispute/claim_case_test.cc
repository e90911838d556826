// Goal: a claim is filed by the first form that holds a window, and stands for the sum of what its
// windows owe. Method: forms and windows made in memory.
#include "replay/dispute/claim_case.h"

#include <gtest/gtest.h>

#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

TEST(ClaimCase, IsFiledByTheFirstFormThatHoldsAWindow) {
  WindowCase march;
  ClaimCase taken;
  taken.forms.resize(3);
  EXPECT_EQ(taken.FiledAs(), 0u) << "it holds none";
  taken.forms[1].windows = {&march};
  EXPECT_EQ(taken.FiledAs(), 1u);
  EXPECT_EQ(&taken.Filed(), &taken.forms[1].stamp);
  EXPECT_EQ(taken.Settled(), nullptr);
}

TEST(ClaimCase, StandsForWhatItsWindowsOwe) {
  WindowCase march, april;
  march.due = Cash("60.00 USD");
  ClaimCase taken;
  taken.windows = {&march, &april};
  EXPECT_TRUE(taken.HoldsWindow(april));
  EXPECT_EQ(DueOf(taken), Cash("60.00 USD")) << "April owes nothing";
  april.due = Cash("40.00 USD");
  EXPECT_EQ(DueOf(taken), Cash("100.00 USD"));
  april.due = Cash("40.00 EUR");
  EXPECT_EQ(DueOf(taken), std::nullopt);
  taken.windows = {&march};
  EXPECT_FALSE(taken.HoldsWindow(april));
}

}  // namespace
}  // namespace tally::replay
