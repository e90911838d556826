// Goal: rules reach the objectives they name and no others; shares of fees are exact. Method: one
// rule for all, one for some; a fee that exists and one that does not.
#include "replay/terms/window_outcome.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

TEST(WindowOutcome, ARuleIsAboutTheObjectivesItNames) {
  RuledTerms terms("10.00 EUR", {"a", "b"});
  std::vector<std::pair<std::string, std::string>> choices = {{"amount", "1.00 EUR"},
                                                              {"per", "line"}};
  terms.Add(RuleOf("all", "minimum", choices));
  terms.Add(RuleOf("some", "minimum", choices, {"b"}));
  WindowOutcome a = terms.Month("a", "2026-04", "1.00 EUR");
  WindowOutcome b = terms.Month("b", "2026-04", "1.00 EUR");
  ASSERT_EQ(RulesAbout(a, "minimum").size(), 1u);
  EXPECT_EQ(RulesAbout(a, "minimum")[0]->id, "all");
  EXPECT_EQ(RulesAbout(b, "minimum").size(), 2u);
  EXPECT_TRUE(RulesAbout(b, "cap").empty());
  EXPECT_EQ(ClauseOf(*RulesAbout(a, "minimum")[0]), "rules/all");
}

TEST(WindowOutcome, SharesOfFeesStayFractions) {
  RuledTerms terms("100.00 EUR");
  WindowOutcome april = terms.Month("a", "2026-04", "1.00 EUR");
  Currency currency;
  Interval half = Between("2026-04-17T00:00:00Z", "2026-05-01T00:00:00Z");
  absl::StatusOr<Fraction> share = PercentOfFee(april, "service", Number("50"), half, currency);
  ASSERT_TRUE(share.ok());
  EXPECT_EQ(*share, Ratio(7'000, 3));
  EXPECT_EQ(currency.code, "EUR");
  EXPECT_EQ(PercentOfFee(april, "other", Number("50"), half, currency).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(PercentOfFee(april, "service", Number("50"), {half.first, half.first}, currency)
                .value_or(Ratio(1, 1)),
            Ratio(0, 1));
}

TEST(WindowOutcome, TimersEndWithTheLastInstantAtTheLatest) {
  Instant at = At("2026-05-08T12:00:00Z");
  EXPECT_EQ(EndOfDays(Zone::Utc(), at, 5), At("2026-05-14T00:00:00Z"));
  EXPECT_EQ(EndOfDays(Zone::Utc(), at, 1'000'000'000'000), kInstantLast);
}

TEST(WindowOutcome, RoundingsHaveTheNamesOfTheVocabulary) {
  EXPECT_EQ(RoundingNamed("half up"), Rounding::kHalfUp);
  EXPECT_EQ(RoundingNamed("half even"), Rounding::kHalfEven);
  EXPECT_EQ(RoundingNamed("down"), Rounding::kDown);
  EXPECT_EQ(RoundingNamed("up"), Rounding::kUp);
}

}  // namespace
}  // namespace tally::replay
