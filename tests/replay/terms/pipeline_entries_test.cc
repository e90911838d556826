// Goal: what stands beside windows' lines follows from finished lines and changes none. Method: a
// bonus against credits of its window and year, several of them against the same, netting of two
// parties, lump sums, rights beside what is earned back.
#include "replay/terms/pipeline_entries.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

Rule Bonus(const char* against) {
  return RuleOf("bonus", "bonus",
                {{"fee", "service"},
                 {"levels", "99.95: 2; 99.99: 5"},
                 {"netted against", against},
                 {"rounding", "half up"}},
                {"b"});
}

TEST(PipelineEntries, ABonusReducesCreditsOfItsWindowAndNothingElse) {
  RuledTerms terms("1000.00 EUR", {"a", "b"});
  terms.Add(Bonus("credits of the window"));
  WindowOutcome better = terms.Month("b", "2026-04", "0.00 EUR");
  better.value = Ratio(9'995, 10'000);
  PipelineAnswer answer = RunRules({terms.Month("a", "2026-04", "12.00 EUR"), better});
  ASSERT_EQ(answer.entries.size(), 1u);
  EXPECT_EQ(answer.entries[0].amount, Amount("12.00 EUR")) << "20.00 would be more than is owed";
  EXPECT_EQ(answer.entries[0].debtor, "customer");
  EXPECT_EQ(answer.entries[0].creditor, "provider");
  EXPECT_EQ(GrantedOf(answer)[0], "12.00 EUR");
  // Below the first level there is none; above the second it is five percent.
  better.value = Ratio(9'994, 10'000);
  EXPECT_TRUE(RunRules({terms.Month("a", "2026-04", "12.00 EUR"), better}).entries.empty());
  better.value = Ratio(1, 1);
  answer = RunRules({terms.Month("a", "2026-04", "100.00 EUR"), better});
  ASSERT_EQ(answer.entries.size(), 1u);
  EXPECT_EQ(answer.entries[0].amount, Amount("50.00 EUR"));
}

TEST(PipelineEntries, BonusesOfAYearShareItsCredits) {
  RuledTerms terms("1000.00 EUR", {"a", "b"});
  terms.Add(Bonus("credits of the year"));
  PipelineAnswer answer =
      RunRules({terms.Month("a", "2026-04", "60.00 EUR"), terms.Month("b", "2026-04", "0.00 EUR"),
                terms.Month("b", "2026-05", "0.00 EUR"), terms.Month("b", "2027-01", "0.00 EUR")});
  ASSERT_EQ(answer.entries.size(), 2u);
  EXPECT_EQ(answer.entries[0].amount, Amount("50.00 EUR"));
  EXPECT_EQ(answer.entries[1].amount, Amount("10.00 EUR"));
}

Rule BonusOn(const char* id, const char* objective, const char* against) {
  Rule rule = Bonus(against);
  rule.id = id;
  rule.objectives = {objective};
  return rule;
}
std::vector<std::string> BonusesOf(const PipelineAnswer& answer) {
  std::vector<std::string> amounts;
  for (const PipelineEntry& each : answer.entries) {
    if (each.kind == "bonus") amounts.push_back(each.rule + " " + FormatMoney(each.amount));
  }
  return amounts;
}

// Whoever owes for one window is not paid for it because several rules say "at most its credits".
TEST(PipelineEntries, SeveralBonusesTakeTheCreditsOfAWindowOnce) {
  RuledTerms terms("1000.00 EUR", {"a", "b", "c"});
  terms.Add(BonusOn("of-b", "b", "credits of the window"));
  terms.Add(BonusOn("of-c", "c", "credits of the window"));
  EXPECT_EQ(BonusesOf(RunRules({terms.Month("a", "2026-04", "60.00 EUR"),
                                terms.Month("b", "2026-04", "0.00 EUR"),
                                terms.Month("c", "2026-04", "0.00 EUR")})),
            (std::vector<std::string>{"of-b 50.00 EUR", "of-c 10.00 EUR"}));
}

// What is owed at once comes first, so that no later window changes it.
TEST(PipelineEntries, BonusesOfTheYearShareWhatThoseOfWindowsLeave) {
  RuledTerms terms("1000.00 EUR", {"a", "b", "c"});
  terms.Add(BonusOn("of-b", "b", "credits of the year"));
  terms.Add(BonusOn("of-c", "c", "credits of the window"));
  std::vector<WindowOutcome> outcomes = {
      terms.Month("a", "2026-04", "60.00 EUR"), terms.Month("b", "2026-04", "0.00 EUR"),
      terms.Month("c", "2026-04", "0.00 EUR"), terms.Month("b", "2026-05", "0.00 EUR")};
  EXPECT_EQ(BonusesOf(RunRules(outcomes)),
            (std::vector<std::string>{"of-b 10.00 EUR", "of-c 50.00 EUR"}));
  outcomes.push_back(terms.Month("a", "2026-06", "70.00 EUR"));
  EXPECT_EQ(BonusesOf(RunRules(outcomes)),
            (std::vector<std::string>{"of-b 50.00 EUR", "of-c 50.00 EUR", "of-b 30.00 EUR"}));
}

// Two months missed give a right; the third earns them back, where that takes the failure away.
class RightsAndEarnBacks : public testing::Test {
 protected:
  RightsAndEarnBacks() {
    terms_.Add(RuleOf("back", "earn-back",
                      {{"windows", "1"},
                       {"condition", "met"},
                       {"within windows", "none"},
                       {"share", "50"},
                       {"eligible", "every failure"},
                       {"gives back", "cash"},
                       {"headroom", "not given back"},
                       {"no result", "breaks"},
                       {"still a failure", "no"},
                       {"objective ends", "credit is final"},
                       {"at termination", "lost"}}));
    terms_.Add(RuleOf("quit", "chronic failure",
                      {{"when", "failures in a row"},
                       {"failures", "2"},
                       {"failure", "breached"},
                       {"no result", "is skipped"},
                       {"right", "termination"},
                       {"notice days", "60"},
                       {"runs from", "closing"}}));
    question_.knowledge = At("2026-05-01T00:00:00Z");
    question_.outcomes = {terms_.Month("a", "2026-01", "9.00 EUR"),
                          terms_.Month("a", "2026-02", "9.00 EUR"),
                          terms_.Month("a", "2026-03", "0.00 EUR")};
    for (size_t i = 0; i < 3; ++i) question_.outcomes[i].closing = Cause{50 + i * 10, 0};
    question_.exercised = {{.rule = "quit",
                            .objective = "a",
                            .window = question_.outcomes[1].window,
                            .at = At("2026-03-07T00:00:00Z"),
                            .act = {61, 0},
                            .effective = At("2026-03-20T00:00:00Z")}};
  }
  ArisenRight Only() const {
    const absl::StatusOr<PipelineAnswer> answer = RunPipeline(question_);
    EXPECT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->rights.size(), 1u);
    return answer->rights.empty() ? ArisenRight{} : answer->rights.front();
  }
  RuledTerms terms_{"1000.00 EUR"};
  PipelineQuestion question_;
};

TEST_F(RightsAndEarnBacks, WhatWasUsedBeforeStands) {
  EXPECT_EQ(Only().state, RightState::kExercised);
  EXPECT_EQ(Only().removed->act, (Cause{70, 0})) << "the closing of March";
  question_.exercised.clear();
  EXPECT_EQ(Only().state, RightState::kVoid);
}

TEST_F(RightsAndEarnBacks, WhatIsNotClosedTakesNoFailureAway) {
  question_.exercised.clear();
  question_.outcomes[2].closed.reset();
  EXPECT_EQ(Only().state, RightState::kOpen);
}

// March was closed as missed; a ruling after the use makes it met.
TEST_F(RightsAndEarnBacks, ARulingThatCompletesTheRunCountsFromItsOwnTime) {
  question_.exercised[0].act = {75, 0};
  EXPECT_EQ(Only().state, RightState::kVoid) << "used after the closing of March";
  question_.outcomes[2].as_closed =
      FigureAsClosed{.verdict = Verdict::kNoResult, .granted = Amount("0.00 EUR")};
  question_.outcomes[2].restated = Restatement{{80, 0}, At("2026-04-20T00:00:00Z")};
  EXPECT_EQ(Only().state, RightState::kExercised);
  EXPECT_EQ(Only().removed->act, (Cause{80, 0}));
}

// The use ends the term, which makes the held credits lapse: nothing was earned back by that.
TEST_F(RightsAndEarnBacks, WhatLapsesWithTheTermIsAFailureStill) {
  question_.outcomes.pop_back();
  question_.terminated = At("2026-03-20T00:00:00Z");
  EXPECT_EQ(Only().state, RightState::kExercised);
  EXPECT_FALSE(Only().removed.has_value());
}

TEST(PipelineEntries, GC48NettingIsAnEntryOfItsOwn) {
  RuledTerms terms("1000.00 EUR", {"contacts", "leads"});
  terms.Add(RuleOf("netting", "netting", {{"unit", "points"}}));
  CreditRule points =
      SchemeOf("points", "", {{"for", "each unit short"}, {"points", "5"}, {"repeat factor", "1"}});
  terms.At("leads").credit = terms.At("contacts").credit = points;
  std::swap(terms.At("contacts").obligor, terms.At("contacts").obligee);
  WindowOutcome leads = terms.Month("leads", "2026-04", "0.00 EUR");
  WindowOutcome contacts = terms.Month("contacts", "2026-04", "0.00 EUR");
  leads.raw = contacts.raw = std::nullopt;
  leads.points = 40;
  contacts.points = 13;
  leads.verdict = contacts.verdict = Verdict::kBreached;
  PipelineAnswer answer = RunRules({leads, contacts});
  ASSERT_EQ(answer.netted.size(), 1u);
  EXPECT_EQ(answer.netted[0].net.debtor, "provider");
  EXPECT_EQ(answer.netted[0].net.amount.minor, 27);
  EXPECT_EQ(answer.entries.size(), 2u) << "gross amounts stay posted";
}

TEST(PipelineEntries, ALumpSumIsOwedAndIsNoRightToAct) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(RuleOf("chronic", "chronic failure",
                   {{"when", "every n failures"},
                    {"failures", "2"},
                    {"windows", "12"},
                    {"failure", "breached"},
                    {"no result", "is skipped"},
                    {"right", "lump sum"},
                    {"lump sum", "500.00 EUR"}}));
  PipelineAnswer answer =
      RunRules({terms.Month("a", "2026-04", "1.00 EUR"), terms.Month("a", "2026-05", "1.00 EUR")});
  ASSERT_EQ(answer.entries.size(), 1u);
  EXPECT_EQ(answer.entries[0].kind, "lump sum");
  EXPECT_EQ(answer.entries[0].amount, Amount("500.00 EUR"));
  EXPECT_EQ(answer.entries[0].creditor, "customer");
  // The window that completed it says by which rule and which windows failed.
  EXPECT_EQ(answer.lines[0].steps.size(), 0u);
  ASSERT_EQ(answer.lines[1].steps.size(), 1u);
  EXPECT_EQ(answer.lines[1].steps[0].step, "lump sum");
  EXPECT_EQ(answer.lines[1].steps[0].clause, "rules/chronic");
  EXPECT_EQ(answer.lines[1].steps[0].result, "500.00 EUR");
  EXPECT_NE(answer.lines[1].steps[0].formula.find("2026-04-01T00:00:00Z/2026-05-01T00:00:00Z, "
                                                  "2026-05-01T00:00:00Z/2026-06-01T00:00:00Z"),
            std::string::npos)
      << answer.lines[1].steps[0].formula;
}

}  // namespace
}  // namespace tally::replay
