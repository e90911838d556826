// Goal: rules are read under their names, for objectives that are there.
// Method: a cap added to a sound file and changed a word at a time.
#include "tools/terms_rules.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

const char kRules[] =
    "rules:\n"
    "  z-minimum: { kind: minimum, objectives: all, amount: 1.00 USD, per: line }\n"
    "  a-incident: { kind: same incident, objectives: [availability], pays: highest }\n";

TEST(TermsRules, StandAscendingWithTheirObjectives) {
  absl::StatusOr<CompiledTerms> compiled =
      CompileTerms(WithLines(SoundTerms(), kRules), "f", MadeZones());
  ASSERT_TRUE(compiled.ok()) << compiled.status();
  const std::vector<Rule>& rules = compiled->terms.rules;
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0].id, "a-incident");
  EXPECT_EQ(rules[0].kind, "same incident");
  EXPECT_EQ(rules[0].objectives, (std::vector<std::string>{"availability"}));
  EXPECT_TRUE(rules[0].choices.Is("pays", "highest"));
  EXPECT_TRUE(rules[1].objectives.empty()) << "all";
  EXPECT_EQ(FormatMoney(rules[1].choices.Amount("amount")), "1.00 USD");
  EXPECT_TRUE(ErrorsOf(WithLines(SoundTerms(), "rules: none\n")).empty());
}

TEST(TermsRules, WhatIsWrongIsNamed) {
  const auto error = [](const std::string& from, const std::string& to) {
    const std::vector<std::string> errors =
        ErrorsOf(WithLines(SoundTerms(), With(kRules, from, to)));
    EXPECT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
    return errors.empty() ? "" : errors[0];
  };
  EXPECT_TRUE(absl::StrContains(error("[availability]", "[latency]"),
                                "`objectives` has no \"latency\"; choose `all` or list"));
  EXPECT_TRUE(absl::StrContains(error("[availability]", "[availability, availability]"),
                                "the objective availability stands twice"));
  EXPECT_TRUE(absl::StrContains(error(", objectives: all", ""), "`objectives` is not stated"));
  EXPECT_TRUE(absl::StrContains(error("kind: minimum, ", ""), "`kind` is not stated"));
  EXPECT_TRUE(absl::StrContains(error("  z-minimum:", "  Z!:"), "a name has at most 64"));
}

}  // namespace
}  // namespace tally::tools
