// Goal: the table of states asks for what its measures and rules read, and refuses what they
// cannot. Method: the rows are sound; checks beyond form, each broken once.
#include "schema/vocabulary_states.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace tally {
namespace {

TEST(VocabularyStates, RowsAreAscendingAndAskInSentences) {
  std::set<std::pair<ThingKind, std::string>> kinds;
  for (const VocabularyRow& row : StateVocabulary()) {
    EXPECT_TRUE(kinds.emplace(row.thing, std::string(row.kind)).second) << row.kind;
    for (size_t i = 0; i < row.choices.size(); ++i) {
      const ChoiceRow& choice = row.choices[i];
      if (i > 0) {
        EXPECT_LT(row.choices[i - 1].name, choice.name) << row.kind;
      }
      EXPECT_FALSE(choice.ask.empty()) << row.kind << " " << choice.name;
      EXPECT_EQ(choice.form == ChoiceForm::kWord, !choice.words.empty()) << choice.name;
      if (choice.when.empty()) continue;
      // What it hangs on is a row of words that has those words.
      bool found = false;
      for (const ChoiceRow& other : row.choices) {
        if (other.name != choice.when) continue;
        for (absl::string_view word : choice.is) {
          found = std::find(other.words.begin(), other.words.end(), word) != other.words.end();
          EXPECT_TRUE(found) << choice.name << " " << word;
        }
      }
      EXPECT_TRUE(found) << row.kind << " " << choice.name;
    }
  }
  EXPECT_EQ(kinds.size(), 10u);
}

TEST(VocabularyStates, WhatNoFormCanSayIsChecked) {
  auto hysteresis = [](std::string begin, std::string end) {
    return CheckStateChoices(
               "availability with hysteresis",
               Choices({{"bad to begin", {std::move(begin)}}, {"good to end", {std::move(end)}}}))
        .ok();
  };
  EXPECT_TRUE(hysteresis("1", "1"));
  EXPECT_FALSE(hysteresis("0", "1"));
  EXPECT_FALSE(hysteresis("1", "0"));
  auto recurring = [](std::string length) {
    return CheckStateChoices("recurring exclusion", Choices({{"length", {std::move(length)}},
                                                             {"time", {"from a local time"}}}))
        .ok();
  };
  EXPECT_TRUE(recurring("7 d"));
  EXPECT_FALSE(recurring("169 h"));
  EXPECT_TRUE(CheckStateChoices("request ratio", Choices{}).ok());
}

}  // namespace
}  // namespace tally
