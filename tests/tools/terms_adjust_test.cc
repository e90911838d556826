// Goal: rules that no formula can be made of are refused where they stand.
// Method: a sound rule, one choice changed in each case.
#include "tools/terms_adjust.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

std::string WithRule(const std::string& kind, const std::string& formula,
                     const std::string& windows, const std::string& decimals = "2") {
  return WithLines(
      SoundTerms(),
      absl::StrCat("rules:\n  adjust:\n    kind: ", kind, "\n    objectives: [availability]\n",
                   "    formula: ", formula, kind == "baseline" ? "\n    first" : "\n    newest",
                   " windows: ", windows, "\n    no result: breaks\n    decimals: ", decimals,
                   "\n    rounding: down\n    proposed by: either\n    answer within days: 10\n"
                   "    silence: deemed accepted\n    applies from: acceptance\n"));
}

std::string Errors(const std::string& text) { return absl::StrJoin(ErrorsOf(text), "\n"); }

TEST(TermsAdjust, NumbersThatMakeAFormula) {
  EXPECT_EQ(Errors(WithRule("baseline", "mean", "1")), "");
  EXPECT_EQ(Errors(WithRule("ratchet", "best four", "4", "6")), "");
  EXPECT_EQ(Errors(WithRule("baseline", "k-th lowest\n    k: 3", "3")), "");
  const struct {
    std::string text, says;
  } cases[] = {
      {WithRule("baseline", "mean", "0"), "no window is measured"},
      {WithRule("baseline", "mean", "1", "7"), "at most six decimals"},
      {WithRule("baseline", "k-th lowest\n    k: 4", "3"), "no such window"},
      {WithRule("baseline", "k-th lowest\n    k: 0", "3"), "no such window"},
      {WithRule("ratchet", "best four", "3"), "the best four of fewer"},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(absl::StrContains(Errors(c.text), c.says)) << c.says << "\n" << Errors(c.text);
  }
}

TEST(TermsAdjust, RulesAreAboutWhatTheyCanChange) {
  const std::string flight =
      "rules:\n  flight:\n    kind: in-flight tickets\n    objectives: [availability]\n"
      "    governed by: strictest\n";
  EXPECT_TRUE(absl::StrContains(Errors(WithLines(SoundTerms(), flight)), "times no tickets"));
  const std::string lapse =
      "rules:\n  lapse:\n    kind: amendment proposals\n    objectives: [availability]\n"
      "    lapse after: 30 d\n";
  EXPECT_TRUE(absl::StrContains(Errors(WithLines(SoundTerms(), lapse)), "as a whole"));
  const std::string carried = With(WithRule("baseline", "mean", "1"), "    when empty: no result",
                                   "    when empty: carry last");
  EXPECT_TRUE(absl::StrContains(Errors(carried), "carries results over")) << Errors(carried);
}

}  // namespace
}  // namespace tally::tools
