// Goal: a right arises at the closing that completes its predicate, once, and lapses when its time
// is over. Method: rows of windows as letters, and the windows at which rights arise.
#include "replay/terms/sequence.h"

#include <map>

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

using Stated = std::map<std::string, std::string>;

Rule Chronic(Stated changed) {
  Stated choices = {{"when", "failures in a row"}, {"failures", "3"},
                    {"failure", "breached"},       {"no result", "is skipped"},
                    {"right", "termination"},      {"notice days", "60"},
                    {"runs from", "closing"}};
  for (const auto& [name, value] : changed) {
    choices[name] = value;
    if (value == "-") choices.erase(name);
  }
  return RuleOf("chronic", "chronic failure", {choices.begin(), choices.end()});
}

// Months from January 2024, closed five days after their end. 'B' breached with 100.00 of a fee of
// 1,000.00, 'H' with 300.00, 'M' met, 'N' no result, 'C' carried, 'U' breached but not closed.
struct Row {
  RuledTerms terms{"1000.00 EUR"};
  std::vector<WindowOutcome> outcomes;
  std::vector<SequenceWindow> windows;

  Row(const std::string& letters, Rule rule) {
    terms.Add(std::move(rule));
    for (size_t i = 0; i < letters.size(); ++i) {
      char letter = letters[i];
      std::string month = "2024-00";
      month[5] = static_cast<char>('0' + (i + 1) / 10);
      month[6] = static_cast<char>('0' + (i + 1) % 10);
      WindowOutcome outcome = terms.Month("a", month,
                                          letter == 'H'                    ? "300.00 EUR"
                                          : letter == 'B' || letter == 'U' ? "100.00 EUR"
                                                                           : "0.00 EUR");
      if (letter == 'N') outcome.verdict = Verdict::kNoResult;
      outcome.carried = letter == 'C';
      if (letter == 'U') outcome.closed = std::nullopt;
      outcomes.push_back(outcome);
    }
    for (const WindowOutcome& outcome : outcomes) {
      windows.push_back({.outcome = &outcome, .granted = *outcome.raw});
    }
  }
  Row(const Row&) = delete;

  std::vector<ArisenRight> Rights(Instant knowledge = At("2030-01-01T00:00:00Z"),
                                  const std::vector<Exercise>& exercised = {}) const {
    absl::StatusOr<std::vector<ArisenRight>> rights = RightsOf(windows, exercised, knowledge);
    EXPECT_TRUE(rights.ok()) << rights.status();
    return rights.value_or(std::vector<ArisenRight>{});
  }
  // The numbers of the months that completed a right.
  std::vector<int> Months(Instant knowledge = At("2030-01-01T00:00:00Z")) const {
    std::vector<int> months;
    for (const ArisenRight& right : Rights(knowledge)) {
      for (size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].window == right.window) months.push_back(static_cast<int>(i) + 1);
      }
    }
    return months;
  }
};

using Numbers = std::vector<int>;

TEST(Sequence, ThreeInARow) {
  EXPECT_EQ(Row("BBMBB", Chronic({})).Months(), (Numbers{}));
  EXPECT_EQ(Row("MBBB", Chronic({})).Months(), (Numbers{4}));
  // While the right is open the next failure gives no second one; after 60 days it does.
  EXPECT_EQ(Row("BBBBM", Chronic({})).Months(), (Numbers{3}));
  EXPECT_EQ(Row("BBBBB", Chronic({})).Months(), (Numbers{3, 5}));
  EXPECT_EQ(Row("BBBBB", Chronic({{"notice days", "none"}})).Months(), (Numbers{3}));
}

TEST(Sequence, WindowsWithoutAResult) {
  EXPECT_EQ(Row("BBNB", Chronic({{"no result", "is skipped"}})).Months(), (Numbers{4}));
  EXPECT_EQ(Row("BBNB", Chronic({{"no result", "breaks"}})).Months(), (Numbers{}));
  EXPECT_EQ(Row("BBNM", Chronic({{"no result", "counts"}})).Months(), (Numbers{3}));
  // A carried result is always skipped (rule 13).
  EXPECT_EQ(Row("BBCM", Chronic({{"no result", "counts"}})).Months(), (Numbers{}));
}

TEST(Sequence, OnlyClosedWindowsCount) {
  EXPECT_EQ(Row("BBU", Chronic({})).Months(), (Numbers{}));
  // The closing of March is on 6 April.
  EXPECT_EQ(Row("BBB", Chronic({})).Months(At("2024-04-05T23:59:59Z")), (Numbers{}));
  EXPECT_EQ(Row("BBB", Chronic({})).Months(At("2024-04-06T00:00:00Z")), (Numbers{3}));
}

TEST(Sequence, KOfTheLastN) {
  Rule rule = Chronic({{"when", "failures in windows"}, {"windows", "4"}});
  EXPECT_EQ(Row("BMBMBM", rule).Months(), (Numbers{}));
  EXPECT_EQ(Row("BMBB", rule).Months(), (Numbers{4}));
}

TEST(Sequence, HighCreditsInTwoOfFour) {
  Rule rule = Chronic({{"when", "high credits"},
                       {"failures", "2"},
                       {"windows", "4"},
                       {"credits at least", "20"},
                       {"fee", "service"}});
  EXPECT_EQ(Row("HBBBH", rule).Months(), (Numbers{}));
  EXPECT_EQ(Row("HBBH", rule).Months(), (Numbers{4}));
}

TEST(Sequence, EveryNFailuresGiveASumAndAreUsedUp) {
  Rule rule = Chronic({{"when", "every n failures"},
                       {"windows", "12"},
                       {"right", "lump sum"},
                       {"lump sum", "500.00 EUR"},
                       {"notice days", "-"},
                       {"runs from", "-"}});
  Row row("BBMBBBBB", rule);
  EXPECT_EQ(row.Months(), (Numbers{4, 7}));
  EXPECT_EQ(row.Rights()[0].lump_sum, Amount("500.00 EUR"));
}

TEST(Sequence, BelowTheMinimumLevelOnly) {
  Row row("BBB", Chronic({{"failure", "below the minimum level"}}));
  EXPECT_EQ(row.Months(), (Numbers{}));
  for (WindowOutcome& outcome : row.outcomes) outcome.below_minimum = true;
  EXPECT_EQ(row.Months(), (Numbers{3}));
}

TEST(Sequence, WhatWasEarnedBackBeforeCountsUnlessItIsAFailureStill) {
  Row row("BBB", Chronic({}));
  const Instant closed = At("2024-04-06T00:00:00Z");
  row.windows[1].forgiven = Restatement{{60, 0}, closed};
  EXPECT_EQ(row.Months(), (Numbers{}));
  row.windows[1].forgiven->time = closed + Duration{1};
  EXPECT_EQ(row.Months(), (Numbers{3})) << "it was a failure when the right arose";
}

// DOMAIN 3.12: who used a right in time is not undone by what the other side does well afterwards.
TEST(Sequence, AnEarnBackMakesARightVoidUnlessItWasUsedBefore) {
  Row row("BBB", Chronic({}));
  row.windows[1].forgiven = Restatement{{80, 0}, At("2024-05-06T00:00:00Z")};
  const Instant later = At("2024-05-07T00:00:00Z");
  ArisenRight right = row.Rights(later).at(0);
  EXPECT_EQ(right.state, RightState::kVoid);
  EXPECT_EQ(right.removed->act, (Cause{80, 0}));
  Exercise use{.rule = "chronic",
               .objective = "a",
               .window = right.window,
               .at = At("2024-04-10T00:00:00Z"),
               .act = {79, 0},
               .effective = {}};
  EXPECT_EQ(row.Rights(later, {use}).at(0).state, RightState::kExercised);
  use.act = {81, 0};
  EXPECT_EQ(row.Rights(later, {use}).at(0).state, RightState::kVoid);
}

TEST(Sequence, AVoidRightMakesRoomForAnother) {
  Row row("BBBB", Chronic({{"failures", "2"}, {"notice days", "none"}}));
  EXPECT_EQ(row.Months(), (Numbers{2})) << "as long as it is open";
  // January is earned back with the closing of March; February, March and April still count.
  row.windows[0].forgiven = Restatement{{60, 0}, At("2024-04-06T00:00:00Z")};
  EXPECT_EQ(row.Months(), (Numbers{2, 3}));
  const std::vector<ArisenRight> rights = row.Rights(At("2024-05-01T00:00:00Z"));
  EXPECT_EQ(rights.at(0).state, RightState::kVoid);
  EXPECT_EQ(rights.at(1).state, RightState::kOpen);
}

TEST(Sequence, MoreFailuresThanNeededCanSpareSomeThatWereEarnedBack) {
  Rule rule = Chronic({{"when", "failures in windows"}, {"windows", "4"}, {"notice days", "20"}});
  Row row("BBBB", rule);
  ASSERT_EQ(row.Months(), (Numbers{3, 4})) << "the first lapsed before the closing of April";
  row.windows[0].forgiven = Restatement{{80, 0}, At("2024-05-16T00:00:00Z")};
  const std::vector<ArisenRight> rights = row.Rights(At("2024-05-17T00:00:00Z"));
  EXPECT_EQ(rights.at(0).state, RightState::kVoid);
  EXPECT_EQ(rights.at(1).state, RightState::kOpen) << "three of its four are left";
}

TEST(Sequence, ASumThatIsOwedIsNotEarnedBack) {
  Row row("BB", Chronic({{"when", "every n failures"},
                         {"failures", "2"},
                         {"windows", "12"},
                         {"right", "lump sum"},
                         {"lump sum", "500.00 EUR"},
                         {"notice days", "-"},
                         {"runs from", "-"}}));
  row.windows[0].forgiven = Restatement{{80, 0}, At("2024-05-06T00:00:00Z")};
  EXPECT_EQ(row.Months(), (Numbers{2}));
  EXPECT_EQ(row.Rights().at(0).state, RightState::kOpen);
}

// Rule 32 and rule 25: day 0 is the local day of the closing.
TEST(Sequence, ARightIsUsedInTimeOrLapses) {
  Row row("BBB", Chronic({}));
  Instant until = At("2024-06-06T00:00:00Z");
  ArisenRight open = row.Rights(Instant{until.micros - 1}).at(0);
  EXPECT_EQ(open.arose, At("2024-04-06T00:00:00Z"));
  EXPECT_EQ(open.exercise_until, until);
  EXPECT_EQ(open.state, RightState::kOpen);
  EXPECT_EQ(row.Rights(until).at(0).state, RightState::kLapsed);
  const auto used = [&](Instant at) {
    return std::vector<Exercise>{{.rule = "chronic",
                                  .objective = "a",
                                  .window = open.window,
                                  .at = at,
                                  .act = {90, 0},
                                  .makes = RightState::kExercised,
                                  .effective = at}};
  };
  std::vector<Exercise> in_time = used(Instant{until.micros - 1});
  EXPECT_EQ(row.Rights(until, in_time).at(0).state, RightState::kExercised);
  std::vector<Exercise> late = used(until);
  EXPECT_EQ(row.Rights(until, late).at(0).state, RightState::kLapsed);
  std::vector<Exercise> early = used(At("2024-04-05T00:00:00Z"));
  EXPECT_EQ(row.Rights(until, early).at(0).state, RightState::kLapsed);
}

// DOMAIN 3.12: what a ruling takes away makes the right void, unless it was used before.
TEST(Sequence, ARestatementMakesARightVoidUnlessItWasUsedBefore) {
  Row row("BBB", Chronic({}));
  for (WindowOutcome& outcome : row.outcomes) {
    outcome.as_closed = FigureAsClosed{.verdict = outcome.verdict, .granted = outcome.raw};
  }
  row.outcomes[1].verdict = Verdict::kMet;
  row.outcomes[1].restated = Restatement{{80, 0}, At("2024-04-20T00:00:00Z")};
  const Instant later = At("2024-05-01T00:00:00Z");
  ArisenRight right = row.Rights(later).at(0);
  EXPECT_EQ(right.state, RightState::kVoid);
  EXPECT_EQ(right.removed->act, (Cause{80, 0}));
  Exercise use{.rule = "chronic",
               .objective = "a",
               .window = right.window,
               .at = At("2024-04-10T00:00:00Z"),
               .act = {79, 0},
               .effective = {}};
  EXPECT_EQ(row.Rights(later, {use}).at(0).state, RightState::kExercised);
  use.act = {81, 0};
  EXPECT_EQ(row.Rights(later, {use}).at(0).state, RightState::kVoid);
}

// Rule 32: a restatement restores a right as well; it arises with what restored it.
TEST(Sequence, ARestatementRestoresARight) {
  Row row("BBB", Chronic({}));
  row.outcomes[1].as_closed = FigureAsClosed{.verdict = Verdict::kMet, .granted = {}};
  row.outcomes[1].restated = Restatement{{80, 0}, At("2024-04-20T00:00:00Z")};
  ArisenRight right = row.Rights(At("2024-05-01T00:00:00Z")).at(0);
  EXPECT_EQ(right.arose, At("2024-04-20T00:00:00Z"));
  EXPECT_EQ(right.state, RightState::kOpen);
}

TEST(Sequence, NoticeTimeRunsFromTheRulingWhereTheTermsSaySo) {
  Row row("BBB", Chronic({{"runs from", "ruling"}, {"notice days", "10"}}));
  EXPECT_EQ(row.Rights().at(0).exercise_until, At("2024-04-17T00:00:00Z")) << "none: the closing";
  row.outcomes[0].ruled = At("2024-05-01T12:00:00Z");
  EXPECT_EQ(row.Rights().at(0).exercise_until, At("2024-05-12T00:00:00Z"));
}

TEST(Sequence, WithoutARuleEveryFailurePays) {
  RuledTerms terms("1000.00 EUR");
  WindowOutcome outcome = terms.Month("a", "2024-01", "1.00 EUR");
  EXPECT_EQ(PayingFailures({&outcome, &outcome}), (std::vector<bool>{true, true}));
}

// It misses the expected level as well, so the earlier failure has repeated.
TEST(Sequence, AFailureBelowTheMinimumLevelMakesEarlierOnesPay) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(
      RuleOf("patience", "expected level", {{"failures", "2"}, {"windows", "7"}, {"pays", "all"}}));
  const WindowOutcome january = terms.Month("a", "2024-01", "1.00 EUR");
  WindowOutcome february = terms.Month("a", "2024-02", "1.00 EUR");
  EXPECT_EQ(PayingFailures({&january}), (std::vector<bool>{false}));
  february.below_minimum = true;
  EXPECT_EQ(PayingFailures({&february}), (std::vector<bool>{true})) << "it pays at once";
  EXPECT_EQ(PayingFailures({&january, &february}), (std::vector<bool>{true, true}));
}

}  // namespace
}  // namespace tally::replay
