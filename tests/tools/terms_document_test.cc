// Goal: docs/TERMS.md describes every kind of the vocabulary with exactly the choices that its row
// asks for, and every example in it compiles.
// Method: the table of each kind, made from the vocabulary, must stand in the page under the kind's
// heading; snippets are put into a sound file and compiled.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/tools/terms_support.h"
#include "tools/error_codes.h"
#include "tools/terms_vocabulary.h"

namespace tally::tools {
namespace {

std::string Page() {
  std::ifstream file(TALLY_SOURCE_DIR "/docs/TERMS.md");
  std::stringstream stream;
  stream << file.rdbuf();
  return stream.str();
}

// "| `cap length` | write how much ... | `cap: each calendar month` |" for each choice of a row.
std::string TableOf(const VocabularyRow& row) {
  std::string table = "| choice | what it says |\n| --- | --- |\n";
  for (const ChoiceRow& choice : row.choices) {
    const std::string condition = ConditionInWords(choice);
    absl::StrAppend(&table, "| `", choice.name, "` | ", AskFor(choice),
                    condition.empty() ? "" : "; ", condition, " |\n");
  }
  return table;
}

std::string HeadingOf(const VocabularyRow& row) { return absl::StrCat("\n### `", row.kind, "`\n"); }

// The part of the page under a heading, up to the next one.
std::string SectionOf(const std::string& page, const std::string& heading) {
  const size_t from = page.find(heading);
  if (from == std::string::npos) return "";
  return page.substr(from, page.find("\n#", from + heading.size()) - from);
}

TEST(TermsDocument, EachKindIsDescribedWithItsChoices) {
  const std::string page = Page();
  for (const ThingKind thing : {ThingKind::kMeasure, ThingKind::kCredit, ThingKind::kRule}) {
    for (const VocabularyRow* row : Vocabulary(thing)) {
      if (row->choices.empty()) continue;  // "tiers": a list, described beside them
      const std::string section = SectionOf(page, HeadingOf(*row));
      EXPECT_TRUE(absl::StrContains(section, TableOf(*row)))
          << "the page should have" << HeadingOf(*row) << "\n"
          << TableOf(*row);
      EXPECT_TRUE(absl::StrContains(section, "\n```yaml ")) << row->kind << " has no example";
    }
  }
}

// A sound file with the snippet in its place.
std::string FileWith(absl::string_view place, const std::string& snippet) {
  const auto indented = [&](const std::string& by) {
    std::string lines;
    for (absl::string_view line : absl::StrSplit(snippet, '\n', absl::SkipEmpty())) {
      absl::StrAppend(&lines, by, line, "\n");
    }
    return lines;
  };
  if (place == "rules") return WithLines(SoundTerms(), absl::StrCat("rules:\n", indented("  ")));
  const std::string head =
      "  second:\n    obligor: provider\n    obligee: customer\n    exclusions: none\n"
      "    window: { every: calendar month, zone: UTC, when clipped: prorate }\n"
      "    when empty: no result\n";
  if (place == "objective") {
    return WithLines(SoundTerms(), absl::StrCat(head, indented("    ")));
  }
  if (place == "credit of lateness") {
    const VocabularyRow& late = *FindInVocabulary(ThingKind::kMeasure, "deliverable lateness");
    return WithLines(SoundTerms(), With(SecondObjective(late), "    credit: none\n",
                                        absl::StrCat("    credit:\n", indented("      "))));
  }
  const std::string text = SoundTerms();
  return absl::StrCat(text.substr(0, text.find("      base: fee hosting")), indented("      "),
                      text.substr(text.find("disputes:")));
}

TEST(TermsDocument, EachExampleCompiles) {
  const std::string page = Page();
  const std::string fence = "\n```yaml ";
  int found = 0;
  for (size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) {
    const size_t begin = page.find('\n', at + 1) + 1;
    const std::string place = page.substr(at + fence.size(), begin - 1 - at - fence.size());
    const std::string snippet = page.substr(begin, page.find("\n```", begin) + 1 - begin);
    if (absl::StartsWith(place, "file "))
      continue;  // of several levels: tests/scenarios/levels_test
    ASSERT_TRUE(place == "rules" || place == "objective" || place == "credit" ||
                place == "credit of lateness")
        << place;
    std::string text = FileWith(place, snippet);
    // Who decides is a party of its own.
    const std::string customer = "  customer: coral-island\n";
    if (absl::StrContains(snippet, "arbiter") && absl::StrContains(text, customer)) {
      text.insert(text.find(customer) + customer.size(), "  arbiter: chamber\n");
    }
    EXPECT_EQ(absl::StrJoin(ErrorsOf(text), "\n"), "") << snippet;
    ++found;
  }
  EXPECT_GE(found, 40);
}

TEST(TermsDocument, EachCodeOfTermsIsListed) {
  const std::string page = Page();
  for (const ErrorCodeRow& row : ErrorCodeTable()) {
    if (!absl::StartsWith(row.code, "lint-") && !absl::StartsWith(row.code, "terms-")) continue;
    EXPECT_TRUE(absl::StrContains(page, absl::StrCat("`", row.code, "`"))) << std::string(row.code);
  }
}

}  // namespace
}  // namespace tally::tools
