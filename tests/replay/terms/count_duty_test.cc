// Goal: every measure of the table of duties has a count, and no other kind does. Method: each row
// with any choices that its forms admit; what is asked of an empty history is answered, not
// refused.
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "schema/request_choices.h"
#include "tests/replay/terms/population_support.h"

namespace tally::replay {
namespace {

// A value for each form; the first word of each list.
std::string AnyValue(const ChoiceRow& row) {
  switch (row.form) {
    case ChoiceForm::kWord:
      return std::string(row.words.front());
    case ChoiceForm::kLength:
      return "1 d";
    case ChoiceForm::kName:
      return "24x7";
    case ChoiceForm::kCount:
      return "1";
    case ChoiceForm::kText:
      return row.name == "currency" ? "EUR" : "12:00";
    case ChoiceForm::kTexts:
      return row.name == "weights" || row.name == "points" ? "a: 1" : "sales";
    case ChoiceForm::kNames:
      return "a";
    default:
      return "1";
  }
}

TEST(CountDuty, EveryKindAnswersAnEmptyHistory) {
  for (std::span<const VocabularyRow> table : {RequestVocabulary(), DutyVocabulary()}) {
    for (const VocabularyRow& row : table) {
      if (row.thing != ThingKind::kMeasure) continue;
      Population nothing(std::string(row.kind), {});
      nothing.knowledge.instant = nothing.window.interval.limit;
      for (const ChoiceRow& choice : row.choices) {
        const Choices& so_far = nothing.objective.counted->choices;
        const bool asked = choice.when.empty() ||
                           std::any_of(choice.is.begin(), choice.is.end(),
                                       [&](auto word) { return so_far.Is(choice.when, word); });
        if (asked) nothing.Choose(std::string(choice.name), AnyValue(choice));
      }
      const absl::StatusOr<Counted> counted = nothing.Try();
      ASSERT_TRUE(counted.ok()) << row.kind << ": " << counted.status();
      EXPECT_FALSE(counted->steps.empty()) << row.kind;
    }
  }
}

TEST(CountDuty, OtherKindsAreRefused) {
  Population calls("call abandonment", {});
  CountQuestion question;
  question.objective = &calls.objective;
  EXPECT_EQ(CountDuty(question).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CountRequests(question).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tally::replay
