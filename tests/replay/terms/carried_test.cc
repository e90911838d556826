// Goal: what a cap carries is paid once, later or at the end, whatever its rule is called. Method:
// months under a monthly cap with the rule kept, renamed, struck; windows that were settled; the
// end of the term; the book of sums by hand.
#include "replay/terms/carried.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

using Texts = std::vector<std::string>;

Rule CarryingCap(const char* id, const char* above = "carried") {
  return RuleOf(id, "cap",
                {{"limit", "money"},
                 {"money", "100.00 EUR"},
                 {"period", "calendar month"},
                 {"belongs by", "end of window"},
                 {"cut", "pro rata"},
                 {"above", above},
                 {"settled windows", "stay"}});
}

TEST(Carried, SumsAreKeptByObjectiveRuleAndCurrency) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(CarryingCap("new"));
  const Rule old = CarryingCap("old");
  const Rule& current = terms.terms().rules.front();
  const Currency euro = Amount("1.00 EUR").currency, yen = Amount("1 JPY").currency;
  Carried carried;
  carried.By(old, "a", euro, 3) = 5;
  carried.By(old, "a", yen, 3) = 6;
  carried.By(old, "b", euro, 3) = 7;
  carried.By(current, "a", euro, 4) = 8;
  ASSERT_EQ(carried.Rest().size(), 4u);
  const WindowOutcome april = terms.Month("a", "2026-04", "0.00 EUR");
  const std::vector<Carried::Sum> taken = carried.TakeStruck(april, euro);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].minor, 5);
  EXPECT_EQ(taken[0].line, 3u);
  EXPECT_EQ(taken[0].rule, &old);
  EXPECT_TRUE(carried.TakeStruck(april, euro).empty()) << "only once";
  EXPECT_EQ(carried.Rest().size(), 3u);
  EXPECT_EQ(carried.By(current, "a", euro, 4), 8);
}

TEST(Carried, SurvivesARuleThatIsRenamedOrStruck) {
  for (const char* id : {"cap", "monthly-cap", ""}) {
    RuledTerms before("1000.00 EUR"), after("1000.00 EUR");
    before.Add(CarryingCap("cap"));
    if (*id != '\0') after.Add(CarryingCap(id));
    EXPECT_EQ(GrantedOf(RunRules({before.Month("a", "2026-01", "220.00 EUR"),
                                  after.Month("a", "2026-02", "0.00 EUR"),
                                  after.Month("a", "2026-03", "0.00 EUR")})),
              *id != '\0' ? (Texts{"100.00 EUR", "100.00 EUR", "20.00 EUR"})
                          : (Texts{"100.00 EUR", "120.00 EUR", "0.00 EUR"}))
        << id;
  }
}

// Windows that were settled stay as they were closed, and take what they took.
TEST(Carried, IsPaidOnceWhereAWindowWasSettled) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(CarryingCap("cap"));
  std::vector<WindowOutcome> outcomes = {terms.Month("a", "2026-01", "120.00 EUR"),
                                         terms.Month("a", "2026-02", "0.00 EUR"),
                                         terms.Month("a", "2026-03", "0.00 EUR")};
  const Texts expected = {"100.00 EUR", "20.00 EUR", "0.00 EUR"};
  EXPECT_EQ(GrantedOf(RunRules(outcomes)), expected);
  for (size_t i = 0; i < 2; ++i) {
    outcomes[i].settled = Amount(expected[i]);
    outcomes[i].as_closed =
        FigureAsClosed{.verdict = outcomes[i].verdict, .granted = Amount(expected[i])};
    EXPECT_EQ(GrantedOf(RunRules(outcomes)), expected) << i;
  }
  // January is restated as met, and paid all the same.
  outcomes[0].raw = Amount("0.00 EUR");
  EXPECT_EQ(GrantedOf(RunRules(outcomes)), expected);
}

TEST(Carried, WhatASettledWindowLeftAboveIsCarriedOn) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(CarryingCap("cap"));
  std::vector<WindowOutcome> outcomes = {terms.Month("a", "2026-01", "120.00 EUR"),
                                         terms.Month("a", "2026-02", "0.00 EUR")};
  // It was closed behind credits of others, which are gone since.
  outcomes[0].settled = Amount("60.00 EUR");
  outcomes[0].as_closed =
      FigureAsClosed{.verdict = Verdict::kBreached, .granted = Amount("60.00 EUR")};
  EXPECT_EQ(GrantedOf(RunRules(outcomes)), (Texts{"60.00 EUR", "60.00 EUR"}));
}

TEST(Carried, ACapThatCarriesNothingTakesNothingFromTheOther) {
  RuledTerms terms("1000.00 EUR");
  Rule year = CarryingCap("year", "lost");
  year.choices = RuleOf("year", "cap",
                        {{"limit", "money"},
                         {"money", "50.00 EUR"},
                         {"period", "contract year"},
                         {"belongs by", "end of window"},
                         {"cut", "pro rata"},
                         {"above", "lost"},
                         {"settled windows", "stay"}})
                     .choices;
  terms.Add(CarryingCap("month"));
  terms.Add(year);
  std::vector<WindowOutcome> outcomes = {terms.Month("a", "2025-12", "120.00 EUR"),
                                         terms.Month("a", "2026-01", "0.00 EUR")};
  EXPECT_EQ(GrantedOf(RunRules(outcomes)), (Texts{"50.00 EUR", "20.00 EUR"}));
  outcomes[0].settled = Amount("50.00 EUR");
  outcomes[0].as_closed =
      FigureAsClosed{.verdict = Verdict::kBreached, .granted = Amount("50.00 EUR")};
  EXPECT_EQ(GrantedOf(RunRules(outcomes)), (Texts{"50.00 EUR", "20.00 EUR"}));
}

TEST(Carried, IsASumOfItsOwnWhereNoLaterWindowComes) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(CarryingCap("cap"));
  PipelineQuestion question;
  question.outcomes = {terms.Month("a", "2026-01", "250.00 EUR"),
                       terms.Month("a", "2026-02", "0.00 EUR")};
  question.knowledge = At("2026-03-01T00:00:00Z");
  const auto sums = [&] {
    const absl::StatusOr<PipelineAnswer> answer = RunPipeline(question);
    EXPECT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(GrantedOf(*answer), (Texts{"100.00 EUR", "100.00 EUR"}));
    return answer->entries;
  };
  EXPECT_TRUE(sums().empty()) << "March may take it up";
  const auto expect_sum = [&] {
    const std::vector<PipelineEntry> entries = sums();
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].kind, "lump sum");
    EXPECT_EQ(entries[0].rule, "cap");
    EXPECT_EQ(entries[0].amount, Amount("50.00 EUR"));
    EXPECT_EQ(entries[0].debtor, "provider");
    EXPECT_EQ(entries[0].creditor, "customer");
    EXPECT_EQ(entries[0].with->objective, "a");
    EXPECT_EQ(entries[0].period, question.outcomes[1].window);
  };
  question.until = At("2026-03-01T00:00:00Z");
  expect_sum();
  question.until.reset();
  question.terminated = At("2026-03-01T00:00:00Z");
  expect_sum();
  question.terminated.reset();
  question.ended = {{"a", At("2026-03-01T00:00:00Z")}};
  expect_sum();
  question.knowledge = At("2026-02-28T23:59:59Z");
  EXPECT_TRUE(sums().empty());
}

}  // namespace
}  // namespace tally::replay
