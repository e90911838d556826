// Goal: the usual slips of people who do not live in YAML are named, at their own place and with
// what to write. Method: the slips that a newcomer made in his first hour, through ReadYaml.
#include "tools/yaml_traps.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tools/yaml_reader.h"

namespace tally::tools {
namespace {

struct Slip {
  std::string text;
  int line, column;
  std::string message, hint;
};

TEST(YamlTraps, SlipsAreNamedAtTheirOwnPlace) {
  const Slip slips[] = {
      {"a:\n  coverage:none\n  snap: none\n", 2, 12, "no space after its colon",
       "write `coverage: none`"},
      {"a:\n  b: 1\n c: 2\n", 3, 2, "indented by 1, the one before by 2", "indent it by"},
      {"a:\n  b: 1\n    c: 2\n", 3, 5, "indented by 4, the one before by 2", "indent it by 2"},
      {"a:\n  snap:\u00a0none\n  b: 1\n", 2, 8, "U+00A0", "plain space"},
      {"t:\n  - { from: 99 %, credit: 10 %\n  - { from: 95 %, credit: 30 % }\n  - { below: 95 % "
       "}\n",
       2, 5, "the `{` of line 2 is not closed", "close it with `}`"},
      {"c: { id: 4, wording: Time: 24h }\n", 1, 4, "the text of line 1 holds a colon", "quotes"},
      {"c: { id: 4, wording: see # 4 }\nd: 1\n", 1, 26, "` #` begins a comment, so the `{`",
       "quotes"},
      {"c:\n  { id: 4,\n    wording: see #3 of it }\nd: 1\n", 3, 18,
       "so the `{` of line 2 is not closed", "quotes"},
      {"c: { id: 4 # fine\n , x: see #3 }\nd: 1\n", 2, 11, "`#3` is a comment", "quotes"},
      {"wording: see #3 of the annex\n", 1, 14, "`#3` is a comment, no part of the text", "quotes"},
      {"t: >= 99.9 %\n", 1, 4, "cannot begin with `>`", "at least"},
      {"t: %10\n", 1, 4, "cannot begin with `%`", "`10 %`"},
  };
  for (const Slip& slip : slips) {
    const absl::StatusOr<YamlNode> root = ReadYaml(slip.text, "f");
    ASSERT_FALSE(root.ok()) << slip.text;
    const Fault fault = FaultOf(root.status());
    EXPECT_EQ(fault.position.line, slip.line) << slip.text << fault.message;
    EXPECT_EQ(fault.position.column, slip.column) << slip.text << fault.message;
    EXPECT_TRUE(absl::StrContains(fault.message, slip.message)) << slip.text << fault.message;
    EXPECT_TRUE(absl::StrContains(fault.hint, slip.hint)) << slip.text << fault.hint;
  }
}

TEST(YamlTraps, AListWhereNamesAreMeant) {
  const absl::StatusOr<YamlNode> root =
      ReadYaml("objectives:\n  - availability:\n    obligor: provider\n", "f");
  ASSERT_FALSE(root.ok());
  const Fault fault = FaultOf(root.status());
  EXPECT_EQ(fault.position.line, 2);
  EXPECT_TRUE(absl::StrContains(fault.hint, "without the `- `")) << fault.hint;
}

TEST(YamlTraps, NothingIsGuessed) {
  EXPECT_FALSE(FindYamlTrap("a: b\n", 3).has_value());
  EXPECT_FALSE(FindStrangeSpace("a b").has_value());
}

}  // namespace
}  // namespace tally::tools
