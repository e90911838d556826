// Goal: a level is written in the unit of its measure, and levels stand in order from bad to good.
// Method: targets of a sound file and of measures of every unit changed; words read back.
#include "tools/terms_target.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

LevelForm Form(ValueUnit unit) {
  LevelForm form;
  form.unit = unit;
  form.currency = FindCurrency("EUR").value();
  return form;
}

TEST(TermsTarget, LevelsAreWrittenInTheUnitOfTheMeasure) {
  struct Row {
    ValueUnit unit;
    std::string text;
    Decimal level;
  };
  const Row rows[] = {
      {ValueUnit::kRatio, "99.9 %", {999, 1}},  {ValueUnit::kRatio, "110 %", {110, 0}},
      {ValueUnit::kSeconds, "4 h", {14400, 0}}, {ValueUnit::kSeconds, "250 ms", {25, 2}},
      {ValueUnit::kCount, "1000", {1000, 0}},   {ValueUnit::kCount, "3.8", {38, 1}},
      {ValueUnit::kPoints, "-7.5", {-75, 1}},   {ValueUnit::kMoney, "12.50 EUR", {125, 1}}};
  for (const Row& row : rows) {
    const LevelForm form = Form(row.unit);
    std::optional<Decimal> level = ParseLevel(row.text, form);
    ASSERT_TRUE(level.has_value()) << row.text;
    EXPECT_EQ(*level, row.level) << row.text;
    EXPECT_EQ(LevelInWords(*level, form), row.text);
  }
  for (const auto& [unit, bad] :
       std::vector<std::pair<ValueUnit, std::string>>{{ValueUnit::kRatio, "99.9"},
                                                      {ValueUnit::kRatio, "1001 %"},
                                                      {ValueUnit::kSeconds, "4"},
                                                      {ValueUnit::kSeconds, "99 %"},
                                                      {ValueUnit::kCount, "-1"},
                                                      {ValueUnit::kCount, "10 %"},
                                                      {ValueUnit::kCount, "1.1234567"},
                                                      {ValueUnit::kMoney, "12.50 USD"},
                                                      {ValueUnit::kMoney, "12.50"}}) {
    EXPECT_FALSE(ParseLevel(bad, Form(unit)).has_value()) << bad;
  }
}

// The percentages above 100 that a measure's level may be.
bool TakesAbove100(absl::string_view kind) {
  Objective objective;
  objective.counted.emplace();
  objective.counted->kind = std::string(kind);
  return ParseLevel("100.1 %", FormOf(objective, {})).has_value();
}

// A share that cannot pass 100 % cannot meet a level beyond it: nobody means that.
TEST(TermsTarget, SharesEndAtTheEndOfTheirLine) {
  for (const VocabularyRow* row : Vocabulary(ThingKind::kMeasure)) {
    if (row->unit != ValueUnit::kRatio) continue;
    const bool unbounded = row->kind == "pacing" || row->kind == "weighted mean of objectives";
    EXPECT_EQ(TakesAbove100(row->kind), unbounded) << row->kind;
  }
  Objective availability;
  EXPECT_FALSE(ParseLevel("100.1 %", FormOf(availability, {})).has_value());
  const std::string file = WithLines(
      SoundTerms(), SecondObjective(*FindInVocabulary(ThingKind::kMeasure, "request ratio")));
  ASSERT_TRUE(absl::StrContains(file, "target: at least 99 %")) << file;
  for (const std::string bad : {"at least 101 %", "at least -1 %", "at most 100.000001 %"}) {
    const std::vector<std::string> errors =
        ErrorsOf(With(file, "target: at least 99 %", "target: " + bad));
    ASSERT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
    EXPECT_TRUE(absl::StrContains(errors[0], "`target` is \"" + bad)) << errors[0];
    EXPECT_TRUE(absl::StrContains(errors[0], "from 0 % to 100 %")) << errors[0];
  }
}

// What no file can say, another program may: it is shown, and ends nothing.
TEST(TermsTarget, StrangeLevelsAreShownAsNumbers) {
  EXPECT_EQ(LevelInWords({1, 9}, Form(ValueUnit::kSeconds)), "0.000000001");
  EXPECT_EQ(LevelInWords({INT64_MAX, 0}, Form(ValueUnit::kSeconds)), "9223372036854775807");
  EXPECT_EQ(LevelInWords({1, 3}, Form(ValueUnit::kMoney)), "0.001");
}

std::vector<std::string> Errors(const std::string& target) {
  return ErrorsOf(With(SoundTerms(), "target: at least 99.99 %", "target: " + target));
}

TEST(TermsTarget, MinimumAndStretchStandInOrder) {
  const std::string whole = "{ expected: at least 99.99 %, minimum: 99 %, stretch: 99.995 % }";
  absl::StatusOr<CompiledTerms> compiled = CompileTerms(
      With(SoundTerms(), "target: at least 99.99 %", "target: " + whole), "f", MadeZones());
  ASSERT_TRUE(compiled.ok()) << compiled.status();
  const Target& target = compiled->terms.objectives[0].target;
  EXPECT_EQ(*target.minimum, (Decimal{99, 0}));
  EXPECT_EQ(*target.stretch, (Decimal{99995, 3}));
  EXPECT_EQ(TargetInWords(target, FormOf(compiled->terms.objectives[0], compiled->terms.fees)),
            whole);
  EXPECT_TRUE(Errors("{ expected: at least 99.99 %, minimum: none, stretch: none }").empty());
  const auto one = [](const std::string& text, const std::string& what) {
    const std::vector<std::string> errors = Errors(text);
    ASSERT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
    EXPECT_TRUE(absl::StrContains(errors[0], what)) << errors[0];
  };
  one("{ expected: at least 99.99 %, minimum: 99.99 %, stretch: none }",
      "99.99 % is not worse than the expected 99.99 %");
  one("{ expected: at least 99.99 %, minimum: none, stretch: 99 % }",
      "99 % is not better than the expected 99.99 %");
  one("{ expected: at least 99.99 %, stretch: none }", "`minimum` is not stated; choose `none` or");
  one("{ expected: at most 99.99 %, minimum: none, stretch: none }",
      "write `at least` and a level");
  one("{ expected: at least 99.99 %, minimum: 99, stretch: none }", "`minimum` is \"99\"");
}

// For "at most" the bad side is above.
TEST(TermsTarget, AtMostTurnsTheOrderRound) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "mean ticket time");
  const std::string text = WithLines(SoundTerms(), SecondObjective(row));
  const auto with = [&](const std::string& target) {
    return With(text, "target: at most 4 h", "target: " + target);
  };
  EXPECT_TRUE(ErrorsOf(with("{ expected: at most 4 h, minimum: 8 h, stretch: 2 h }")).empty());
  EXPECT_EQ(ErrorsOf(with("{ expected: at most 4 h, minimum: 2 h, stretch: none }")).size(), 1u);
  EXPECT_EQ(ErrorsOf(with("{ expected: at most 4 h, minimum: none, stretch: 8 h }")).size(), 1u);
  EXPECT_EQ(ErrorsOf(with("at most 4 %")).size(), 1u);
}

}  // namespace
}  // namespace tally::tools
