// Goal: each lint fires on terms that deserve it, at its line, and on no others.
// Method: one change to a sound file for each code; the sound file has no finding.
#include "tools/terms_lint.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"

namespace tally::tools {
namespace {

struct Row {
  std::string from;
  std::string to;
  absl::string_view finding;  // how its one finding begins
};

TEST(TermsLint, EachLintNamesItsLine) {
  ASSERT_EQ(FindingsOf(SoundTerms()), std::vector<std::string>());
  const std::string first_tier = "{ from: 99 %, below: 99.99 %, credit: 10 % }";
  const Row rows[] = {
      {first_tier, "{ from: 99.99 %, credit: 0 % }\n        - " + first_tier,
       "40:11 lint-tier-unreachable tier 1 begins at 99.99 %"},
      {"below: 95 %, credit: 100 %", "below: 95 %, credit: 20 %",
       "42:11 lint-credits-rise tier 3 is worse and earns 20 %, tier 2 earns 30 %"},
      {"window cap: none", "window cap: 99.99 USD",
       "44:7 lint-cap-below-credit the cap of 99.99 USD lies below the lowest credit"},
      {"minimum: none", "minimum: 100.00 USD",
       "45:7 lint-minimum-above-credit tier 1 is never paid"},
      {"unknown time: is removed", "unknown time: counts as up",
       "23:7 lint-silence-rewarded unknown time counts as up"},
      {"at least 99.99 %", "at least 99.999999 %",
       "36:5 lint-target-unreachable a window of 28 d may be down for less than the resolution of "
       "60 s"},
      {"until: open", "until: 2025-06-20",
       "30:5 lint-window-never no window of availability lies in the term"},
      {"exclusions: none",
       "exclusions: [{ id: old, cause: moving, from: 2020-01-01, until: 2020-01-02 }]",
       "30:5 lint-exclusion-outside the exclusion old lies outside the term"},
      {"objectives:", "  support: { amount: 5 USD, per: calendar year }\nobjectives:",
       "14:3 lint-unused no credit rests on the fee support"},
  };
  for (const Row& row : rows) {
    std::string text = SoundTerms();
    if (absl::StrContains(row.finding, "lint-target")) {
      text = With(text, "resolution: 1 ms", "resolution: 60 s");
      text = With(text, "{ from: 99 %, below: 99.99 %", "{ from: 99 %, below: 100 %");
    }
    if (absl::StrContains(row.finding, "lint-window")) {
      text = With(text, "when clipped: prorate", "when clipped: not measured");
      text = With(text, "exclusions: none\n    window:", "window:");
      text = With(text, "    when empty", "    exclusions: none\n    when empty");
    }
    const std::vector<std::string> findings = FindingsOf(With(text, row.from, row.to));
    ASSERT_EQ(findings.size(), 1u) << row.finding << "\n" << absl::StrJoin(findings, "\n");
    EXPECT_TRUE(absl::StartsWith(findings[0], row.finding)) << findings[0];
  }
}

TEST(TermsLint, TiersOverATargetAreReadTheOtherWayRound) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "tickets reopened");
  const auto findings = [&](const std::string& tiers) {
    const std::string credit = "    credit: { base: fee hosting, tiers: [" + tiers +
                               "], rounding: \"down to cents, once per line\", window cap: none, "
                               "minimum: none }\n";
    std::string second = With(SecondObjective(row), "    credit: none\n", credit);
    second = With(second, "minimum sample: 3", "minimum sample: 100");
    second = With(second, "at least 99 %", "at most 1 %");
    return absl::StrJoin(FindingsOf(WithLines(SoundTerms(), second)), "\n");
  };
  EXPECT_EQ(findings("{ above: 2 %, credit: 3 % }, { up to: 2 %, credit: 2 % }"), "");
  EXPECT_TRUE(
      absl::StrContains(findings("{ above: 2 %, credit: 1 % }, { up to: 2 %, credit: 2 % }"),
                        "lint-credits-rise tier 1 is worse and earns 1 %, tier 2 earns 2 %"));
  EXPECT_TRUE(
      absl::StrContains(findings("{ above: 1 %, credit: 2 % }, { up to: 1 %, credit: 0 % }"),
                        "lint-tier-unreachable tier 2 ends at 1 %, where the target is met"));
}

TEST(TermsLint, CapsOverObjectivesAreSeen) {
  const std::string cap =
      "rules:\n  all: { kind: cap, objectives: all, limit: money, money: 99.99 USD, period: "
      "calendar month, belongs by: posting, cut: in order, above: lost, settled windows: stay }\n";
  const std::vector<std::string> findings = FindingsOf(WithLines(SoundTerms(), cap));
  ASSERT_EQ(findings.size(), 1u) << absl::StrJoin(findings, "\n");
  EXPECT_TRUE(absl::StrContains(findings[0],
                                "lint-cap-below-credit the cap of 99.99 USD lies below "
                                "the lowest credit of availability"));
  EXPECT_TRUE(FindingsOf(WithLines(SoundTerms(), With(cap, "99.99 USD", "100.00 USD"))).empty());
}

TEST(TermsLint, WindowsThatLeaveGapsAndEmptyOnesThatAreMet) {
  const std::string calendar =
      "every: calendar month\n      zone: UTC\n      when clipped: prorate";
  const std::string rolling =
      "every: { rolling: 7 days, step: 8 days, length: local days, first windows: not measured }\n"
      "      zone: UTC";
  std::vector<std::string> findings = FindingsOf(With(SoundTerms(), calendar, rolling));
  ASSERT_EQ(findings.size(), 1u) << absl::StrJoin(findings, "\n");
  EXPECT_TRUE(absl::StrContains(findings[0], "lint-window-gaps"));
  findings = FindingsOf(With(SoundTerms(), "when empty: no result", "when empty: met"));
  ASSERT_EQ(findings.size(), 1u) << absl::StrJoin(findings, "\n");
  EXPECT_TRUE(absl::StrContains(findings[0], "35:5 lint-empty-rewarded"));
}

TEST(TermsLint, ACalendarThatNothingCountsByIsUnused) {
  const std::string berlin = With(With(SoundTerms(), "zone: UTC", "zone: Europe/Berlin"),
                                  "disputes:", "calendars: [office-hours]\ndisputes:");
  const std::vector<std::string> findings = FindingsOf(berlin);
  ASSERT_EQ(findings.size(), 1u) << absl::StrJoin(findings, "\n");
  EXPECT_TRUE(absl::StrContains(findings[0],
                                "lint-unused nothing counts by the calendar "
                                "office-hours"));
}

TEST(TermsLint, ACalendarInAZoneOfItsOwn) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "mean ticket time");
  const std::string text =
      With(WithLines(SoundTerms(), SecondObjective(row) + "calendars: [office-hours]\n"),
           "calendar: 24x7", "calendar: office-hours");
  const std::vector<std::string> findings = FindingsOf(text);
  ASSERT_EQ(findings.size(), 1u) << absl::StrJoin(findings, "\n");
  EXPECT_TRUE(absl::StrContains(findings[0],
                                "lint-calendar-zone the calendar office-hours is in the zone "
                                "Europe/Berlin"));
}

TEST(TermsLint, EdgesAreNoFindings) {
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"window cap: none", "window cap: 100.00 USD"},
           {"minimum: none", "minimum: 99.99 USD"},
           {"at least 99.99 %", "at least 99.99 %"},
           {"until: open", "until: 2025-07-20"}}) {
    EXPECT_EQ(FindingsOf(With(SoundTerms(), from, to)), std::vector<std::string>()) << to;
  }
  // A target of 100 % allows nothing, and says so.
  const std::string perfect = With(With(SoundTerms(), "at least 99.99 %", "at least 100 %"),
                                   "{ from: 99 %, below: 99.99 %", "{ from: 99 %, below: 100 %");
  EXPECT_EQ(FindingsOf(perfect), std::vector<std::string>());
}

TEST(TermsLint, WarningsDoNotStopCompiling) {
  const std::string text =
      With(SoundTerms(), "unknown time: is removed", "unknown time: counts as up");
  const CheckedTerms checked = CheckTerms(text, "terms.yaml", MadeZones());
  EXPECT_TRUE(checked.compiled.has_value());
  EXPECT_TRUE(checked.report.HasWarnings());
  EXPECT_FALSE(checked.report.HasErrors());
  EXPECT_TRUE(CompileTerms(text, "terms.yaml", MadeZones()).ok());
}

TEST(TermsLint, AMediationWithoutTimeNeedsAMediator) {
  const auto mediation = [](const std::string& time, const std::string& mediator = "") {
    const std::string level =
        "rules:\n  talk:\n    kind: dispute level\n    objectives: all\n    level: 1\n"
        "    form: mediation\n    counted in: " +
        time + "\n";
    const std::string text = WithLines(SoundTerms(), level);
    return FindingsOf(mediator.empty()
                          ? text
                          : With(text, "  customer: coral-island\n",
                                 "  customer: coral-island\n  mediator: " + mediator + "\n"));
  };
  const std::vector<std::string> endless = mediation("no limit");
  ASSERT_EQ(endless.size(), 1u) << absl::StrJoin(endless, "\n");
  EXPECT_TRUE(absl::StrContains(
      endless[0], "lint-mediation-endless the terms name no mediator of availability"))
      << endless[0];
  EXPECT_EQ(mediation("no limit", "lime").size(), 1u) << "a side is no mediator";
  EXPECT_EQ(mediation("no limit", "monitor"), std::vector<std::string>());
  EXPECT_EQ(mediation("calendar days\n    number: 6\n    on expiry: claim lapses"),
            std::vector<std::string>());
}

}  // namespace
}  // namespace tally::tools
