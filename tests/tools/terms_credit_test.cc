// Goal: every value below the target falls into exactly one tier, or the terms are refused; money
// is exact, in one currency, and cannot overflow.
// Method: tiers of a sound file replaced; all pairs of edges on a small grid against counting.
#include "tools/terms_credit.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_words.h"

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

TEST(TermsCredit, EdgesAreOfOneStyle) {
  const auto compiled = [](const std::vector<std::string>& tiers) {
    absl::StatusOr<CompiledTerms> terms = CompileTerms(WithTiers(tiers), "f", MadeZones());
    EXPECT_TRUE(terms.ok()) << terms.status();
    return terms.ok() ? *terms->terms.objectives[0].credit : CreditRule();
  };
  EXPECT_EQ(compiled({"from: 95 %, credit: 1 %", "below: 95 %, credit: 2 %"}).edges,
            TierEdges::kFromIncluded);
  const CreditRule up_to =
      compiled({"above: 95 %, up to: 99.99 %, credit: 1 %", "up to: 95 %, credit: 2 %"});
  EXPECT_EQ(up_to.edges, TierEdges::kUpToIncluded);
  EXPECT_EQ(*up_to.tiers[0].from, (Decimal{95, 0}));
  EXPECT_EQ(*up_to.tiers[0].below, (Decimal{9999, 2}));
  EXPECT_EQ(compiled({"credit: 1 %"}).edges, TierEdges::kFromIncluded);
  EXPECT_TRUE(absl::StrContains(
      OneError(WithTiers({"from: 95 %, credit: 1 %", "up to: 95 %, credit: 2 %"})),
      "41:11 terms-contradiction `from` and `below` are mixed with `above` and `up to`"));
  // A lower edge that is not included leaves zero itself out.
  EXPECT_TRUE(absl::StrContains(OneError(WithTiers({"above: 0 %, credit: 1 %"})),
                                "no tier covers values below 0 %; leave `above` out"));
}

// A measure with "at most": the bad side is above, and tiers still go from high to low.
std::string AtMost(const std::vector<std::string>& tiers) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "tickets reopened");
  std::string credit = "    credit:\n      base: fee hosting\n      tiers:\n";
  for (const std::string& tier : tiers) absl::StrAppend(&credit, "        - { ", tier, " }\n");
  absl::StrAppend(&credit, "      rounding: down to cents, once per line\n",
                  "      window cap: none\n      minimum: none\n");
  const std::string second = With(With(SecondObjective(row), "    credit: none\n", credit),
                                  "at least 99 %", "at most 1 %");
  return WithLines(SoundTerms(), second);
}

TEST(TermsCredit, TiersOverATargetCoverWhatLiesAbove) {
  EXPECT_EQ(ErrorsOf(AtMost({"above: 3 %, up to: 100 %, credit: 5 %",
                             "above: 2 %, up to: 3 %, credit: 3 %",
                             "above: 1 %, up to: 2 %, credit: 2 %"})),
            std::vector<std::string>());
  EXPECT_EQ(ErrorsOf(AtMost({"credit: 2 %"})), std::vector<std::string>());
  EXPECT_EQ(ErrorsOf(AtMost({"from: 2 %, credit: 3 %", "below: 2 %, credit: 1 %"})),
            std::vector<std::string>());
  EXPECT_TRUE(absl::StrContains(OneError(AtMost({"above: 2 %, credit: 3 %"})),
                                "no tier covers the target of 1 % to 2 %"));
  EXPECT_TRUE(
      absl::StrContains(OneError(AtMost({"above: 1 %, up to: 50 %, credit: 3 %"})),
                        "no tier covers values above 50 %; leave `up to` out of the first tier"));
  EXPECT_TRUE(absl::StrContains(OneError(AtMost({"from: 1 %, below: 100 %, credit: 3 %"})),
                                "no tier covers values above 100 %"));
  EXPECT_TRUE(absl::StrContains(
      OneError(AtMost({"above: 1 %, up to: 2 %, credit: 2 %", "above: 2 %, credit: 3 %"})),
      "these tiers go from low values to high ones"));
}

std::string WithScheme(const std::string& lines) {
  const std::string text = SoundTerms();
  const size_t from = text.find("      base: fee hosting");
  return absl::StrCat(text.substr(0, from), lines, text.substr(text.find("disputes:")));
}

TEST(TermsCredit, ASchemeSaysWhetherItRestsOnAFee) {
  const std::string rest =
      "      rounding: half up to cents, once per line\n      window cap: none\n      minimum: "
      "none\n";
  const std::string sum = "      scheme: fixed sum\n      sum: 50.00 USD\n      for: each breach\n";
  absl::StatusOr<CompiledTerms> terms =
      CompileTerms(WithScheme(sum + rest), "terms.yaml", MadeZones());
  ASSERT_TRUE(terms.ok()) << terms.status();
  const CreditRule& credit = *terms->terms.objectives[0].credit;
  EXPECT_EQ(credit.scheme, "fixed sum");
  EXPECT_EQ(credit.fee, "");
  EXPECT_EQ(credit.edges, TierEdges::kUnset);
  EXPECT_EQ(credit.choices.Amount("sum").minor, 5000);
  const auto error = [](const std::string& text) { return OneError(WithScheme(text)); };
  EXPECT_TRUE(
      absl::StrContains(error(sum + "      base: fee hosting\n" + rest),
                        "`base` means nothing here: the scheme `fixed sum` rests on no fee"));
  EXPECT_TRUE(absl::StrContains(error(sum + "      tiers: [{ credit: 1 % }]\n" + rest),
                                "the scheme `fixed sum` has none"));
  EXPECT_TRUE(absl::StrContains(error(With(sum, "fixed sum", "fixed some") + rest),
                                "did you mean `fixed sum`?"));
  EXPECT_TRUE(absl::StrContains(error(With(sum + rest, "window cap: none", "window cap: 5.00 EUR")),
                                "the fee is in USD, this is in EUR"));
  EXPECT_TRUE(absl::StrContains(error("      base: fee hosting\n" + rest),
                                "`tiers` is not stated; list the tiers, from the "
                                "highest value to the lowest, or name another"));
  const std::string points =
      "      scheme: points\n      for: severity\n      levels: { 99: 3 }\n      level itself: is "
      "the "
      "worse\n      repeat factor: 1\n"
      "      rounding: half up to whole points, once per line\n";
  EXPECT_EQ(ErrorsOf(WithScheme(points)).size(), 0u);
  EXPECT_TRUE(absl::StrContains(error(points + "      window cap: none\n"), "points are no money"));
  EXPECT_TRUE(absl::StrContains(error(With(points, "whole points", "cents")), "`rounding` is "));
}

}  // namespace
}  // namespace tally::tools
