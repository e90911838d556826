// Goal: what stands beside windows' lines follows from finished lines and changes none. Method: a
// bonus against credits of its window and year, netting of two parties, lump sums.
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
