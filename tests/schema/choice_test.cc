// Goal: a choice is canonical or refused, and a set of choices is exactly what its row asks for.
// Method: every form with good and bad spellings; one row with a conditional choice; and all rows
// of the vocabulary, which must be well formed.
#include "schema/choice.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace tally {
namespace {

constexpr absl::string_view kMethods[] = {"nearest rank", "linear"};
constexpr absl::string_view kLinear[] = {"linear"};
constexpr ChoiceRow kChoices[] = {
    {.name = "method", .form = ChoiceForm::kWord, .words = kMethods, .ask = "choose a method"},
    {.name = "limit", .form = ChoiceForm::kLength, .or_none = true, .ask = "write a length"},
    {.name = "decimals",
     .form = ChoiceForm::kCount,
     .ask = "write how many decimals",
     .when = "method",
     .is = kLinear},
};
constexpr VocabularyRow kRow{.kind = "test", .article = "M0", .choices = kChoices};

struct Reading {
  ChoiceForm form;
  std::vector<std::string> written;
  std::vector<std::string> canonical;  // none: refused
};

TEST(Choice, EveryFormIsCanonicalOrRefused) {
  using F = ChoiceForm;
  const Reading readings[] = {
      {F::kPercent, {"99.90 %"}, {"99.9"}},
      {F::kPercent, {"0%"}, {"0"}},
      {F::kPercent, {"-1 %"}, {}},
      {F::kPercent, {"100001"}, {}},
      {F::kPercent, {"0.0000001"}, {}},
      {F::kNumber, {"-1.50"}, {"-1.5"}},
      {F::kNumber, {"1e3"}, {}},
      {F::kCount, {"7"}, {"7"}},
      {F::kCount, {"007"}, {}},
      {F::kCount, {"-1"}, {}},
      {F::kCount, {"1000000000001"}, {}},
      {F::kLength, {"1440 min"}, {"1 d"}},
      {F::kLength, {"0 s"}, {}},
      {F::kMoney, {"1 USD"}, {"1.00 USD"}},
      {F::kMoney, {"-1.00 USD"}, {}},
      {F::kText, {""}, {}},
      {F::kText, {"a", "b"}, {}},
      {F::kTexts, {"b", "a"}, {"b", "a"}},
      {F::kTexts, {"a", "a"}, {}},
      {F::kName, {"Availability"}, {}},
      {F::kNames, {"b", "a"}, {"a", "b"}},
      {F::kSteps, {"5:0", "10 : 2.50 %"}, {"5: 0", "10: 2.5"}},
      {F::kSteps, {"10: 2", "5: 0"}, {}},
      {F::kSteps, {"10"}, {}},
      {F::kNumbers, {"2.0", "1"}, {"2", "1"}},
      {F::kNumbers, {}, {}},
  };
  for (const Reading& reading : readings) {
    const ChoiceRow row{.name = "x", .form = reading.form};
    const auto read = ReadChoice(row, reading.written);
    const std::string shown = reading.written.empty() ? "nothing" : reading.written[0];
    EXPECT_EQ(read.ok(), !reading.canonical.empty()) << shown;
    if (!read.ok()) continue;
    EXPECT_EQ(*read, reading.canonical) << shown;
    EXPECT_EQ(*ReadChoice(row, *read), *read) << shown;
  }
}

TEST(Choice, NoneIsAnAnswerOnlyWhereTheRowSaysSo) {
  EXPECT_TRUE(ReadChoice(kChoices[1], {"none"}).ok());
  EXPECT_FALSE(ReadChoice(kChoices[0], {"none"}).ok());
}

std::string Fault(std::vector<Choice> choices) {
  return std::string(Choices(std::move(choices)).Check(kRow).message());
}

TEST(Choice, ASetIsExactlyWhatItsRowAsksFor) {
  const Choice limit{"limit", {"2 h"}}, method{"method", {"nearest rank"}};
  EXPECT_EQ(Fault({limit, method}), "");
  EXPECT_EQ(Fault({{"decimals", {"3"}}, limit, {"method", {"linear"}}}), "");
  EXPECT_EQ(Fault({method}), "choice \"limit\": not stated; write a length");
  EXPECT_EQ(Fault({limit, {"method", {"linear"}}}),
            "choice \"decimals\": not stated; write how many decimals");
  EXPECT_EQ(Fault({{"decimals", {"3"}}, limit, method}),
            "choice \"decimals\": \"test\" does not ask for it");
  EXPECT_EQ(Fault({limit, method, {"zeal", {"1"}}}),
            "choice \"zeal\": \"test\" does not ask for it");
  EXPECT_EQ(Fault({{"limit", {"120 min"}}, method}), "choice \"limit\": not in its canonical form");
  EXPECT_EQ(Fault({method, limit}), "choice \"limit\": not in ascending order");
}

TEST(Choice, ValuesComeOutTyped) {
  const Choices choices(
      {{"a", {"99.9"}}, {"b", {"2 h"}}, {"c", {"5: 0", "10: 2.5"}}, {"d", {"none"}}});
  EXPECT_EQ(choices.Number("a"), (Decimal{999, 1}));
  EXPECT_EQ(choices.Length("b"), Hours(2));
  EXPECT_EQ(choices.Steps("c")[1].second, (Decimal{25, 1}));
  EXPECT_TRUE(choices.Has("a"));
  EXPECT_FALSE(choices.Has("d"));
  EXPECT_FALSE(choices.Has("e"));
  EXPECT_TRUE(choices.Is("d", "none"));
}

// Names are on disk and in people's files: each stands once, and every condition can be met.
TEST(Choice, TheVocabularyIsWellFormed) {
  for (const ThingKind thing : {ThingKind::kMeasure, ThingKind::kCredit, ThingKind::kRule}) {
    std::set<std::string> kinds;
    for (const VocabularyRow* row : Vocabulary(thing)) {
      EXPECT_TRUE(kinds.insert(std::string(row->kind)).second) << row->kind;
      EXPECT_FALSE(row->article.empty()) << row->kind;
      std::set<std::string> names;
      for (const ChoiceRow& choice : row->choices) {
        const std::string where = absl::StrCat(row->kind, "/", choice.name);
        EXPECT_TRUE(names.insert(std::string(choice.name)).second) << where;
        EXPECT_FALSE(choice.ask.empty()) << where;
        EXPECT_EQ(choice.form == ChoiceForm::kWord, !choice.words.empty()) << where;
        EXPECT_EQ(choice.when.empty(), choice.is.empty()) << where;
        if (choice.when.empty()) continue;
        const auto depends =
            std::find_if(row->choices.begin(), row->choices.end(),
                         [&](const ChoiceRow& other) { return other.name == choice.when; });
        ASSERT_NE(depends, row->choices.end()) << where;
        EXPECT_EQ(depends->form, ChoiceForm::kWord) << where;
        for (const absl::string_view word : choice.is) {
          EXPECT_NE(std::find(depends->words.begin(), depends->words.end(), word),
                    depends->words.end())
              << where;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tally
