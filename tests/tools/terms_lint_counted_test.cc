// Goal: words that reward silence, machines or the other party's idleness are warned of, and only
// those.
// Method: measures of the vocabulary with one word changed; the templates have no finding at all
// (template_texts_test.cc).
#include "tools/terms_lint_counted.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

// All findings of a measure with these words, as one text.
std::string Findings(const std::string& kind, const std::map<std::string, std::string>& words) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, kind);
  return absl::StrJoin(FindingsOf(WithLines(SoundTerms(), SecondObjective(row, words))), "\n");
}

TEST(TermsLintCounted, EachTrapIsNamed) {
  struct Row {
    std::string kind;
    std::map<std::string, std::string> words;
    std::map<std::string, std::string> better;
    std::string code;
  };
  const Row rows[] = {{"tickets in time",
                       {{"clock to", "responded"}, {"stopped by", "human or automation"}},
                       {{"clock to", "responded"}, {"stopped by", "human"}},
                       "lint-automation-satisfies"},
                      {"tickets in time",
                       {{"clock to", "responded"}, {"stopped by", "anyone"}},
                       {{"clock to", "resolved"}, {"stopped by", "anyone"}},
                       "lint-automation-satisfies"},
                      {"tickets in time",
                       {{"window of a ticket", "start"}, {"open and overdue", "left out"}},
                       {{"window of a ticket", "start"}, {"open and overdue", "failed"}},
                       "lint-silence-rewarded"},
                      {"outage count",
                       {{"unknown time", "counts as up"}},
                       {{"unknown time", "counts as down"}},
                       "lint-silence-rewarded"},
                      {"good slices",
                       {{"empty slice", "good"}},
                       {{"empty slice", "left out"}},
                       "lint-silence-rewarded"},
                      {"survey share",
                       {{"no answer", "satisfied"}},
                       {{"no answer", "left out"}},
                       "lint-silence-rewarded"},
                      {"volume",
                       {{"counted", "accepted"}, {"undecided", "not accepted"}},
                       {{"counted", "accepted"}, {"undecided", "accepted"}},
                       "lint-others-factor"},
                      {"leads contacted in time",
                       {{"contact by", "anyone"}},
                       {{"contact by", "human"}},
                       "lint-automation-satisfies"},
                      {"deliverable on time",
                       {{"done when", "accepted"}},
                       {{"done when", "delivered"}},
                       "lint-others-factor"}};
  for (const Row& row : rows) {
    const std::string found = Findings(row.kind, row.words);
    EXPECT_TRUE(absl::StrContains(found, row.code)) << row.kind << "\n" << found;
    EXPECT_FALSE(absl::StrContains(Findings(row.kind, row.better), row.code)) << row.kind;
  }
}

// A response is the obligor's alone; a resolution waits for the other party.
TEST(TermsLintCounted, AClockThatNothingStopsIsNamed) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "mean ticket time");
  const auto found = [&](const std::string& to) {
    const std::string text = WithLines(SoundTerms(), SecondObjective(row, {{"clock to", to}}));
    return absl::StrJoin(FindingsOf(With(text, "pauses: [\"a, b\", c]", "pauses: none")), "\n");
  };
  EXPECT_TRUE(absl::StrContains(found("resolved"), "lint-others-factor no pause stops the clock"));
  EXPECT_EQ(found("responded"), "");
}

TEST(TermsLintCounted, AnEmptyWindowThatIsMetIsNamed) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "request ratio");
  const std::string text = WithLines(SoundTerms(), SecondObjective(row));
  const size_t at = text.rfind("when empty: no result");
  const std::string met = absl::StrCat(text.substr(0, at), "when empty: met", text.substr(at + 21));
  EXPECT_TRUE(absl::StrContains(absl::StrJoin(FindingsOf(met), "\n"), "lint-empty-rewarded"));
}

TEST(TermsLintCounted, ASampleThatAllowsNoFailureIsNamed) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "request ratio");
  const auto found = [&](const std::string& sample) {
    const std::string text = WithLines(SoundTerms(), SecondObjective(row));
    return absl::StrJoin(FindingsOf(With(text, "minimum sample: 3", "minimum sample: " + sample)),
                         "\n");
  };
  EXPECT_TRUE(absl::StrContains(found("99"), "lint-target-unreachable of 99 that are judged"));
  EXPECT_EQ(found("100"), "") << "at least 99 %: exactly one may fail";
  EXPECT_EQ(found("0"), "");
}

}  // namespace
}  // namespace tally::tools
