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

std::string WithBoundedScheme(const std::string& lines) {
  const std::string text = SoundTerms();
  const size_t from = text.find("      base: fee hosting");
  const size_t until = text.find("disputes:");
  return absl::StrCat(text.substr(0, from), lines,
                      "      rounding: down to minor units, once per line\n      window cap: none\n"
                      "      minimum: none\n",
                      text.substr(until));
}

std::string Linear(const std::string& percent, const std::string& step, const std::string& most) {
  return WithBoundedScheme(
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
    return WithBoundedScheme(
        absl::StrCat("      scheme: fixed sum\n      sum: ", amount, "\n      for: each breach\n"));
  };
  EXPECT_TRUE(ErrorsOf(sum("10000000000000.00 USD")).empty());
  const std::vector<std::string> errors = ErrorsOf(sum("10000000000000.01 USD"));
  ASSERT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
  EXPECT_TRUE(absl::StrContains(errors[0], "at most 10^15 minor units"));
}

// What a scheme asks of a measure, the measure knows: a replay never finds out.
TEST(TermsBounds, ASchemeFitsItsMeasure) {
  struct Row {
    std::string scheme;
    std::map<std::string, std::string> words;
    std::string measure;  // "": availability by time
    bool fits;
  };
  const Row rows[] = {{"late delivery", {}, "", false},
                      {"late delivery", {}, "request ratio", false},
                      {"late delivery", {}, "deliverable lateness", true},
                      {"proportional", {}, "", true},
                      {"proportional", {}, "request ratio", false},
                      {"fixed sum", {{"for", "each started hour"}}, "", true},
                      {"fixed sum", {{"for", "each started hour"}}, "mean ticket time", true},
                      {"fixed sum", {{"for", "each started hour"}}, "volume", false},
                      {"fixed sum", {{"for", "each unit short"}}, "", false},
                      {"fixed sum", {{"for", "each unit short"}}, "volume", true}};
  for (const Row& row : rows) {
    const VocabularyRow& scheme = *FindInVocabulary(ThingKind::kCredit, row.scheme);
    const std::string credit = absl::StrCat("      scheme: ", row.scheme, "\n",
                                            scheme.sources ? "      base: fee hosting\n" : "",
                                            SampleChoices(scheme, 6, row.words));
    std::string text = WithBoundedScheme(credit);
    if (!row.measure.empty()) {
      const VocabularyRow& measure = *FindInVocabulary(ThingKind::kMeasure, row.measure);
      const std::string rest =
          "      rounding: down to cents, once per line\n      window cap: none\n      minimum: "
          "none\n";
      text = WithLines(SoundTerms(), With(SecondObjective(measure), "    credit: none\n",
                                          absl::StrCat("    credit:\n", credit, rest)));
    }
    const std::vector<std::string> errors = ErrorsOf(text);
    EXPECT_EQ(errors.empty(), row.fits) << row.scheme << " of " << row.measure << "\n"
                                        << absl::StrJoin(errors, "\n");
    if (row.fits) continue;
    EXPECT_TRUE(absl::StrContains(errors[0], "choose another scheme or another measure"));
  }
}

TEST(TermsBounds, SequencesAreLongEnoughForWhatIsLookedFor) {
  const auto errors = [](const std::string& kind, const std::map<std::string, std::string>& words,
                         const std::string& from, const std::string& to) {
    const VocabularyRow& row = *FindInVocabulary(ThingKind::kRule, kind);
    const std::string text = WithLines(
        SoundTerms(), absl::StrCat("rules:\n  one:\n    kind: ", kind, "\n    objectives: all\n",
                                   SampleChoices(row, 4, words)));
    return absl::StrJoin(ErrorsOf(With(text, from, to)), "\n");
  };
  const std::map<std::string, std::string> several = {{"when", "failures in windows"}};
  EXPECT_EQ(errors("chronic failure", several, "    windows: 3", "    windows: 6"), "");
  EXPECT_TRUE(
      absl::StrContains(errors("chronic failure", several, "    windows: 3", "    windows: 2"),
                        "`windows` is 2; write at least 3"));
  EXPECT_TRUE(absl::StrContains(errors("expected level", {}, "failures: 3", "failures: 0"),
                                "`failures` is 0; write at least 1"));
  EXPECT_TRUE(absl::StrContains(errors("earn-back", {}, "within windows: 3", "within windows: 2"),
                                "write at least 3"));
  EXPECT_TRUE(absl::StrContains(errors("earn-back", {}, "share: 95 %", "share: 101 %"),
                                "more than the whole credit"));
}

// A sequence that no window could ever be part of is refused when it is written.
TEST(TermsBounds, AChronicFailureFitsItsObjectives) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kRule, "chronic failure");
  const auto errors = [&](const std::string& when, const std::string& measure,
                          const std::string& objectives, const std::string& cap) {
    std::string rule =
        absl::StrCat("rules:\n  one:\n    kind: chronic failure\n    objectives: ", objectives,
                     "\n", SampleChoices(row, 4, {{"when", when}}));
    if (when == "cap reached") {
      const size_t at = rule.find("    cap: ");
      rule.replace(at, rule.find('\n', at) - at, "    cap: " + cap);
      const VocabularyRow& kind = *FindInVocabulary(ThingKind::kRule, "cap");
      absl::StrAppend(&rule, "  monthly:\n    kind: cap\n    objectives: [second]\n",
                      SampleChoices(kind, 4, {}));
    }
    const VocabularyRow& other = *FindInVocabulary(ThingKind::kMeasure, measure);
    const std::string text = WithLines(SoundTerms(), SecondObjective(other));
    return absl::StrJoin(ErrorsOf(WithLines(text, rule)), "\n");
  };
  EXPECT_EQ(errors("average below floor", "request ratio", "all", ""), "");
  EXPECT_TRUE(absl::StrContains(errors("average below floor", "mean ticket time", "all", ""),
                                "a floor is for a value in percent"));
  EXPECT_EQ(errors("average below floor", "mean ticket time", "[availability]", ""), "");
  EXPECT_TRUE(absl::StrContains(errors("long outage", "request ratio", "all", ""),
                                "`long outage` of second: it has no outages"));
  EXPECT_EQ(errors("long outage", "request ratio", "[availability]", ""), "");
  EXPECT_TRUE(absl::StrContains(errors("cap reached", "request ratio", "[availability]", "monthly"),
                                "it has no credit under that cap"));
  EXPECT_TRUE(absl::StrContains(errors("cap reached", "request ratio", "[availability]", "one"),
                                "`cap`: `rules` has no \"one\""));
}

std::string Percentile(const std::string& text, const std::string& failed) {
  const size_t from = text.find("      kind: availability by time");
  const size_t until = text.find("    exclusions: none");
  return With(
      absl::StrCat(text.substr(0, from),
                   "      kind: latency percentile\n      source: lime-upptime/probe\n"
                   "      percentile: 95 %\n      method: nearest rank\n      from: samples\n"
                   "      failed samples: ",
                   failed, "\n      membership: start\n      minimum sample: 0\n",
                   text.substr(until)),
      "at least 99.99 %", "at most 300 ms");
}

// A failed sample misses its target by no number: a credit by distance then needs a most.
TEST(TermsBounds, APercentileBeyondEveryLevelNeedsAMost) {
  EXPECT_TRUE(ErrorsOf(Percentile(Linear("1 %", "1 s", "none"), "left out")).empty());
  EXPECT_TRUE(ErrorsOf(Percentile(Linear("1 %", "1 s", "30 %"), "slower than any")).empty());
  const std::vector<std::string> errors =
      ErrorsOf(Percentile(Linear("1 %", "1 s", "none"), "slower than any"));
  ASSERT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
  EXPECT_TRUE(absl::StrContains(errors[0], "the credit needs an `at most`")) << errors[0];
}

}  // namespace
}  // namespace tally::tools
