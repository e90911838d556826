#include "tests/schema/vocabulary_walk_support.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace tally {
namespace {

bool IsPlainWord(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::islower(static_cast<unsigned char>(c)) ||
           std::isdigit(static_cast<unsigned char>(c)) || c == ' ' || c == '-';
  });
}

void ExpectPlainChoice(const ChoiceRow& choice, const std::string& where) {
  EXPECT_TRUE(IsPlainWord(choice.name)) << where;
  EXPECT_GT(choice.ask.size(), 10U) << where;
  EXPECT_EQ(choice.form == ChoiceForm::kWord, !choice.words.empty()) << where;
  const std::set<absl::string_view> words(choice.words.begin(), choice.words.end());
  EXPECT_EQ(words.size(), choice.words.size()) << where;
  for (absl::string_view word : choice.words) {
    EXPECT_TRUE(IsPlainWord(word)) << where << " " << word;
    // A sentence names its words, but for the decimals from 0 to 12.
    const bool named = absl::StrContains(choice.ask, absl::StrCat("`", word, "`"));
    EXPECT_TRUE(named || choice.name == "decimals") << where << " does not name " << word;
  }
  EXPECT_TRUE(!choice.or_none || absl::StrContains(choice.ask, "`none`")) << where;
}

}  // namespace

std::vector<std::string> LinesOf(std::span<const VocabularyRow> rows) {
  std::vector<std::string> lines;
  for (const VocabularyRow& row : rows) {
    for (const ChoiceRow& choice : row.choices) {
      lines.push_back(absl::StrCat(row.kind, " | ", choice.name, " | ",
                                   static_cast<int>(choice.form), " | ",
                                   absl::StrJoin(choice.words, ", ")));
    }
  }
  return lines;
}

void ExpectPlainRows(std::span<const VocabularyRow> rows) {
  std::set<absl::string_view> kinds;
  for (const VocabularyRow& row : rows) {
    EXPECT_TRUE(IsPlainWord(row.kind)) << row.kind;
    EXPECT_TRUE(kinds.insert(row.kind).second) << row.kind << " stands twice";
    EXPECT_EQ(FindInVocabulary(row.thing, row.kind), &row) << row.kind;
    std::set<absl::string_view> names;
    for (const ChoiceRow& choice : row.choices) {
      const std::string where = absl::StrCat(row.kind, ": ", choice.name);
      EXPECT_TRUE(names.insert(choice.name).second) << where << " is asked for twice";
      ExpectPlainChoice(choice, where);
    }
  }
}

void ExpectConditionsOfEarlierChoices(std::span<const VocabularyRow> rows) {
  for (const VocabularyRow& row : rows) {
    for (auto choice = row.choices.begin(); choice != row.choices.end(); ++choice) {
      if (choice->when.empty()) continue;
      const auto condition = std::find_if(row.choices.begin(), choice, [&](const ChoiceRow& each) {
        return each.name == choice->when;
      });
      ASSERT_NE(condition, choice) << row.kind << ": " << choice->name;
      const bool any =
          std::any_of(choice->is.begin(), choice->is.end(), [&](absl::string_view word) {
            return std::count(condition->words.begin(), condition->words.end(), word) > 0;
          });
      EXPECT_TRUE(any) << row.kind << ": " << choice->name;
    }
  }
}

}  // namespace tally
