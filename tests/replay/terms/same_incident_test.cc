// Goal: credits of one incident are compared within their currency, and nothing stops an answer.
// Method: outcomes under two versions of the terms in two currencies; what the pipeline's own tests
// show of one currency (GC-33) is not repeated here.
#include "replay/terms/same_incident.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

using Texts = std::vector<std::string>;

// An incident from April into May, and an amendment of the currency as of May.
class OverACurrencyTest : public testing::Test {
 protected:
  void Add(const Rule& euro, const Rule& yen) {
    euro_.Add(euro);
    yen_.Add(yen);
  }
  std::vector<WindowOutcome> Outcomes() {
    std::vector<WindowOutcome> outcomes = {
        euro_.Month("a", "2026-04", "80.00 EUR"), euro_.Month("b", "2026-04", "50.00 EUR"),
        yen_.Month("a", "2026-05", "9000 JPY"), yen_.Month("b", "2026-05", "70000 JPY")};
    for (WindowOutcome& each : outcomes) each.incidents = {"X"};
    return outcomes;
  }
  RuledTerms euro_{"1000.00 EUR", {"a", "b"}};
  RuledTerms yen_{"100000 JPY", {"a", "b"}};
};

TEST_F(OverACurrencyTest, EachCurrencyOfAnIncidentIsDecidedByItself) {
  const Rule highest = RuleOf("one", "same incident", {{"pays", "highest"}});
  Add(highest, highest);
  const PipelineAnswer answer = RunRules(Outcomes());
  EXPECT_EQ(GrantedOf(answer), (Texts{"80.00 EUR", "0.00 EUR", "0 JPY", "70000 JPY"}));
  ASSERT_EQ(answer.notes.size(), 4u);
  EXPECT_NE(answer.notes[0].message.find("rules/one: incident X"), std::string::npos);
  std::vector<WindowOutcome> april = Outcomes();
  april.resize(2);
  EXPECT_TRUE(RunRules(april).notes.empty());
}

TEST_F(OverACurrencyTest, CapsAndMinimumsPassOverAnotherCurrency) {
  const Rule minimum = RuleOf("least", "minimum", {{"amount", "60.00 EUR"}, {"per", "settlement"}});
  const Rule cap = RuleOf("cap", "cap",
                          {{"limit", "money"},
                           {"money", "65.00 EUR"},
                           {"period", "contract year"},
                           {"belongs by", "end of window"},
                           {"cut", "in order"},
                           {"above", "lost"},
                           {"settled windows", "stay"}});
  Add(minimum, minimum);
  Add(cap, cap);
  const PipelineAnswer answer = RunRules(Outcomes());
  EXPECT_EQ(GrantedOf(answer), (Texts{"65.00 EUR", "0.00 EUR", "9000 JPY", "70000 JPY"}));
  ASSERT_EQ(answer.notes.size(), 4u) << "two rules, two lines";
  EXPECT_EQ(answer.notes[0].outcome, 2u);
  EXPECT_EQ(answer.notes[0].message, "rules/cap is in EUR and passes over 9000 JPY");
}

}  // namespace
}  // namespace tally::replay
