// Goal: what choices name is there; composites end; one rule adds one currency.
// Method: things of the vocabulary added to a sound file with a name changed.
#include "tools/terms_names.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

std::string OneError(const std::string& text) {
  const std::vector<std::string> errors = ErrorsOf(text);
  EXPECT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
  return errors.empty() ? "" : errors[0];
}

std::string WithRule(const std::string& kind,
                     const std::map<std::string, std::string>& words = {}) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kRule, kind);
  return WithLines(SoundTerms(),
                   absl::StrCat("rules:\n  one:\n    kind: ", kind, "\n    objectives: all\n",
                                SampleChoices(row, 4, words)));
}

std::string WithMeasure(const std::string& kind,
                        const std::map<std::string, std::string>& words = {}) {
  return WithLines(SoundTerms(),
                   SecondObjective(*FindInVocabulary(ThingKind::kMeasure, kind), words));
}

TEST(TermsNames, FeesCalendarsAndRolesMustBeThere) {
  EXPECT_TRUE(
      absl::StrContains(OneError(With(WithRule("points table"), "fee: hosting", "fee: hostin")),
                        "`fee`: `fees` has no \"hostin\"; write `hosting`"));
  EXPECT_TRUE(absl::StrContains(
      OneError(With(WithMeasure("mean ticket time"), "calendar: 24x7", "calendar: office-hours")),
      "`calendar`: `calendars` has no \"office-hours\"; write `24x7`"));
  EXPECT_TRUE(absl::StrContains(
      OneError(With(WithRule("decision authority"), "arbitrator: tribunal", "arbitrator: judge")),
      "`arbitrator`: `parties` has no \"judge\"; choose `customer`, `provider` or `tribunal`"));
  EXPECT_TRUE(
      ErrorsOf(With(WithRule("decision authority"), "arbitrator: tribunal", "arbitrator: none"))
          .empty());
}

// Where the table does not offer it, `none` is no answer: it would leave tickets without a clock.
TEST(TermsNames, NoneIsNoName) {
  EXPECT_TRUE(absl::StrContains(
      OneError(With(WithMeasure("mean ticket time"), "calendar: 24x7", "calendar: none")),
      "`calendar` is \"none\""));
}

// An empty list ended the program once; a map in the place of names made names that nothing has.
TEST(TermsNames, ListsOfNamesAreListsAndSaySomething) {
  const std::string text = WithMeasure("mean ticket time");
  const size_t at = text.find("      pauses: ");
  ASSERT_NE(at, std::string::npos);
  const std::string line = text.substr(at, text.find('\n', at) - at);
  EXPECT_TRUE(absl::StrContains(OneError(With(text, line, "      pauses: []")),
                                "an empty list says nothing"));
  EXPECT_TRUE(
      absl::StrContains(OneError(With(text, line, "      pauses: { a: b }")), "`pauses` is a map"));
  EXPECT_TRUE(absl::StrContains(OneError(With(text, "minimum sample: 3", "minimum sample: 03")),
                                "without needless zeros"));
}

TEST(TermsNames, CompositesAreMadeOfOtherObjectives) {
  const std::string text = WithMeasure("objectives met");
  EXPECT_TRUE(absl::StrContains(OneError(With(text, "members: [availability]", "members: [speed]")),
                                "has no \"speed\""));
  EXPECT_TRUE(
      absl::StrContains(OneError(With(text, "members: [availability]", "members: [second]")),
                        "the value of second would be found from itself"));
  EXPECT_TRUE(
      absl::StrContains(OneError(With(WithMeasure("weighted mean of objectives"),
                                      "{ availability: 60 }", "{ availability: 60, second: 40 }")),
                        "the value of second would be found from itself"));
}

TEST(TermsNames, TheWordOfAFeedCountsOnlyIfItIsASource) {
  const std::string text = WithMeasure("pacing");
  EXPECT_TRUE(absl::StrContains(
      OneError(With(text, "delivered by: [lime-upptime]", "delivered by: [lime-upptime, other]")),
      "`delivered by`: \"other\" is no feed of `sources`; write "
      "`lime-upptime`"));
  const CompiledTerms compiled = CompileTerms(With(WithRule("dependency"),
                                                   "stated by: "
                                                   "[lime-upptime]",
                                                   "stated by: [board]"),
                                              "f", MadeZones())
                                     .value();
  EXPECT_EQ(compiled.feeds, (std::vector<std::string>{"board", "lime-upptime"})) << "to be bound";
}

TEST(TermsNames, WhatATableDemandsIsSaidAtItsChoice) {
  EXPECT_TRUE(absl::StrContains(
      OneError(With(WithMeasure("latency percentile"), "percentile: 95 %", "percentile: 0 %")),
      "terms-bad-value choice \"percentile\": more than 0"));
}

TEST(TermsNames, OneRuleAddsOneCurrency) {
  EXPECT_TRUE(ErrorsOf(WithRule("cap")).empty());
  EXPECT_TRUE(absl::StrContains(OneError(With(WithRule("cap"), "25.00 USD", "25.00 EUR")),
                                "the rule one would add EUR and USD"));
}

}  // namespace
}  // namespace tally::tools
