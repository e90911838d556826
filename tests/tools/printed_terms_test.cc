// Goal: terms that this program printed are read as a reader of all YAML reads them, and nothing
// else is read. Method: every template, printed and read by both (each word of every table:
// terms_text_test.cc); texts that are not in the printed form.
#include "tools/printed_terms.h"

#include <gtest/gtest.h>

#include "tests/tools/terms_support.h"
#include "tools/template_texts.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

TEST(PrintedTerms, ReadsTemplatesAsYamlDoes) {
  int compiled_of_them = 0;
  for (const auto& each : TermsTemplates()) {
    const absl::StatusOr<CompiledTerms> compiled =
        CompileTerms(std::string(each.text), "template", MadeZones());
    if (!compiled.ok()) continue;  // in a zone that these tests do not make
    ++compiled_of_them;
    const std::string shown = FormatTermsForPeople(compiled->terms);
    const auto printed = ReadPrintedTerms(shown);
    ASSERT_TRUE(printed.ok()) << printed.status() << "\n" << shown;
    EXPECT_TRUE(SameTree(*printed, *ReadYaml(shown, "shown"))) << shown;
  }
  EXPECT_GT(compiled_of_them, 0);
}

TEST(PrintedTerms, QuotedTextsAreReadBack) {
  for (const char* text :
       {"a: \"b \\\" \\\\ c\"\n", "a: \"line\\nline\"\n", "a: \"\\U0001F600\\U000000E4\\x41\"\n",
        "\"a b\": [\"x, y\", z]\n", "a: { b: one two, c: [1, 2], d: \"}\" }\n",
        "# remark\na:\n  b: x\n  c:\n    - { d: 1 }\n    - e\n"}) {
    const auto printed = ReadPrintedTerms(text);
    ASSERT_TRUE(printed.ok()) << printed.status() << text;
    EXPECT_TRUE(SameTree(*printed, *ReadYaml(text, "f"))) << text;
  }
}

// Terms that nobody compiled may name what a file may not hold; they are shown all the same.
TEST(PrintedTerms, WhatCannotBeSeenIsRead) {
  const auto printed = ReadPrintedTerms("a: \"\\U0000202E\\x1B\"\n");
  ASSERT_TRUE(printed.ok()) << printed.status();
  EXPECT_EQ(printed->items[0].text, "\u202e\x1b");
  EXPECT_FALSE(ReadYaml("a: \"\\U0000202E\"\n", "f").ok());
}

TEST(PrintedTerms, NothingElseIsRead) {
  for (const char* text :
       {"", "a", "a:", "a: ", "a:b\n", " a: b\n", "a:\n    b: c\n", "a: b\n  c: d\n", "a: [b\n",
        "a: { b: c\n", "a: { b }\n", "a: \"b\n", "a: \"\\q\"\n", "a: \"\\U00110000\"\n",
        "a: [b] c\n", "- a\nb: c\n", "a: b \n", "a: [b,c]\n"}) {
    EXPECT_FALSE(ReadPrintedTerms(text).ok()) << text;
  }
}

}  // namespace
}  // namespace tally::tools
