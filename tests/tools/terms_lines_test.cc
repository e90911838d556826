// Goal: what is written out reads back, and moves no cursor.
// Method: hostile and plain texts.
#include "tools/terms_lines.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

TEST(TermsLines, TextsAreQuotedForYaml) {
  EXPECT_EQ(Quoted("a \"b\" \\ c\n"), "\"a \\\"b\\\" \\\\ c\\n\"");
  EXPECT_EQ(Quoted("\x1b[2J"), "\"\\U0000001B[2J\"");
  EXPECT_EQ(Quoted("\xff"), "\"\\xFF\"");
  EXPECT_EQ(Bare("lime-upptime/1"), "lime-upptime/1");
  for (const std::string text : {"null", "", "-a", ".a", "a: b", "a, b", "[a]", "#a"}) {
    EXPECT_EQ(Bare(text), Quoted(text)) << text;
  }
}

TEST(TermsLines, LinesHaveDepths) {
  Lines lines;
  lines.Add(0, "a", "");
  lines.Comment(1, "why");
  lines.Item(1, "b");
  lines.Add(1, "c", ListOf({"d", "e"}));
  EXPECT_EQ(lines.Take(), "a:\n  # why\n  - b\n  c: [d, e]\n");
}

}  // namespace
}  // namespace tally::tools
