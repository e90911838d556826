// Goal: every kind of the desk's vocabulary is counted by somebody, and nothing else is.
// Method: the table itself is asked for its kinds; a kind of another table is refused.
#include "replay/terms/count_desk.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/desk_support.h"

namespace tally::replay {
namespace {

// The first answer that each choice allows.
std::vector<std::string> AnyAnswer(const ChoiceRow& row, const std::string& count) {
  switch (row.form) {
    case ChoiceForm::kWord:
      return {std::string(row.words.front())};
    case ChoiceForm::kCount:
      return {count};
    case ChoiceForm::kPercent:
      return {"50"};
    case ChoiceForm::kLength:
      return {"5 s"};
    case ChoiceForm::kName:
      return {"24x7"};
    default:
      return {"P1: 4 h"};
  }
}

StatedChoices AnyChoices(const VocabularyRow& row, const std::string& count) {
  StatedChoices stated;
  for (const ChoiceRow& choice : row.choices) {
    const auto other = stated.find(std::string(choice.when));
    const bool asked = choice.when.empty() ||
                       (other != stated.end() && std::find(choice.is.begin(), choice.is.end(),
                                                           other->second[0]) != choice.is.end());
    if (asked) stated[std::string(choice.name)] = AnyAnswer(choice, count);
  }
  return stated;
}

TEST(CountDesk, EveryKindAnswersAnEmptyPopulation) {
  int kinds = 0;
  for (const VocabularyRow& row : DeskVocabulary()) {
    const Counted counted =
        Desk().Count(std::string(row.kind), AnyChoices(row, "0"), std::vector<Item>{});
    EXPECT_FALSE(counted.indeterminate) << row.kind;
    EXPECT_FALSE(counted.value.has_value()) << row.kind;
    EXPECT_EQ(counted.population, 0) << row.kind;
    EXPECT_FALSE(counted.steps.empty()) << row.kind;
    EXPECT_EQ(counted.steps.front().clause, "objectives/desk");
    ++kinds;
  }
  EXPECT_EQ(kinds, 8);
}

TEST(CountDesk, AnotherKindIsRefused) {
  Objective objective;
  objective.counted = Measure{"leads", {}, {}};
  EXPECT_EQ(Desk().Try(objective, {}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(CountDesk, TheClauseStandsAtEveryStep) {
  Objective objective = DeskObjective("tickets in time", PlainInTime());
  objective.clause = Clause{"4.2", "", {}};
  const absl::StatusOr<Counted> counted = Desk().Try(objective, {});
  ASSERT_TRUE(counted.ok());
  for (const DerivationStep& step : counted->steps) EXPECT_EQ(step.clause, "4.2");
}

// Where one is needed, none is too few: the empty rule is not asked.
TEST(CountDesk, NothingIsTooSmallASample) {
  for (const VocabularyRow& row : DeskVocabulary()) {
    const Counted counted =
        Desk().Count(std::string(row.kind), AnyChoices(row, "1"), std::vector<Item>{});
    EXPECT_TRUE(counted.indeterminate) << row.kind;
  }
}

}  // namespace
}  // namespace tally::replay
