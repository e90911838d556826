// Goal: choices that contradict each other are refused where terms are made, with a sentence that
// names them; what never acts is warned of; a step of a measure in time says its unit.
// Method: sound terms with one contradiction each, and beside it the nearest text that is sound.
#include "tools/terms_sense.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

std::string WithRules(const std::string& rules, const std::string& text = SoundTerms()) {
  return WithLines(text, "rules:\n" + rules);
}

std::string Level(const std::string& id, int number, const std::string& end = "nothing follows") {
  return absl::StrCat("  ", id,
                      ":\n    kind: dispute level\n    objectives: all\n    level: ", number,
                      "\n    form: representatives\n    counted in: calendar days\n    number: 6\n",
                      "    on expiry: ", end, "\n");
}

std::string Deadline(const std::string& id, const std::string& kind) {
  return absl::StrCat("  ", id, ":\n    kind: ", kind,
                      "\n    objectives: all\n    counted in: calendar days\n    number: 6\n");
}

void ExpectError(const std::string& text, const std::string& sentence) {
  const std::vector<std::string> errors = ErrorsOf(text);
  ASSERT_EQ(errors.size(), 1u) << sentence << "\n" << absl::StrJoin(errors, "\n");
  EXPECT_TRUE(absl::StrContains(errors[0], sentence)) << errors[0];
}

void ExpectSound(const std::string& text) {
  EXPECT_TRUE(ErrorsOf(text).empty()) << absl::StrJoin(ErrorsOf(text), "\n");
}

TEST(TermsSense, DisputeLevelsAreNumberedWithoutAGap) {
  ExpectSound(WithRules(Level("a", 1) + Level("b", 2)));
  ExpectError(WithRules(Level("a", 1) + Level("b", 3)), "level 3 of availability stands where");
  ExpectError(WithRules(Level("a", 1) + Level("b", 1)), "level 1 of availability stands where");
  ExpectError(WithRules(Level("a", 2)), "numbered 1, 2, 3 without a gap");
  ExpectError(WithRules(Level("a", 0)), "level 0 of availability stands where level 1");
  ExpectSound(WithRules(Level("a", 1, "claim lapses")));
}

TEST(TermsSense, TheLastLevelLeadsToNone) {
  std::string text = WithRules(Level("a", 1, "claim lapses"));
  ExpectError(With(text, "claim lapses", "next level"), "no level follows level 1");
}

TEST(TermsSense, OneRuleStatesOneDeadline) {
  for (const std::string kind : {"answer deadline", "escalation deadline", "claim deadline"}) {
    ExpectSound(WithRules(Deadline("a", kind)));
    ExpectError(WithRules(Deadline("a", kind) + Deadline("b", kind)),
                absl::StrCat("rules.a and rules.b both state the `", kind, "`"));
  }
}

TEST(TermsSense, NobodyOwesHimselfOrDecidesHisOwnCase) {
  ExpectError(With(SoundTerms(), "provider: lime\n", "provider: coral-island\n"),
              "coral-island is both provider and customer");
  const std::string authority =
      "  who:\n    kind: decision authority\n    objectives: all\n    arbitrator: customer\n"
      "    expert: none\n    order: arbitrator over expert over joint agreement\n"
      "    deemed acceptance: none\n";
  ExpectError(WithRules(authority), "customer is a side of availability and would decide");
  ExpectSound(WithRules(With(authority, "arbitrator: customer", "arbitrator: tribunal")));
}

TEST(TermsSense, AllTimeIsNotExcluded) {
  const auto recurring = [](const std::string& weekday, const std::string& length) {
    return WithRules(absl::StrCat(
        "  night:\n    kind: recurring exclusion\n    objectives: all\n    occurs: every\n"
        "    weekday: ",
        weekday, "\n    time: from a local time\n    begins: 02:00\n    length: ", length,
        "\n    cause: planned maintenance\n"));
  };
  ExpectSound(recurring("sunday", "4 h"));
  ExpectError(recurring("sunday", "7 d"), "rules.night excludes all time");
  const auto exclusion = [](const std::string& until) {
    return With(SoundTerms(), "    exclusions: none\n",
                absl::StrCat("    exclusions:\n      - { id: all, cause: customer, from: "
                             "2025-01-01T00:00:00Z, until: ",
                             until, " }\n"));
  };
  ExpectSound(exclusion("2025-07-01T00:00:00Z"));
  EXPECT_TRUE(absl::StrContains(absl::StrJoin(FindingsOf(exclusion("9999-12-31T00:00:00Z")), "\n"),
                                "lint-never-acts the exclusion all spans the whole term"));
}

TEST(TermsSense, RollingWindowsHaveALimit) {
  const auto rolling = [](int days) {
    return With(SoundTerms(),
                "      every: calendar month\n      zone: UTC\n      when clipped: prorate\n",
                absl::StrCat("      every: { rolling: ", days,
                             " days, step: 1 day, length: local days, first windows: missing time "
                             "counts as good }\n      zone: UTC\n"));
  };
  ExpectSound(rolling(365));
  ExpectError(rolling(36500), "every instant would lie in 36500 windows");
}

TEST(TermsSense, MoneyThatCouldNeverBePaid) {
  const std::string cap = With(SoundTerms(), "window cap: none", "window cap: 100.00 USD");
  ExpectSound(With(cap, "minimum: none", "minimum: 5.00 USD"));
  ExpectError(With(cap, "minimum: none", "minimum: 100.00 USD"),
              "the minimum 100.00 USD is not below the cap 100.00 USD");
  ExpectError(WithRules(Deadline("late", "claim deadline"),
                        With(SoundTerms(),
                             "  credits: on claim\n  claim within: 60 days\n  answer within: 30 "
                             "days\n  silence: deemed accepted\n",
                             "  credits: automatic\n")),
              "credits are automatic");
}

TEST(TermsSense, WhatNeverActsIsWarnedOf) {
  const std::string price =
      "  price:\n    kind: points price\n    objectives: all\n    price: 5.00 USD\n"
      "    period: calendar month\n";
  const std::string without = With(SoundTerms(), "disputes:\n", "rules:\n" + price + "disputes:\n");
  const std::vector<std::string> found = FindingsOf(without);
  EXPECT_TRUE(
      absl::StrContains(absl::StrJoin(found, "\n"), "lint-never-acts rules.price can never act"))
      << absl::StrJoin(found, "\n");
}

TEST(TermsSense, AStepOfTimeSaysItsUnit) {
  const auto credit = [](const std::string& step) {
    const std::string text = WithLines(
        SoundTerms(), SecondObjective(*FindInVocabulary(ThingKind::kMeasure, "mean ticket time")));
    const size_t second = text.find("  second:\n");
    const size_t from = text.find("    credit:", second);
    const size_t end = text.find("disputes:\n");
    return absl::StrCat(text.substr(0, from),
                        "    credit:\n      scheme: linear\n      base: fee hosting\n"
                        "      percent per step: 1 %\n      step: ",
                        step,
                        "\n      part of a step: exact\n      at most: 50 %\n"
                        "      rounding: half up to cents, once per line\n      window cap: none\n"
                        "      minimum: none\n",
                        text.substr(end));
  };
  ExpectError(credit("0.5"), "a bare number says no unit");
  for (const std::string step : {"30 min", "0.5 h", "1800 s"}) {
    const CheckedTerms checked = CheckTerms(credit(step), "terms.yaml", MadeZones());
    ASSERT_TRUE(checked.compiled.has_value())
        << step << absl::StrJoin(ErrorsOf(credit(step)), "\n");
    for (const Objective& objective : checked.compiled->terms.objectives) {
      if (objective.id != "second") continue;
      EXPECT_EQ(objective.credit->choices.Number("step"), (Decimal{1800, 0})) << step;
    }
  }
}

std::string PoolTerms(const std::string& first, const std::string& second) {
  const std::string text = WithLines(
      SoundTerms(), SecondObjective(*FindInVocabulary(ThingKind::kMeasure, "mean ticket time")));
  const auto credit = [](const std::string& allocation) {
    return absl::StrCat(
        "    credit:\n      scheme: pool\n      base: fee hosting\n"
        "      at risk: 12 %\n      pool share: 50 %\n      allocation: ",
        allocation,
        "\n      rounding: half up to cents, once per line\n"
        "      window cap: none\n      minimum: none\n");
  };
  const size_t at = text.find("  second:\n");
  const size_t one = text.find("    credit:"), two = text.find("    credit:", at);
  return absl::StrCat(text.substr(0, one), credit(first), text.substr(at, two - at), credit(second),
                      text.substr(text.find("disputes:\n")));
}

// One objective is never allocated more than all of its pool; several together are by agreement,
// and then something has to limit what is paid.
TEST(TermsSense, MoreThanThePoolIsNotAllocated) {
  const auto found = [](const std::string& text) {
    return absl::StrContains(absl::StrJoin(FindingsOf(text), "\n"), "lint-pool-over-allocated");
  };
  EXPECT_TRUE(ErrorsOf(PoolTerms("60 %", "40 %")).empty())
      << absl::StrJoin(ErrorsOf(PoolTerms("60 %", "40 %")), "\n");
  ExpectError(PoolTerms("5000 %", "40 %"), "`allocation` of 5000 % is more than all of it");
  EXPECT_FALSE(found(PoolTerms("60 %", "40 %")));
  EXPECT_TRUE(found(PoolTerms("60 %", "41 %")));
  const std::string risk =
      "  all-pools:\n    kind: at risk\n    objectives: all\n    percent: 12 %\n"
      "    fee: hosting\n    period: calendar month\n    cut: pro rata\n";
  EXPECT_FALSE(found(WithRules(risk, PoolTerms("100 %", "100 %"))));
}

// Where silence rejects and nobody can be asked next, silence pays.
TEST(TermsSense, ARejectionLeadsSomewhere) {
  const auto found = [](const std::string& text) {
    return absl::StrContains(absl::StrJoin(FindingsOf(text), "\n"), "lint-rejection-final");
  };
  EXPECT_FALSE(found(SoundTerms()));
  const std::string rejected =
      With(SoundTerms(), "silence: deemed accepted", "silence: deemed rejected");
  EXPECT_TRUE(found(rejected));
  EXPECT_FALSE(found(WithRules(Level("a", 1), rejected)));
}

// The levels of a bonus are written as the targets of what it is about.
TEST(TermsSense, ABonusInTimeSaysItsUnit) {
  const VocabularyRow& mean = *FindInVocabulary(ThingKind::kMeasure, "mean ticket time");
  const auto bonus = [&](const std::string& about, const std::string& levels) {
    return WithLines(
        SoundTerms(),
        absl::StrCat(SecondObjective(mean), "rules:\n  bonus:\n    kind: bonus\n",
                     "    objectives: ", about, "\n    fee: hosting\n    levels: ", levels,
                     "\n    netted against: credits of the year\n", "    rounding: down\n"));
  };
  ExpectError(bonus("[second]", "{ 1800: 2 }"), "a bare number says no unit");
  ExpectError(bonus("all", "{ 99.995: 2 }"), "the levels of the bonus would be of two units");
  const CheckedTerms checked =
      CheckTerms(bonus("[second]", "{ 30 min: 2, 0.75 h: 1 }"), "terms.yaml", MadeZones());
  ASSERT_TRUE(checked.compiled.has_value())
      << absl::StrJoin(ErrorsOf(bonus("[second]", "{ 30 min: 2, 0.75 h: 1 }")), "\n");
  const Terms& terms = checked.compiled->terms;
  EXPECT_EQ(terms.rules.front().choices.Texts("levels"),
            (std::vector<std::string>{"1800: 2", "2700: 1"}));
  const std::string shown = FormatTermsForPeople(terms);
  EXPECT_TRUE(absl::StrContains(shown, "levels: { 1800 s: 2, 2700 s: 1 }")) << shown;
  EXPECT_EQ(Encode(CompileTerms(shown, "f", MadeZones())->terms), Encode(terms));
}

}  // namespace
}  // namespace tally::tools
