// Goal: what `terms show` prints is the language itself and compiles to the same terms; names of
// others cannot reach the terminal.
// Method: print and compile again over every word of every table.
#include "tools/terms_text.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/tools/terms_support.h"
#include "tools/printed_terms.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

void ExpectReadsBack(const std::string& text) {
  absl::StatusOr<CompiledTerms> compiled = CompileTerms(text, "terms.yaml", MadeZones());
  ASSERT_TRUE(compiled.ok()) << compiled.status() << "\n" << text;
  const std::string shown = FormatTermsForPeople(compiled->terms);
  absl::StatusOr<CompiledTerms> again = CompileTerms(shown, "shown.yaml", MadeZones());
  ASSERT_TRUE(again.ok()) << FaultText(FaultOf(again.status())) << "\n" << shown;
  EXPECT_EQ(Encode(again->terms), Encode(compiled->terms)) << shown;
  EXPECT_EQ(FormatTermsForPeople(again->terms), shown);
  // Whoever has no reader of all YAML reads the same.
  const absl::StatusOr<YamlNode> printed = ReadPrintedTerms(shown);
  ASSERT_TRUE(printed.ok()) << printed.status() << "\n" << shown;
  EXPECT_TRUE(SameTree(*printed, *ReadYaml(shown, "shown.yaml"))) << shown;
}

template <typename Words>
void ExpectEachReadsBack(const std::string& line, const std::string& key, const Words& words,
                         const std::string& after = "") {
  for (const auto& word : words) {
    ExpectReadsBack(With(SoundTerms(), line, absl::StrCat(key, ": ", word.text, after)));
  }
}

TEST(TermsText, WhatIsShownCompilesToTheSameTerms) {
  ExpectReadsBack(SoundTerms());
  ExpectEachReadsBack("unknown time: is removed", "unknown time", kUnknownWords);
  ExpectEachReadsBack("degraded: counts as up", "degraded", kDegradedWords);
  ExpectEachReadsBack("resolution: 1 ms", "resolution", kResolutionWords);
  ExpectEachReadsBack("snap: none", "snap", kSnapWords);
  ExpectEachReadsBack("every: calendar month", "every", kCalendarWindows);
  ExpectEachReadsBack("when clipped: prorate", "when clipped", kClippedWords);
  ExpectEachReadsBack("when empty: no result", "when empty", kEmptyWords);
  ExpectEachReadsBack("silence: deemed accepted", "silence", kSilenceWords);
  ExpectEachReadsBack("late evidence: restatement proposed", "late evidence", kLateWords);
  ExpectEachReadsBack("rounding: half up to cents, once per line", "rounding", kRoundingWords,
                      " to cents, once per line");
  ExpectEachReadsBack("excluded time: stays in denominator",
                      "excluded time: fixed denominator of 43200 min\n      below zero",
                      kBelowZeroWords);
  const std::pair<std::string, std::string> changes[] = {
      {"up when: recorded status", "up when: { codes: [0, -1, 200], longest: 30 s }"},
      {"up when: recorded status", "up when: { codes: [200], longest: none }"},
      {"up when: recorded status", "up when: { recorded status or codes: [403] }"},
      {"source: lime-upptime/86723-coral-island", "sources: [a/x, \"b/y, and: [z]\"]"},
      {"state holds: until next report", "state holds: at most 26 h"},
      {"state holds: until next report", "state holds: probe of 90 s"},
      {"excluded time: stays in denominator", "excluded time: leaves denominator"},
      {"excluded time: stays in denominator", "excluded time: leaves denominator where down"},
      {"minimum outage: none",
       "minimum outage: { of: 5, quantum: 60 s, aligned: sliding, at window edge: cut after test, "
       "excluded time: "
       "breaks run }"},
      {"every: calendar month\n      zone: UTC\n      when clipped: prorate",
       "every: { rolling: 30 days, step: 1 day, length: local days, first windows: not measured "
       "}\n      zone: UTC"},
      {"exclusions: none",
       "exclusions: [{ id: a, cause: \"say \\\"no\\\" \\\\\", from: 2025-07-01, until: "
       "2025-07-02T00:00:00.5Z }]"},
      {"coverage: none", "coverage: at least 99.5 %"},
      {"source: lime-upptime/86723-coral-island",
       "monitors: [{ name: p, source: a/x }, { name: t, sources: [b/y, c/y] }]\n      policy: at "
       "least 2 down\n      silent monitor: may be down"},
      {"source: lime-upptime/86723-coral-island",
       "monitors: [{ name: p, source: a/x }, { name: t, source: b/y }]\n      policy: first known"},
      {"every: calendar month", "every: { billing cycle from day: 31, short month: last day }"},
      {"every: calendar month", "every: contract year"},
      {"every: calendar month", "every: { fixed: 720 h }"},
      {"target: at least 99.99 %",
       "target: { expected: at least 99.99 %, minimum: 99 %, stretch: none }"},
      {"{ from: 99 %, below: 99.99 %, credit: 10 % }\n        - { from: 95 %, below: 99 %, credit: "
       "30 % }\n        - { below: 95 %, credit: 100 % }",
       "{ above: 99 %, up to: 99.99 %, credit: 10 % }\n        - { up to: 99 %, credit: 30 % }"},
      {"window cap: none", "window cap: 500 USD"},
      {"minimum: none", "minimum: 1 USD"},
      {"until: open", "until: 2030-01-01"},
      {"amount: 1000.00 USD", "amount: 0.05 EUR"},
      {"  provider: lime", "  provider: 'null'"},
      {"credits: on claim\n  claim within: 60 days\n  answer within: 30 days\n  silence: deemed "
       "accepted",
       "credits: automatic"},
      {"    measure:", "    clause: { id: '4', wording: \"a\\nb\", document: none }\n    measure:"},
      {"    measure:", absl::StrCat("    clause: { id: '4', wording: x, document: ",
                                    std::string(64, 'd'), " }\n    measure:")}};
  for (const auto& [from, to] : changes) ExpectReadsBack(With(SoundTerms(), from, to));
}

TEST(TermsText, NoCreditAndNoFeesAreSaid) {
  std::string text = SoundTerms();
  const size_t credit = text.find("    credit:");
  text.replace(credit, text.find("disputes:") - credit, "    credit: none\n");
  ExpectReadsBack(With(text,
                       "fees:\n  hosting:\n    amount: 1000.00 USD\n    per: calendar month\n",
                       "fees: none\n"));
}

// T-91: terms can come from another's program; what they hold never moves a cursor.
TEST(TermsText, T91HostileTextsAreShownEscaped) {
  Terms terms = CompileTerms(SoundTerms(), "f", MadeZones())->terms;
  terms.agreement = "a\x1b[2J";
  terms.objectives[0].clause = Clause{"1", "x\xe2\x80\xaey\n# z", {}};
  terms.zone.name = "UTC\nevil: 1";
  const std::string shown = FormatTermsForPeople(terms);
  EXPECT_FALSE(absl::StrContains(shown, "\x1b"));
  EXPECT_FALSE(absl::StrContains(shown, "\xe2\x80\xae"));
  EXPECT_FALSE(absl::StrContains(shown, "\nevil"));
  EXPECT_TRUE(absl::StrContains(shown, "wording: \"x\\U0000202Ey\\n# z\""));
}

TEST(TermsText, FormulasFollowTheDenominator) {
  AvailabilityByTime measure;
  measure.unknown = CountsAs::kUp;
  measure.denominator = Denominator::kKeep;
  EXPECT_EQ(FormulaInWords(measure), "1 - (time down and not excluded) / window");
  measure.unknown = CountsAs::kDown;
  measure.denominator = Denominator::kRemoveOverlap;
  EXPECT_EQ(FormulaInWords(measure),
            "1 - (time down or unknown and not excluded) / (window - time "
            "down or unknown and excluded)");
  measure.unknown = CountsAs::kRemoved;
  measure.denominator = Denominator::kRemove;
  EXPECT_EQ(FormulaInWords(measure),
            "1 - (time down and not excluded) / (window - excluded time), "
            "unknown time taken out of the window first");
  measure.degraded = CountsAs::kDown;
  measure.denominator = Denominator::kFixed;
  measure.fixed = Minutes(43'200);
  EXPECT_EQ(FormulaInWords(measure), "1 - (time down or degraded and not excluded) / 30 d");
}

}  // namespace
}  // namespace tally::tools
