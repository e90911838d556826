// Goal: no credit that terms allow can leave 64 bits, and no step is zero.
// Method: schemes with the smallest numbers that must be refused and the largest that must not.
#include "tools/terms_bounds.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

std::string WithScheme(const std::string& lines) {
  const std::string text = SoundTerms();
  const size_t from = text.find("      base: fee hosting");
  const size_t until = text.find("disputes:");
  return absl::StrCat(text.substr(0, from), lines,
                      "      rounding: down to minor units, once per line\n      window cap: none\n"
                      "      minimum: none\n",
                      text.substr(until));
}

std::string Linear(const std::string& percent, const std::string& step, const std::string& most) {
  return WithScheme(
      absl::StrCat("      scheme: linear\n      base: fee hosting\n      percent per "
                   "step: ",
                   percent, "\n      step: ", step,
                   "\n      part of a step: exact\n      at most: ", most, "\n"));
}

// T-65
TEST(TermsBounds, T65StepsAndFactorsHaveBounds) {
  EXPECT_TRUE(ErrorsOf(Linear("1 %", "0.5", "none")).empty());
  for (const std::string step : {"0", "-1"}) {
    const std::vector<std::string> errors = ErrorsOf(Linear("1 %", step, "none"));
    ASSERT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
    EXPECT_TRUE(absl::StrContains(errors[0], "`step` is ")) << errors[0];
  }
}

// T-65: 100,000.00 USD, 99.99 points away, 1 % for each 10^-6: 10^15 minor units; 10^4 % is too
// much.
TEST(TermsBounds, T65TheLargestCreditIsHeld) {
  const auto with_fee = [](const std::string& text) {
    return With(text, "1000.00 USD", "100000.00 USD");
  };
  EXPECT_TRUE(ErrorsOf(with_fee(Linear("1 %", "0.000001", "none"))).empty());
  const std::string large = with_fee(Linear("100000 %", "0.000001", "none"));
  const std::vector<std::string> errors =
      ErrorsOf(With(large, "100000.00 USD", "200000000.00 USD"));
  ASSERT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
  EXPECT_TRUE(absl::StrContains(errors[0], "more than 10^18 minor units; state `at most`"));
  EXPECT_TRUE(ErrorsOf(With(with_fee(Linear("100000 %", "0.000001", "50 %")), "100000.00 USD",
                            "200000000.00 USD"))
                  .empty());
}

// T-65
TEST(TermsBounds, T65AmountsInChoicesAreBounded) {
  const auto sum = [](const std::string& amount) {
    return WithScheme(
        absl::StrCat("      scheme: fixed sum\n      sum: ", amount, "\n      for: each breach\n"));
  };
  EXPECT_TRUE(ErrorsOf(sum("10000000000000.00 USD")).empty());
  const std::vector<std::string> errors = ErrorsOf(sum("10000000000000.01 USD"));
  ASSERT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
  EXPECT_TRUE(absl::StrContains(errors[0], "at most 10^15 minor units"));
}

}  // namespace
}  // namespace tally::tools
