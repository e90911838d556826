// Goal: the tables of credits and rules are closed and say all that their engine reads: every
// choice asks in words, conditions name a choice and words that exist. Method: all rows walked;
// a cap with its choices stated, one missing and one too many.
#include <algorithm>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "schema/choice.h"

namespace tally {
namespace {

TEST(VocabularyCredit, EveryChoiceAsksAndEveryConditionCanHold) {
  std::set<std::string> kinds;
  for (const VocabularyRow& row : CreditVocabulary()) {
    std::string kind(row.kind);
    EXPECT_NE(row.thing, ThingKind::kMeasure) << kind;
    EXPECT_TRUE(kinds.insert(kind).second) << kind;
    std::set<std::string> names;
    for (const ChoiceRow& choice : row.choices) {
      EXPECT_TRUE(names.insert(std::string(choice.name)).second) << kind;
      EXPECT_FALSE(choice.ask.empty()) << kind;
      EXPECT_EQ(choice.form == ChoiceForm::kWord, !choice.words.empty()) << kind;
      if (choice.when.empty()) continue;
      auto when = std::find_if(row.choices.begin(), row.choices.end(),
                               [&](const ChoiceRow& each) { return each.name == choice.when; });
      ASSERT_NE(when, row.choices.end()) << kind;
      for (absl::string_view word : choice.is) {
        EXPECT_NE(std::find(when->words.begin(), when->words.end(), word), when->words.end());
      }
      EXPECT_FALSE(choice.is.empty()) << kind;
    }
  }
  EXPECT_EQ(kinds.size(), 30u);
}

TEST(VocabularyCredit, OnlySchemesOfFeesHaveAFee) {
  for (const VocabularyRow* row : Vocabulary(ThingKind::kCredit)) {
    bool without = row->kind == "fixed sum" || row->kind == "points";
    EXPECT_EQ(row->sources, !without) << std::string(row->kind);
  }
}

TEST(VocabularyCredit, ACapStatesItsKindOfLimitAndNoOther) {
  const VocabularyRow* row = FindInVocabulary(ThingKind::kRule, "cap");
  ASSERT_NE(row, nullptr);
  std::vector<Choice> stated = {{"above", {"lost"}},          {"belongs by", {"end of window"}},
                                {"cut", {"pro rata"}},        {"limit", {"money"}},
                                {"money", {"1500.00 EUR"}},   {"period", {"calendar month"}},
                                {"settled windows", {"stay"}}};
  EXPECT_TRUE(Choices(stated).Check(*row).ok());
  std::vector<Choice> missing = stated;
  missing.erase(missing.begin() + 4);
  EXPECT_FALSE(Choices(missing).Check(*row).ok());
  std::vector<Choice> other = stated;
  other.insert(other.begin() + 5, {"percent", {"10"}});
  EXPECT_FALSE(Choices(other).Check(*row).ok());
}

}  // namespace
}  // namespace tally
