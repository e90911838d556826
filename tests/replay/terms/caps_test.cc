// Goal: a cut never gives more than there is room for, never takes more than it must, and shares
// by largest remainder with ties to the earlier line; periods begin and end where the terms say.
// Method: small amounts exhaustively against the definition; edges of periods by name.
#include "replay/terms/caps.h"

#include <limits>
#include <numeric>
#include <vector>

#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

Wide Sum(const std::vector<int64_t>& amounts) {
  return std::accumulate(amounts.begin(), amounts.end(), Wide{0});
}

TEST(Caps, EveryCutOfSmallAmountsKeepsItsPromise) {
  for (int64_t a = 0; a <= 6; ++a) {
    for (int64_t b = 0; b <= 6; ++b) {
      for (int64_t c = 0; c <= 6; ++c) {
        for (Wide room = -1; room <= 19; ++room) {
          std::vector<int64_t> amounts = {a, b, c};
          Wide expected = std::clamp<Wide>(room, 0, Sum(amounts));
          std::vector<int64_t> shared = CutProRata(amounts, room);
          std::vector<int64_t> ordered = CutInOrder(amounts, room);
          ASSERT_EQ(Sum(shared), expected);
          ASSERT_EQ(Sum(ordered), expected);
          for (size_t i = 0; i < 3; ++i) {
            ASSERT_GE(shared[i], 0);
            ASSERT_LE(shared[i], amounts[i]);
            ASSERT_LE(ordered[i], amounts[i]);
            // Within one unit of the exact share.
            if (expected == 0) continue;
            Wide error = Wide{shared[i]} * Sum(amounts) - Wide{amounts[i]} * expected;
            ASSERT_LT(error < 0 ? -error : error, Sum(amounts));
          }
        }
      }
    }
  }
}

TEST(Caps, EqualRemaindersGoToTheEarlierLine) {
  EXPECT_EQ(CutProRata({10, 10, 10}, 10), (std::vector<int64_t>{4, 3, 3}));
  EXPECT_EQ(CutProRata({1, 1, 1}, 2), (std::vector<int64_t>{1, 1, 0}));
  // A larger remainder later on comes first: 3.5, 1.75, 1.75.
  EXPECT_EQ(CutProRata({4, 2, 2}, 7), (std::vector<int64_t>{3, 2, 2}));
}

// T-65
TEST(Caps, T65TheLargestAmountsAreCutExactly) {
  int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(CutProRata({most - 1, 1}, most - 1), (std::vector<int64_t>{most - 2, 1}));
  EXPECT_EQ(CutInOrder({most - 1, 1}, most - 1), (std::vector<int64_t>{most - 1, 0}));
}

TEST(Caps, ContractYearsBeginOnTheLocalDayOfTheTerm) {
  Terms terms;
  terms.from = At("2024-02-29T10:00:00Z");
  Zone utc = Zone::Utc();
  // 29 February comes in leap years only; elsewhere counting on gives 1 March.
  EXPECT_EQ(ContractYearAt(terms, utc, At("2025-02-28T23:59:59Z")),
            Between("2024-02-29T00:00:00Z", "2025-03-01T00:00:00Z"));
  EXPECT_EQ(ContractYearAt(terms, utc, At("2025-03-01T00:00:00Z")),
            Between("2025-03-01T00:00:00Z", "2026-03-01T00:00:00Z"));
  EXPECT_EQ(ContractYearAt(terms, utc, At("2028-02-29T00:00:00Z")).first,
            At("2028-02-29T00:00:00Z"));
}

TEST(Caps, PeriodsHoldTheLastInstantOfTheWindow) {
  RuledTerms terms("10.00 EUR");
  auto rule = [](const char* period) {
    return RuleOf("cap", "cap",
                  {{"limit", "money"},
                   {"money", "1.00 EUR"},
                   {"period", period},
                   {"belongs by", "end of window"},
                   {"cut", "in order"},
                   {"above", "lost"},
                   {"settled windows", "stay"}});
  };
  WindowOutcome march = terms.Month("a", "2026-03", "1.00 EUR");
  auto period = [&](const char* name) {
    Instant at = CapInstantOf(rule(name), march, Instant::Max());
    return CapPeriodOf(rule(name), march, at).value_or(Interval{});
  };
  EXPECT_EQ(period("window"), march.window);
  EXPECT_EQ(period("calendar month"), march.window);
  EXPECT_EQ(period("contract year"), Between("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"));
  EXPECT_EQ(period("rolling 12 months"), Between("2025-04-01T00:00:00Z", "2026-04-01T00:00:00Z"));
  EXPECT_LT(CapStage(rule("window")), CapStage(rule("calendar month")));
  EXPECT_LT(CapStage(rule("calendar month")), CapStage(rule("contract year")));
}

// Charges before the term are none: the first months have a smaller cap.
TEST(Caps, APercentageIsOfChargesInsideTheTerm) {
  RuledTerms terms("10.00 EUR");
  terms.terms().from = At("2026-02-01T00:00:00Z");
  Rule rule = RuleOf("cap", "cap",
                     {{"limit", "percent of charges"},
                      {"percent", "12.34"},
                      {"fee", "service"},
                      {"charges", "of the period"},
                      {"period", "rolling 12 months"},
                      {"belongs by", "end of window"},
                      {"cut", "in order"},
                      {"above", "lost"},
                      {"settled windows", "stay"}});
  WindowOutcome march = terms.Month("a", "2026-03", "1.00 EUR");
  Interval period = Between("2025-04-01T00:00:00Z", "2026-04-01T00:00:00Z");
  EXPECT_EQ(CapLimitOf(rule, march, period).value_or(Money{}), Amount("2.46 EUR"));
}

}  // namespace
}  // namespace tally::replay
