// Goal: a credit is earned back exactly by the run that its terms ask for, in its own look-ahead.
// Method: the worked year, month by month, through the pipeline; each choice of the rule once.
#include "replay/terms/earn_back.h"

#include <map>

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

using Stated = std::map<std::string, std::string>;

Rule EarnBack(const Stated& changed) {
  Stated choices = {{"windows", "6"},
                    {"condition", "met"},
                    {"within windows", "none"},
                    {"share", "50"},
                    {"eligible", "every failure"},
                    {"gives back", "cash"},
                    {"headroom", "not given back"},
                    {"no result", "is skipped"},
                    {"still a failure", "yes"},
                    {"objective ends", "credit is final"},
                    {"at termination", "paid"}};
  for (const auto& [name, value] : changed) choices[name] = value;
  return RuleOf("back", "earn-back", {choices.begin(), choices.end()});
}

// Months from January: 'B' breached with 2,000.00, 'M' exactly met, 'E' exceeded, 'N' no result,
// 'C' carried.
PipelineAnswer Year(const std::string& months, const Stated& changed,
                    const std::vector<Rule>& rules = {}) {
  RuledTerms terms("10000.00 EUR");
  terms.Add(EarnBack(changed));
  for (const Rule& rule : rules) terms.Add(rule);
  std::vector<WindowOutcome> outcomes;
  for (size_t i = 0; i < months.size(); ++i) {
    char name[] = "2026-00";
    name[5] = static_cast<char>('0' + (i + 1) / 10);
    name[6] = static_cast<char>('0' + (i + 1) % 10);
    WindowOutcome outcome = terms.Month("a", name, months[i] == 'B' ? "2000.00 EUR" : "0.00 EUR");
    outcome.exceeds = months[i] == 'E';
    if (months[i] == 'N') outcome.verdict = Verdict::kNoResult;
    outcome.carried = months[i] == 'C';
    outcomes.push_back(outcome);
  }
  PipelineAnswer answer = RunRules(outcomes);
  // Rules go with the terms; states and amounts are what is looked at.
  for (HeldCredit& held : answer.held) held.rule = nullptr;
  for (ArisenRight& right : answer.rights) right.rule = nullptr;
  return answer;
}

TEST(EarnBack, GC43aHalfAfterSixMonthsMet) {
  PipelineAnswer answer = Year("BMMMMMM", {});
  EXPECT_EQ(answer.lines[0].earned_back, 100'000);
  EXPECT_EQ(answer.lines[0].Due(), 100'000);
  ASSERT_EQ(answer.held.size(), 1u);
  EXPECT_EQ(answer.held[0].decided_by, 6u) << "at the end of July";
  // One month less, and it is still held.
  answer = Year("BMMMMM", {});
  EXPECT_EQ(answer.lines[0].earned_back, 0);
  EXPECT_EQ(answer.lines[0].held, 100'000);
}

TEST(EarnBack, GC43aAMissedAprilStartsTheCountAgainInMay) {
  PipelineAnswer answer = Year("BMMBMMMMMM", {});
  ASSERT_EQ(answer.held.size(), 2u);
  EXPECT_EQ(answer.held[0].decided_by, 9u) << "at the end of October";
  EXPECT_EQ(answer.lines[0].earned_back, 100'000);
  // April's own look-ahead begins in May and ends with the same run.
  EXPECT_EQ(answer.held[1].decided_by, 9u);
}

TEST(EarnBack, GC43bEqualIsNotExceeded) {
  Stated exceeded = {{"windows", "3"}, {"condition", "exceeded"}, {"share", "100"}};
  EXPECT_EQ(Year("BEME", exceeded).lines[0].earned_back, 0);
  PipelineAnswer answer = Year("BEEE", exceeded);
  EXPECT_EQ(answer.lines[0].earned_back, 200'000);
  EXPECT_EQ(answer.lines[0].Due(), 0);
}

TEST(EarnBack, WindowsWithoutAResultDoAsTheTermsSay) {
  EXPECT_EQ(Year("BMMMNMMM", {{"no result", "is skipped"}}).held[0].decided_by, 7u);
  EXPECT_EQ(Year("BMMMNMMM", {{"no result", "counts"}}).held[0].decided_by, 6u);
  EXPECT_EQ(Year("BMMMNMMM", {{"no result", "breaks"}}).held[0].decided_by, std::nullopt);
  // A carried result never counts.
  EXPECT_EQ(Year("BMMMCMMM", {{"no result", "counts"}}).held[0].decided_by, 7u);
}

TEST(EarnBack, AfterTheLookAheadTheCreditIsFinal) {
  PipelineAnswer answer = Year("BMMMMMM", {{"within windows", "5"}});
  EXPECT_EQ(answer.held[0].state, HeldState::kFinal);
  EXPECT_EQ(answer.lines[0].Due(), 200'000);
  EXPECT_EQ(Year("BMMMMMM", {{"within windows", "6"}}).held[0].state, HeldState::kEarnedBack);
}

TEST(EarnBack, AnOffsetPaysLaterCreditsOfTheSameObjective) {
  PipelineAnswer answer = Year("BMMBMMB", {{"windows", "2"}, {"gives back", "offset"}});
  EXPECT_EQ(answer.lines[0].earned_back, 0);
  EXPECT_EQ(answer.lines[0].Due(), 200'000);
  EXPECT_EQ(answer.lines[3].offset, 100'000);
}

TEST(EarnBack, HeadroomComesBackOnlyIfTheTermsSaySo) {
  Rule cap = RuleOf("cap", "cap",
                    {{"limit", "money"},
                     {"money", "2500.00 EUR"},
                     {"period", "contract year"},
                     {"belongs by", "end of window"},
                     {"cut", "in order"},
                     {"above", "lost"},
                     {"settled windows", "stay"}});
  Stated two = {{"windows", "2"}};
  EXPECT_EQ(GrantedOf(Year("BMMB", two, {cap}))[3], "500.00 EUR");
  two["headroom"] = "given back";
  EXPECT_EQ(GrantedOf(Year("BMMB", two, {cap}))[3], "1500.00 EUR");
}

TEST(EarnBack, OnlyEligibleFailuresAreHeld) {
  RuledTerms terms("10000.00 EUR");
  terms.Add(EarnBack({{"eligible", "failures above the minimum level"}}));
  WindowOutcome outcome = terms.Month("a", "2026-01", "2000.00 EUR");
  ASSERT_TRUE(Hold(outcome, 0, 200'000).ok());
  EXPECT_TRUE(Hold(outcome, 0, 200'000)->has_value());
  EXPECT_FALSE(Hold(outcome, 0, 0)->has_value());
  outcome.below_minimum = true;
  EXPECT_FALSE(Hold(outcome, 0, 200'000)->has_value());
}

TEST(EarnBack, EndsDecideAsTheTermsSay) {
  for (bool lapses : {true, false}) {
    Rule rule = EarnBack({{"objective ends", lapses ? "credit lapses" : "credit is final"},
                          {"at termination", lapses ? "paid" : "lost"}});
    HeldCredit held{.outcome = 0, .rule = &rule, .objective = "a", .minor = 5, .decided_by = {}};
    HeldCredit other = held;
    End(held, Ending::kObjective);
    EXPECT_EQ(held.state, lapses ? HeldState::kEarnedBack : HeldState::kFinal);
    End(other, Ending::kTermination);
    EXPECT_EQ(other.state, lapses ? HeldState::kFinal : HeldState::kEarnedBack);
  }
}

// The terms' own end decides like that of the objective: no window can come any more.
TEST(EarnBack, TheEndOfTheTermDecidesWhatIsHeld) {
  for (bool lapses : {true, false}) {
    RuledTerms terms("1000.00 EUR");
    terms.terms().disputes.evidence_cutoff_days = 5;
    terms.Add(EarnBack({{"objective ends", lapses ? "credit lapses" : "credit is final"},
                        {"at termination", lapses ? "paid" : "lost"}}));
    PipelineQuestion question;
    question.until = At("2026-03-01T00:00:00Z");
    question.outcomes = {terms.Month("a", "2026-01", "120.00 EUR")};
    const auto held = [&](Instant knowledge) {
      question.knowledge = knowledge;
      const absl::StatusOr<PipelineAnswer> answer = RunPipeline(question);
      EXPECT_TRUE(answer.ok()) << answer.status();
      const PipelineLine& line = answer->lines.at(0);
      EXPECT_EQ(line.held + line.earned_back + line.Due(), 12'000);
      EXPECT_EQ(line.earned_back, line.held == 0 && lapses ? 6'000 : 0);
      return line.held;
    };
    // Evidence for February may yet come until its cut-off is over.
    EXPECT_EQ(held(At("2026-03-06T23:59:59Z")), 6'000);
    EXPECT_EQ(held(At("2026-03-07T00:00:00Z")), 0);
    question.outcomes.push_back(terms.Month("a", "2026-02", "0.00 EUR"));
    EXPECT_EQ(held(At("2026-02-28T23:59:59Z")), 6'000);
    EXPECT_EQ(held(At("2026-03-01T00:00:00Z")), 0) << "that was the last one";
    question.until.reset();
    EXPECT_EQ(held(At("2030-01-01T00:00:00Z")), 6'000);
  }
}

}  // namespace
}  // namespace tally::replay
