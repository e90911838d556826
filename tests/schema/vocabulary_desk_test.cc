// Goal: the desk's table is whole and plain, and its own form, targets by priority, has one
// spelling.
// Method: rules that hold for every row; texts of targets, good and bad.
#include "schema/vocabulary_desk.h"

#include <algorithm>
#include <set>

#include "gtest/gtest.h"

namespace tally {
namespace {

TEST(VocabularyDesk, EveryRowIsWhole) {
  std::set<std::string> kinds;
  for (const VocabularyRow& row : DeskVocabulary()) {
    EXPECT_TRUE(kinds.insert(std::string(row.kind)).second) << row.kind;
    EXPECT_EQ(row.thing, ThingKind::kMeasure);
    EXPECT_EQ(FindInVocabulary(ThingKind::kMeasure, row.kind), &row);
    std::set<std::string> names;
    for (const ChoiceRow& choice : row.choices) {
      EXPECT_TRUE(names.insert(std::string(choice.name)).second) << row.kind << choice.name;
      EXPECT_FALSE(choice.ask.empty()) << row.kind << ": " << choice.name;
      EXPECT_EQ(choice.form == ChoiceForm::kWord, !choice.words.empty()) << choice.name;
      const std::set<absl::string_view> words(choice.words.begin(), choice.words.end());
      EXPECT_EQ(words.size(), choice.words.size()) << choice.name;
      for (absl::string_view text : choice.words) {
        EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char c) {
          return c >= 'A' && c <= 'Z';
        })) << text;
        // Few words are asked for by name, so that a person can choose from the sentence alone.
        if (choice.words.size() <= 6) {
          EXPECT_NE(std::string(choice.ask).find(std::string(text)), std::string::npos)
              << choice.name << ": " << text;
        }
      }
      if (choice.when.empty()) continue;
      const auto other =
          std::find_if(row.choices.begin(), row.choices.end(),
                       [&](const ChoiceRow& each) { return each.name == choice.when; });
      ASSERT_NE(other, row.choices.end()) << choice.name;
      for (absl::string_view text : choice.is) {
        EXPECT_NE(std::find(other->words.begin(), other->words.end(), text), other->words.end())
            << choice.name << ": " << text;
      }
    }
  }
  EXPECT_EQ(kinds.size(), 8u);
}

TEST(VocabularyDesk, TargetsByPriorityHaveOneSpelling) {
  const auto targets = ReadTicketTargets({"P1: 4 h", "2 - High: 90 min", "3: 3 d"});
  ASSERT_TRUE(targets.ok()) << targets.status();
  ASSERT_EQ(targets->size(), 3u);
  EXPECT_EQ((*targets)[0].first, "P1");
  EXPECT_EQ((*targets)[0].second, Hours(4));
  EXPECT_EQ((*targets)[1].first, "2 - High");
  EXPECT_EQ((*targets)[1].second, Minutes(90));
  for (const std::vector<std::string>& bad :
       std::vector<std::vector<std::string>>{{"P1"},
                                             {"P1 4 h"},
                                             {"P1:4 h"},
                                             {": 4 h"},
                                             {" P1: 4 h"},
                                             {"P1 : 4 h"},
                                             {"P1: 240 min"},
                                             {"P1: 4h"},
                                             {"P1: 0 h"},
                                             {"P1: four hours"},
                                             {"P1: 4 h", "P1: 5 h"},
                                             {"P:1: 4 h"},
                                             {"P\t1: 4 h"},
                                             {std::string(65, 'P') + ": 4 h"}}) {
    EXPECT_EQ(ReadTicketTargets(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad[0];
  }
  // The error says what to write.
  EXPECT_NE(std::string(ReadTicketTargets({"P1: 240 min"}).status().message()).find("\"P1: 4 h\""),
            std::string::npos);
}

// Choices of one name and one value.
Choices Only(const std::string& name, const std::string& value) {
  return Choices(std::vector<Choice>{{name, {value}}});
}

TEST(VocabularyDesk, ChoicesAreCheckedBeyondTheirForm) {
  EXPECT_TRUE(CheckDeskChoices("tickets in time", Only("targets", "P1: 4 h")).ok());
  EXPECT_FALSE(CheckDeskChoices("tickets in time", Only("targets", "P1")).ok());
  EXPECT_TRUE(CheckDeskChoices("tickets in time", Only("target", "4 h")).ok());
  const auto percentile = [](const char* text) {
    return CheckDeskChoices("percentile of ticket time", Only("percentile", text)).ok();
  };
  EXPECT_TRUE(percentile("100"));
  EXPECT_TRUE(percentile("0.1"));
  EXPECT_FALSE(percentile("0"));
  EXPECT_FALSE(percentile("100.1"));
  EXPECT_TRUE(CheckDeskChoices("something else", Choices()).ok());
}

}  // namespace
}  // namespace tally
