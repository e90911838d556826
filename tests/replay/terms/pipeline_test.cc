// Goal: rules over many windows act in one fixed order and give the worked figures. Method: the
// golden cases as outcomes by hand, what is granted beside them; each rule is also shown to change
// nothing where it does not bind.
#include "replay/terms/pipeline.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

using Texts = std::vector<std::string>;

Rule MoneyCap(const char* money, const char* period, const char* cut = "pro rata",
              const char* above = "lost", const char* by = "end of window") {
  return RuleOf("cap", "cap",
                {{"limit", "money"},
                 {"money", money},
                 {"period", period},
                 {"belongs by", by},
                 {"cut", cut},
                 {"above", above},
                 {"settled windows", "stay"}});
}

// GC-33: incident X, availability 800.00, restore time 500.00; unrelated 300.00.
std::vector<WindowOutcome> IncidentX(RuledTerms& terms) {
  std::vector<WindowOutcome> outcomes = {terms.Month("availability", "2026-04", "800.00 EUR"),
                                         terms.Month("restore", "2026-04", "500.00 EUR"),
                                         terms.Month("unrelated", "2026-04", "300.00 EUR")};
  outcomes[0].incidents = {"X"};
  outcomes[1].incidents = {"X"};
  return outcomes;
}
RuledTerms ThreeObjectives() {
  return RuledTerms("10000.00 EUR", {"availability", "restore", "unrelated"});
}
Rule SameIncident(const char* pays) {
  std::vector<std::pair<std::string, std::string>> choices = {{"pays", pays}};
  if (std::string(pays) == "customer's choice") {
    choices.push_back({"choose within days", "30"});
    choices.push_back({"without a choice", "highest"});
  }
  return RuleOf("incident", "same incident", choices);
}

TEST(Pipeline, WithoutRulesALineIsWhatItsWindowEarned) {
  RuledTerms terms("1000.00 EUR");
  terms.At("a").credit->window_cap = Amount("80.00 EUR");
  terms.At("a").credit->minimum = Amount("1.00 EUR");
  PipelineAnswer answer =
      RunRules({terms.Month("a", "2026-04", "100.00 EUR"), terms.Month("a", "2026-05", "1.00 EUR"),
                terms.Month("a", "2026-06", "0.00 EUR")});
  EXPECT_EQ(GrantedOf(answer), (Texts{"80.00 EUR", "0.00 EUR", "0.00 EUR"}));
  EXPECT_TRUE(answer.entries.empty());
  EXPECT_TRUE(answer.rights.empty());
}

TEST(Pipeline, GC33SumThenMonthlyCap) {
  for (bool in_order : {false, true}) {
    RuledTerms terms = ThreeObjectives();
    terms.Add(MoneyCap("1500.00 EUR", "calendar month", in_order ? "in order" : "pro rata"));
    terms.Add(SameIncident("sum"));
    Texts granted = GrantedOf(RunRules(IncidentX(terms)));
    EXPECT_EQ(granted, in_order ? (Texts{"800.00 EUR", "500.00 EUR", "200.00 EUR"})
                                : (Texts{"750.00 EUR", "468.75 EUR", "281.25 EUR"}));
  }
}

TEST(Pipeline, GC33HighestThenMonthlyCap) {
  RuledTerms terms = ThreeObjectives();
  terms.Add(MoneyCap("1500.00 EUR", "calendar month"));
  terms.Add(SameIncident("highest"));
  EXPECT_EQ(GrantedOf(RunRules(IncidentX(terms))), (Texts{"800.00 EUR", "0.00 EUR", "300.00 EUR"}));
}

TEST(Pipeline, GC33CustomersChoiceAndItsDefault) {
  RuledTerms terms = ThreeObjectives();
  terms.Add(MoneyCap("1500.00 EUR", "calendar month"));
  terms.Add(SameIncident("customer's choice"));
  EXPECT_EQ(GrantedOf(RunRules(IncidentX(terms))), (Texts{"800.00 EUR", "0.00 EUR", "300.00 EUR"}));
  // Day 0 is 1 May; the choice is open until the end of 31 May.
  for (bool in_time : {true, false}) {
    PipelineQuestion question;
    question.knowledge = At("2026-12-01T00:00:00Z");
    question.outcomes = IncidentX(terms);
    question.choices = {
        {"X", "restore", At(in_time ? "2026-05-31T23:59:59Z" : "2026-06-01T00:00:00Z")}};
    absl::StatusOr<PipelineAnswer> answer = RunPipeline(question);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(GrantedOf(*answer), in_time ? (Texts{"0.00 EUR", "500.00 EUR", "300.00 EUR"})
                                          : (Texts{"800.00 EUR", "0.00 EUR", "300.00 EUR"}));
  }
}

TEST(Pipeline, GC33WithACapOfAThousandEveryVariantComesToIt) {
  for (const char* pays : {"sum", "highest", "customer's choice"}) {
    RuledTerms terms = ThreeObjectives();
    terms.Add(MoneyCap("1000.00 EUR", "calendar month"));
    terms.Add(SameIncident(pays));
    int64_t sum = 0;
    for (const PipelineLine& line : RunRules(IncidentX(terms)).lines) sum += line.granted->minor;
    EXPECT_EQ(sum, 100'000) << pays;
  }
}

// A credit of no incident, or of several, is left alone (rule 20).
TEST(Pipeline, ACreditOfSeveralIncidentsIsLeftAlone) {
  RuledTerms terms = ThreeObjectives();
  terms.Add(SameIncident("highest"));
  std::vector<WindowOutcome> outcomes = IncidentX(terms);
  outcomes[1].incidents = {"X", "Y"};
  EXPECT_EQ(GrantedOf(RunRules(outcomes)), (Texts{"800.00 EUR", "500.00 EUR", "300.00 EUR"}));
}

// GC-32: ten percent of the charges of twelve months.
TEST(Pipeline, GC32TwelveMonthsCapIsNeverNegative) {
  for (bool above : {false, true}) {
    RuledTerms terms("10.00 USD");
    terms.Add(RuleOf("cap", "cap",
                     {{"limit", "percent of charges"},
                      {"percent", "10"},
                      {"fee", "service"},
                      {"charges", "of the period"},
                      {"period", "rolling 12 months"},
                      {"belongs by", "end of window"},
                      {"cut", "pro rata"},
                      {"above", "lost"},
                      {"settled windows", "stay"}}));
    std::vector<WindowOutcome> outcomes = {terms.Month("a", "2025-06", "0.00 USD"),
                                           terms.Month("a", "2025-12", "11.90 USD"),
                                           terms.Month("a", "2026-05", "0.30 USD")};
    // What was settled is an input, also where it is above the cap.
    if (above) outcomes[1].settled = Amount("12.50 USD");
    EXPECT_EQ(GrantedOf(RunRules(outcomes))[2], above ? "0.00 USD" : "0.10 USD");
    // Twelve months later the credit of December is out of the sum.
    outcomes[2] = terms.Month("a", "2026-12", "0.30 USD");
    EXPECT_EQ(GrantedOf(RunRules(outcomes))[2], "0.30 USD");
  }
}

TEST(Pipeline, GC21OneMonthsFeeInTwelve) {
  RuledTerms terms("5000.00 USD");
  terms.Add(RuleOf("cap", "cap",
                   {{"limit", "percent of charges"},
                    {"percent", "100"},
                    {"fee", "service"},
                    {"charges", "of one fee period"},
                    {"period", "rolling 12 months"},
                    {"belongs by", "end of window"},
                    {"cut", "in order"},
                    {"above", "lost"},
                    {"settled windows", "stay"}}));
  EXPECT_EQ(GrantedOf(RunRules({terms.Month("a", "2024-02", "4995.00 USD"),
                                terms.Month("a", "2024-06", "6.08 USD")})),
            (Texts{"4995.00 USD", "5.00 USD"}));
}

TEST(Pipeline, WhatIsCarriedIsPaidWhereThereIsRoom) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(MoneyCap("100.00 EUR", "calendar month", "pro rata", "carried"));
  EXPECT_EQ(GrantedOf(RunRules({terms.Month("a", "2026-04", "250.00 EUR"),
                                terms.Month("a", "2026-05", "0.00 EUR"),
                                terms.Month("a", "2026-06", "20.00 EUR")})),
            (Texts{"100.00 EUR", "100.00 EUR", "70.00 EUR"}));
}

TEST(Pipeline, ByPostingTheMonthOfTheClosingCounts) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(MoneyCap("100.00 EUR", "calendar month", "pro rata", "lost", "posting"));
  std::vector<WindowOutcome> outcomes = {terms.Month("a", "2026-04", "80.00 EUR"),
                                         terms.Month("a", "2026-05", "80.00 EUR")};
  EXPECT_EQ(GrantedOf(RunRules(outcomes)), (Texts{"80.00 EUR", "80.00 EUR"}));
  outcomes[0].posted = outcomes[1].posted;
  EXPECT_EQ(GrantedOf(RunRules(outcomes)), (Texts{"80.00 EUR", "20.00 EUR"}));
}

TEST(Pipeline, AContractYearBeginsOnTheDayOfTheTerm) {
  RuledTerms terms("1000.00 EUR");
  terms.terms().from = At("2025-05-01T00:00:00Z");
  terms.Add(MoneyCap("100.00 EUR", "contract year"));
  EXPECT_EQ(GrantedOf(RunRules({terms.Month("a", "2026-03", "80.00 EUR"),
                                terms.Month("a", "2026-04", "80.00 EUR"),
                                terms.Month("a", "2026-05", "80.00 EUR")})),
            (Texts{"80.00 EUR", "20.00 EUR", "80.00 EUR"}));
}

TEST(Pipeline, TheTotalOfPoolsIsCappedAtTheAmountAtRisk) {
  RuledTerms terms("1000.00 EUR", {"a", "b", "c"});
  terms.Add(RuleOf(
      "risk", "at risk",
      {{"percent", "10"}, {"fee", "service"}, {"period", "calendar month"}, {"cut", "pro rata"}},
      {"a", "b"}));
  EXPECT_EQ(GrantedOf(RunRules({terms.Month("a", "2026-04", "90.00 EUR"),
                                terms.Month("b", "2026-04", "60.00 EUR"),
                                terms.Month("c", "2026-04", "60.00 EUR")})),
            (Texts{"60.00 EUR", "40.00 EUR", "60.00 EUR"}));
}

TEST(Pipeline, TheMinimumTestsTheLineOrTheSettlementAfterCaps) {
  for (bool by_line : {true, false}) {
    RuledTerms terms("1000.00 EUR", {"a", "b"});
    terms.Add(MoneyCap("12.00 EUR", "calendar month"));
    terms.Add(RuleOf("minimum", "minimum",
                     {{"amount", "6.00 EUR"}, {"per", by_line ? "line" : "settlement"}}));
    EXPECT_EQ(
        GrantedOf(RunRules(
            {terms.Month("a", "2026-04", "10.00 EUR"), terms.Month("b", "2026-04", "10.00 EUR"),
             terms.Month("a", "2026-05", "6.00 EUR"), terms.Month("b", "2026-05", "0.00 EUR")})),
        by_line ? (Texts{"0.00 EUR", "0.00 EUR", "0.00 EUR", "0.00 EUR"})
                : (Texts{"6.00 EUR", "6.00 EUR", "0.00 EUR", "0.00 EUR"}));
  }
}

TEST(Pipeline, OnlyRepeatedFailuresOfTheExpectedLevelPay) {
  const char* months[] = {"2026-01", "2026-02", "2026-03", "2026-04"};
  struct Case {
    const char* pays;
    Texts granted;
  };
  for (const Case& c :
       std::vector<Case>{{"the last", {"0.00 EUR", "0.00 EUR", "5.00 EUR", "0.00 EUR"}},
                         {"the last and later", {"0.00 EUR", "0.00 EUR", "5.00 EUR", "5.00 EUR"}},
                         {"all", {"5.00 EUR", "5.00 EUR", "5.00 EUR", "5.00 EUR"}}}) {
    RuledTerms terms("1000.00 EUR");
    terms.Add(RuleOf("expected", "expected level",
                     {{"failures", "3"}, {"windows", "12"}, {"pays", c.pays}}));
    std::vector<WindowOutcome> outcomes;
    for (const char* month : months) outcomes.push_back(terms.Month("a", month, "5.00 EUR"));
    EXPECT_EQ(GrantedOf(RunRules(outcomes)), c.granted) << c.pays;
    outcomes.back().ended = false;
    outcomes.erase(outcomes.begin());
    EXPECT_EQ(GrantedOf(RunRules(outcomes))[0], "0.00 EUR") << "the third failure is a projection";
    outcomes = {terms.Month("a", "2026-01", "5.00 EUR")};
    // Below the minimum level every failure pays.
    outcomes[0].below_minimum = true;
    EXPECT_EQ(GrantedOf(RunRules(outcomes))[0], "5.00 EUR");
  }
}

// Rule 19 of DOMAIN 3.17: one cap is one cap, whichever version of the terms governs a window.
TEST(Pipeline, ACapThatAnAmendmentLeavesAsItWasIsSharedAcrossIt) {
  RuledTerms before("1000.00 EUR", {"a", "b"}), after("1000.00 EUR", {"a", "b"});
  before.Add(MoneyCap("100.00 EUR", "calendar month"));
  after.Add(MoneyCap("100.00 EUR", "calendar month"));
  EXPECT_EQ(GrantedOf(RunRules({before.Month("a", "2026-04", "300.00 EUR"),
                                after.Month("b", "2026-04", "100.00 EUR")})),
            (Texts{"75.00 EUR", "25.00 EUR"}));
}

TEST(Pipeline, ACapThatAnAmendmentChangesFindsUsedWhatTheOldOneGave) {
  RuledTerms before("1000.00 EUR", {"a", "b"}), after("1000.00 EUR", {"a", "b"});
  before.Add(MoneyCap("100.00 EUR", "calendar month"));
  after.Add(MoneyCap("150.00 EUR", "calendar month"));
  EXPECT_EQ(GrantedOf(RunRules({before.Month("a", "2026-04", "300.00 EUR"),
                                after.Month("b", "2026-04", "100.00 EUR")})),
            (Texts{"100.00 EUR", "50.00 EUR"}));
}

TEST(Pipeline, AMinimumOfTheSettlementIsTestedAcrossAnAmendment) {
  RuledTerms before("1000.00 EUR", {"a", "b"}), after("1000.00 EUR", {"a", "b"});
  const Rule minimum =
      RuleOf("minimum", "minimum", {{"amount", "15.00 EUR"}, {"per", "settlement"}});
  before.Add(minimum);
  after.Add(minimum);
  EXPECT_EQ(GrantedOf(RunRules({before.Month("a", "2026-04", "10.00 EUR"),
                                after.Month("b", "2026-04", "10.00 EUR")})),
            (Texts{"10.00 EUR", "10.00 EUR"}));
}

TEST(Pipeline, AmountsOfOneCurrencyUseUpNoCapInAnother) {
  RuledTerms before("1000.00 EUR"), after("1000 JPY");
  before.Add(MoneyCap("100.00 EUR", "contract year", "pro rata", "carried"));
  after.Add(MoneyCap("15000 JPY", "contract year", "pro rata", "carried"));
  EXPECT_EQ(GrantedOf(RunRules({before.Month("a", "2026-04", "120.00 EUR"),
                                after.Month("a", "2026-05", "12000 JPY")})),
            (Texts{"100.00 EUR", "12000 JPY"}))
      << "neither as used nor as carried over";
}

TEST(Pipeline, WhatNobodyClaimedInTimeUsesUpNoCap) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(MoneyCap("150.00 EUR", "contract year"));
  std::vector<WindowOutcome> outcomes = {terms.Month("a", "2026-04", "120.00 EUR"),
                                         terms.Month("a", "2026-05", "120.00 EUR")};
  outcomes[0].expired = At("2026-06-15T00:00:00Z");
  outcomes[1].posted.reset();
  EXPECT_EQ(GrantedOf(RunRules(outcomes, At("2026-06-14T23:59:59Z")))[1], "30.00 EUR");
  EXPECT_EQ(GrantedOf(RunRules(outcomes, At("2026-06-15T00:00:00Z")))[1], "120.00 EUR");
  outcomes[0].settled = Amount("100.00 EUR");
  EXPECT_EQ(GrantedOf(RunRules(outcomes, At("2026-06-15T00:00:00Z")))[1], "50.00 EUR")
      << "settled all the same";
  outcomes[0].settled.reset();
  outcomes[1].posted = At("2026-06-10T00:00:00Z");
  EXPECT_EQ(GrantedOf(RunRules(outcomes, At("2026-08-01T00:00:00Z")))[1], "30.00 EUR")
      << "closed before it expired";
}

// Rule 19: settled windows are inputs and are not opened again, unless the terms say so.
TEST(Pipeline, ASettledWindowStaysAsItWasClosed) {
  for (bool stays : {true, false}) {
    RuledTerms terms("1000.00 EUR");
    Rule cap = MoneyCap("150.00 EUR", "contract year");
    if (!stays) {
      cap = RuleOf("cap", "cap",
                   {{"limit", "money"},
                    {"money", "150.00 EUR"},
                    {"period", "contract year"},
                    {"belongs by", "end of window"},
                    {"cut", "pro rata"},
                    {"above", "lost"},
                    {"settled windows", "computed again"}});
    }
    terms.Add(cap);
    // May was closed behind 120.00 of April, which is restated as met since.
    std::vector<WindowOutcome> outcomes = {terms.Month("a", "2026-04", "0.00 EUR"),
                                           terms.Month("a", "2026-05", "120.00 EUR"),
                                           terms.Month("a", "2026-06", "140.00 EUR")};
    outcomes[1].as_closed =
        FigureAsClosed{.verdict = Verdict::kBreached, .granted = Amount("30.00 EUR")};
    outcomes[1].settled = Amount("30.00 EUR");
    EXPECT_EQ(GrantedOf(RunRules(outcomes)), stays
                                                 ? (Texts{"0.00 EUR", "30.00 EUR", "120.00 EUR"})
                                                 : (Texts{"0.00 EUR", "120.00 EUR", "30.00 EUR"}));
  }
}

TEST(Pipeline, ACapInAnotherCurrencyIsPassedOverWithANote) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(MoneyCap("0.50 USD", "calendar month"));
  const PipelineAnswer answer =
      RunRules({terms.Month("a", "2026-04", "1.00 EUR"), terms.Month("a", "2026-05", "0.00 EUR")});
  EXPECT_EQ(GrantedOf(answer)[0], "1.00 EUR");
  ASSERT_EQ(answer.notes.size(), 1u) << "nothing is passed over in May";
  EXPECT_EQ(answer.notes[0].outcome, 0u);
}

// T-65
TEST(Pipeline, T65SumsBeyond64BitsAreRefused) {
  RuledTerms terms("1000.00 EUR", {"a", "b"});
  terms.Add(MoneyCap("100.00 EUR", "calendar month"));
  PipelineQuestion question;
  question.outcomes = {terms.Month("a", "2026-04", "92233720368547758.07 EUR"),
                       terms.Month("b", "2026-04", "92233720368547758.07 EUR")};
  question.knowledge = At("2030-01-01T00:00:00Z");
  EXPECT_EQ(RunPipeline(question).status().code(), absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace tally::replay
