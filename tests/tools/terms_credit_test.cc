// Goal: every value below the target falls into exactly one tier, or the terms are refused; money
// is exact, in one currency, and cannot overflow.
// Method: tiers of a sound file replaced; all pairs of edges on a small grid against counting.
#include "tools/terms_credit.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

std::string WithTiers(const std::vector<std::string>& tiers) {
  std::string list = "tiers:";
  for (const std::string& tier : tiers) absl::StrAppend(&list, "\n        - { ", tier, " }");
  return With(SoundTerms(),
              "tiers:\n"
              "        - { from: 99 %, below: 99.99 %, credit: 10 % }\n"
              "        - { from: 95 %, below: 99 %, credit: 30 % }\n"
              "        - { below: 95 %, credit: 100 % }",
              list);
}

std::string OneError(const std::string& text) {
  const std::vector<std::string> errors = ErrorsOf(text);
  EXPECT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
  return errors.empty() ? "" : errors[0];
}

TEST(TermsCredit, TiersKeepTheirOrderAndEdges) {
  const CompiledTerms compiled = CompileTerms(SoundTerms(), "terms.yaml", MadeZones()).value();
  const CreditRule& credit = *compiled.terms.objectives[0].credit;
  EXPECT_EQ(credit.fee, "hosting");
  ASSERT_EQ(credit.tiers.size(), 3u);
  EXPECT_EQ(*credit.tiers[0].below, (Decimal{9999, 2}));
  EXPECT_FALSE(credit.tiers[2].from.has_value());
  EXPECT_EQ(credit.tiers[2].credit_percent, (Decimal{100, 0}));
  EXPECT_EQ(credit.rounding, Rounding::kHalfUp);
  EXPECT_FALSE(credit.window_cap.has_value());
  EXPECT_FALSE(credit.minimum.has_value());
}

TEST(TermsCredit, GapsAndOverlapsAreNamed) {
  EXPECT_EQ(OneError(WithTiers(
                {"from: 99 %, below: 99.99 %, credit: 10 %", "below: 95 %, credit: 100 %"})),
            "41:11 terms-tiers no tier covers 95 % to 99 %; let `below` be the `from` of the tier "
            "before");
  EXPECT_TRUE(absl::StartsWith(OneError(WithTiers({"from: 99 %, below: 99.99 %, credit: 10 %",
                                                   "below: 99.5 %, credit: 100 %"})),
                               "41:11 terms-tiers this tier overlaps the one before it"));
  EXPECT_TRUE(absl::StartsWith(
      OneError(WithTiers({"from: 99 %, below: 99.9 %, credit: 10 %", "below: 99 %, credit: 1 %"})),
      "40:11 terms-tiers no tier covers 99.9 % to the target of 99.99 %"));
  EXPECT_TRUE(absl::StartsWith(OneError(WithTiers({"from: 95 %, below: 99.99 %, credit: 10 %"})),
                               "40:11 terms-tiers no tier covers values below 95 %"));
  EXPECT_EQ(ErrorsOf(WithTiers({"from: 0 %, below: 100 %, credit: 10 %"})).size(), 0u);
  EXPECT_EQ(ErrorsOf(WithTiers({"credit: 10 %"})).size(), 0u);
  EXPECT_TRUE(absl::StrContains(
      OneError(With(WithTiers({"from: 0 %, below: 100 %, credit: 10 %"}), "stays in denominator",
                    "fixed denominator of 43200 min\n      below zero: keep")),
      "no tier covers values below 0 %"));
}

// All two-tier tables with edges on a grid: accepted exactly when counting finds one tier for each
// value below the target, and the tiers stand from high to low.
TEST(TermsCredit, AcceptedTablesCoverEachValueOnce) {
  int accepted = 0;
  for (int from = 0; from <= 4; ++from) {
    for (int below = 1; below <= 4; ++below) {
      for (int second = 1; second <= 4; ++second) {
        const std::string text = WithTiers(
            {absl::StrCat("from: ", 20 * from, " %, below: ", 20 * below + 20, " %, credit: 1 %"),
             absl::StrCat("below: ", 20 * second, " %, credit: 2 %")});
        bool once = true;
        for (int value = 0; value < 100 && value * 100 < 9999; value += 10) {
          const bool first = value >= 20 * from && value < 20 * below + 20;
          once = once && (first != (value < 20 * second));
        }
        const bool sound = ErrorsOf(text).empty();
        EXPECT_EQ(sound, once && from > 0) << text;
        accepted += sound ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(accepted, 4) << "one for each `from` above 0 %, with the first tier up to 100 %";
}

TEST(TermsCredit, RoundingNamesItsUnitOnce) {
  const std::string line = "half up to cents, once per line";
  for (const Word<Rounding>& word : kRoundingWords) {
    const std::string text =
        With(SoundTerms(), line, std::string(word.text) + " to minor units, once per line");
    EXPECT_EQ(CompileTerms(text, "f", MadeZones())->terms.objectives[0].credit->rounding,
              word.value);
  }
  EXPECT_TRUE(absl::StartsWith(OneError(With(SoundTerms(), line, "half up")),
                               "43:17 terms-bad-value `rounding` is \"half up\"; choose "));
  const std::string yen = With(SoundTerms(), "1000.00 USD", "150000 JPY");
  EXPECT_EQ(OneError(yen),
            "43:17 terms-contradiction JPY has no cents; write `half up to minor "
            "units, once per line`");
}

// T-65
TEST(TermsCredit, T65MoneyIsBoundedAndInOneCurrency) {
  EXPECT_TRUE(
      absl::StartsWith(OneError(With(SoundTerms(), "window cap: none", "window cap: 500.00 EUR")),
                       "44:19 terms-contradiction the fee is in USD, this is in EUR"));
  EXPECT_TRUE(absl::StartsWith(OneError(With(SoundTerms(), "minimum: none", "minimum: 1.00")),
                               "45:16 terms-bad-value `minimum`: "));
  EXPECT_TRUE(absl::StartsWith(OneError(With(SoundTerms(), "1000.00 USD", "10000000000000.01 USD")),
                               "12:13 terms-bad-value `amount` is "));
  EXPECT_TRUE(absl::StartsWith(OneError(With(SoundTerms(), "1000.00 USD", "-5.00 USD")),
                               "12:13 terms-bad-value `amount` is \"-5.00 USD\""));
  EXPECT_TRUE(
      absl::StartsWith(OneError(With(SoundTerms(), "base: fee hosting", "base: fee hostin")),
                       "38:13 terms-contradiction `fees` has no fee \"hostin\""));
  EXPECT_TRUE(absl::StartsWith(OneError(With(SoundTerms(), "base: fee hosting", "base: hosting")),
                               "38:13 terms-bad-value `base` is \"hosting\""));
  EXPECT_TRUE(absl::StrContains(OneError(WithTiers({"credit: 1001 %"})), "from 0 % to 1000 %"));
}

}  // namespace
}  // namespace tally::tools
