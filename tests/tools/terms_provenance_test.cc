// Goal: resolved terms, written out, are a file of terms with the same bytes, sources and all.
// Method: print and compile again; the block with each line broken.
#include "tools/terms_provenance.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/levels_support.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

std::string Shown() { return FormatTermsForPeople(SoundLevels().Check().compiled->terms); }

TEST(TermsProvenance, WhatIsShownCompilesToTheSameTerms) {
  const Terms terms = SoundLevels().Check().compiled->terms;
  const std::string shown = FormatTermsForPeople(terms);
  const absl::StatusOr<CompiledTerms> again = CompileTerms(shown, "shown.yaml", MadeZones());
  ASSERT_TRUE(again.ok()) << again.status() << "\n" << shown;
  EXPECT_EQ(Encode(again->terms), Encode(terms));
  EXPECT_EQ(FormatTermsForPeople(again->terms), shown);
  EXPECT_TRUE(absl::StrContains(
      shown,
      "    objectives.availability.measure.state holds: { level: corporate, line: 8, "
      "clause: \"C-7\", by: only statement }\n"))
      << shown;
}

TEST(TermsProvenance, EveryFieldHasASource) {
  const Terms terms = SoundLevels().Check().compiled->terms;
  // 2 parties; a fee's 2; clause, exclusions, window, when empty, target, obligor, obligee;
  // a measure's 11; a credit's 5; 7 of disputes.
  EXPECT_EQ(terms.levels->fields.size(), 2u + 2u + 7u + 11u + 5u + 7u);
}

TEST(TermsProvenance, ABrokenBlockIsRefused) {
  const std::string shown = Shown();
  const std::pair<std::string, std::string> cases[] = {
      {"  from: 2025-06-01T00:00:00Z\n  until: open\n  documents:", "  until: open\n  documents:"},
      {"line: 8,", "line: 0,"},
      {"disputes.silence: { level: corporate", "disputes.silence: { level: nowhere"},
      {"disputes.silence: { level: corporate, line: 24, by: only statement }",
       "disputes.silence: { level: corporate, line: 24, by: chance }"},
      {"    - { level: corporate, sha256:", "    - { level: corporate, sha256: 00"},
  };
  for (const auto& [from, to] : cases) {
    EXPECT_FALSE(FindingsOf(With(shown, from, to)).empty()) << to;
  }
}

// Names of others cannot reach the terminal.
TEST(TermsProvenance, T91HostileTextsAreShownEscaped) {
  Terms terms = SoundLevels().Check().compiled->terms;
  terms.levels->fields[0].field = "a\x1b[2J";
  terms.levels->fields[0].clause = "x\ny: z";
  terms.levels->documents[0].level = "b\x1b";
  const std::string shown = FormatTermsForPeople(terms);
  EXPECT_FALSE(absl::StrContains(shown, "\x1b"));
  EXPECT_FALSE(absl::StrContains(shown, "\ny:"));
}

}  // namespace
}  // namespace tally::tools
