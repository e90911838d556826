// Goal: every kind of the vocabulary is read from a file with exactly the choices that its row asks
// for, and what is shown of it compiles to the same terms.
// Method: files made from the tables themselves, each word of each choice in turn; then each choice
// taken away, misspelt and put where it does not belong.
#include "tools/terms_vocabulary.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

// The file with one thing of the row's kind.
std::string FileWith(const VocabularyRow& row, const std::map<std::string, std::string>& words) {
  if (row.thing == ThingKind::kMeasure) {
    return WithLines(SoundTerms(), SecondObjective(row, words));
  }
  if (row.thing == ThingKind::kRule) {
    return WithLines(SoundTerms(),
                     absl::StrCat("rules:\n  one:\n    kind: ", row.kind, "\n    objectives: all\n",
                                  SampleChoices(row, 4, words)));
  }
  const bool points = row.unit == ValueUnit::kPoints;
  const std::string credit =
      absl::StrCat("      scheme: ", row.kind, "\n", row.sources ? "      base: fee hosting\n" : "",
                   SampleChoices(row, 6, words), "      rounding: half up to ",
                   points ? "whole points" : "cents", ", once per line\n",
                   points ? "" : "      window cap: none\n      minimum: none\n");
  // A scheme stands on a measure that has what it asks for.
  if (row.kind == "proportional") {
    const std::string text = SoundTerms();
    return absl::StrCat(text.substr(0, text.find("      base: fee hosting")), credit,
                        text.substr(text.find("disputes:")));
  }
  // Units that are short are counted, and every other scheme goes with a measure in time, whose
  // levels say their unit.
  const auto occasion = words.find("for");
  const bool units = occasion != words.end() && occasion->second == "each unit short";
  const VocabularyRow& measure =
      *FindInVocabulary(ThingKind::kMeasure, units ? "volume" : "deliverable lateness");
  std::string fitting = credit;
  if (!units && absl::StrContains(fitting, "step: 2.5\n")) {
    fitting = With(fitting, "step: 2.5\n", "step: 2.5 h\n");
  }
  if (!units && absl::StrContains(fitting, "levels: { 97: 3, 99: 1 }")) {
    fitting = With(fitting, "levels: { 97: 3, 99: 1 }", "levels: { 30 min: 3, 5 h: 1 }");
  }
  return WithLines(SoundTerms(), With(SecondObjective(measure), "    credit: none\n",
                                      absl::StrCat("    credit:\n", fitting)));
}

std::vector<const VocabularyRow*> AllRows() {
  std::vector<const VocabularyRow*> rows;
  for (const ThingKind thing : {ThingKind::kMeasure, ThingKind::kCredit, ThingKind::kRule}) {
    for (const VocabularyRow* row : Vocabulary(thing)) {
      if (row->kind != "tiers") rows.push_back(row);  // a list, not a choice
    }
  }
  return rows;
}

void ExpectVocabularyReadsBack(const std::string& text) {
  absl::StatusOr<CompiledTerms> compiled = CompileTerms(text, "terms.yaml", MadeZones());
  ASSERT_TRUE(compiled.ok()) << FaultText(FaultOf(compiled.status())) << "\n" << text;
  ASSERT_TRUE(DecodeTerms(Encode(compiled->terms)).ok()) << text;
  const std::string shown = FormatTermsForPeople(compiled->terms);
  absl::StatusOr<CompiledTerms> again = CompileTerms(shown, "shown.yaml", MadeZones());
  ASSERT_TRUE(again.ok()) << FaultText(FaultOf(again.status())) << "\n" << shown;
  EXPECT_EQ(Encode(again->terms), Encode(compiled->terms)) << shown;
}

TEST(TermsVocabulary, EachKindIsReadAndShown) {
  EXPECT_GE(AllRows().size(), 40u);
  for (const VocabularyRow* row : AllRows()) ExpectVocabularyReadsBack(FileWith(*row, {}));
}

// Two words of one kind may exclude each other; the kind's own room says so, at that choice.
TEST(TermsVocabulary, EachWordOfEachChoiceIsRead) {
  int read = 0;
  for (const VocabularyRow* row : AllRows()) {
    for (const ChoiceRow& choice : row->choices) {
      if (choice.form != ChoiceForm::kWord || choice.words.size() > 24) continue;
      for (const absl::string_view word : choice.words) {
        std::map<std::string, std::string> words = {{std::string(choice.name), std::string(word)}};
        if (!choice.when.empty()) words[std::string(choice.when)] = std::string(choice.is[0]);
        const std::string text = FileWith(*row, words);
        const std::vector<std::string> errors = ErrorsOf(text);
        if (errors.empty()) {
          ++read;
          continue;
        }
        // The only rule of the file is no cap that it could name.
        if (word == "cap reached") continue;
        EXPECT_TRUE(absl::StrContains(errors[0], "terms-bad-value choice \"")) << errors[0] << "\n"
                                                                               << text;
      }
    }
  }
  EXPECT_GE(read, 250);
}

TEST(TermsVocabulary, EachChoiceTakenAwayIsAskedForInTheWordsOfItsRow) {
  for (const VocabularyRow* row : AllRows()) {
    const std::string text = FileWith(*row, {});
    const std::string indent(row->thing == ThingKind::kRule ? 4 : 6, ' ');
    for (const ChoiceRow& choice : row->choices) {
      // The last line of that depth: what is before belongs to the sound file.
      const size_t at = text.rfind(absl::StrCat("\n", indent, choice.name, ": "));
      if (at == std::string::npos) continue;  // hangs on a word that is not chosen
      const size_t begin = at + 1;
      const size_t end = text.find('\n', begin) + 1;
      const std::vector<std::string> errors =
          ErrorsOf(absl::StrCat(text.substr(0, begin), text.substr(end)));
      EXPECT_TRUE(
          absl::StrContains(absl::StrJoin(errors, "\n"),
                            absl::StrCat("`", choice.name, "` is not stated; ", AskFor(choice))))
          << row->kind << "\n"
          << absl::StrJoin(errors, "\n");
    }
  }
}

std::string OneError(const std::string& text) {
  const std::vector<std::string> errors = ErrorsOf(text);
  EXPECT_EQ(errors.size(), 1u) << absl::StrJoin(errors, "\n");
  return errors.empty() ? "" : errors[0];
}

TEST(TermsVocabulary, WhatDoesNotBelongIsNamed) {
  const VocabularyRow& cap = *FindInVocabulary(ThingKind::kRule, "cap");
  const std::string text = FileWith(cap, {});
  EXPECT_TRUE(absl::StrContains(
      OneError(With(text, "    money: 25.00 USD\n", "    money: 25.00 USD\n    percent: 10 %\n")),
      "terms-contradiction `percent` means nothing here: it goes with "
      "`limit: percent of charges`; remove it"));
  EXPECT_TRUE(absl::StrContains(OneError(With(text, "    cut: ", "    colour: red\n    cut: ")),
                                "terms-unknown-key rules.one: `colour` means nothing here"));
  EXPECT_TRUE(absl::StrContains(OneError(With(text, "cut: pro rata", "cut: by dice")),
                                "`cut` is \"by dice\"; how a cut is shared between lines of one "
                                "time: choose `pro rata` or `in order`"));
  EXPECT_TRUE(absl::StrContains(OneError(With(text, "kind: cap", "kind: cup")),
                                "terms-bad-value `kind` is \"cup\"; did you mean `cap`?"));
  EXPECT_TRUE(absl::StrContains(OneError(With(text, "kind: cap", "kind: reward")), "choose `"));
  // A bad word leaves open what hangs on it, and says nothing of it.
  EXPECT_TRUE(absl::StrContains(OneError(With(text, "limit: money", "limit: monney")),
                                "`limit` is \"monney\""));
}

TEST(TermsVocabulary, ValuesKeepTheirForms) {
  const auto changed = [](const std::string& kind, const std::string& from, const std::string& to) {
    const ThingKind thing =
        kind == "earn-back" || kind == "points table" ? ThingKind::kRule : ThingKind::kMeasure;
    return With(FileWith(*FindInVocabulary(thing, kind), {}), from, to);
  };
  // Half a percent and a half are two things.
  EXPECT_TRUE(absl::StrContains(OneError(changed("earn-back", "share: 95 %", "share: 95")),
                                "percent of the credit that is earned back: write a percentage"));
  EXPECT_TRUE(
      absl::StrContains(OneError(changed("earn-back", "    windows: 3\n", "    windows: 3.5\n")),
                        "(a whole number from 0 to 10^12)"));
  const std::string steps = "table: { 97: 3, 99: 1 }";
  for (const std::string same : {"table: [{ 97: 3 }, { 99: 1 }]", "table: [\"97: 3\", \"99: 1\"]",
                                 "table:\n      97: 3\n      99: 1"}) {
    EXPECT_EQ(Encode(CompileTerms(changed("points table", steps, same), "f", MadeZones())->terms),
              Encode(CompileTerms(changed("points table", steps, steps), "f", MadeZones())->terms))
        << same;
  }
  EXPECT_TRUE(absl::StrContains(OneError(changed("points table", steps, "table: { 99: 1, 97: 3 }")),
                                "(steps that ascend)"));
  const std::string targets = "targets: { P1: 4 h, P2: 90 min }";
  const std::string base = FileWith(*FindInVocabulary(ThingKind::kMeasure, "tickets in time"),
                                    {{"priority", "at start"}});
  EXPECT_EQ(Encode(CompileTerms(With(base, targets, "targets: [\"P1: 4 h\", \"P2: 90 min\"]"), "f",
                                MadeZones())
                       ->terms),
            Encode(CompileTerms(base, "f", MadeZones())->terms));
  for (const std::string same :
       {"targets: { P1: 240 min, P2: 5400 s }", "targets: { P1: 14400000 ms, P2: 90min }"}) {
    EXPECT_EQ(Encode(CompileTerms(With(base, targets, same), "f", MadeZones())->terms),
              Encode(CompileTerms(base, "f", MadeZones())->terms))
        << same;
  }
  for (const std::string bad : {"[P1]", "{ P1: 1.5 h }", "{ P1: 0 h }", "{ P1: four }"}) {
    EXPECT_TRUE(absl::StrContains(OneError(With(base, targets, "targets: " + bad)),
                                  "terms-bad-value `targets` is"))
        << bad;
  }
}

}  // namespace
}  // namespace tally::tools
