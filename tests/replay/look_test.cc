// Goal: a look is a replay, with names of the parties; what is not there yet is told from what
// fails. Method: a small ledger at sizes before and after the terms came into force.
#include "replay/look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

TEST(Look, IsTheReplayWithNames) {
  SmallCase test;
  test.Agree(test.terms);
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kDown, On("2026-03-10T00:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");
  absl::StatusOr<LookRequest> request = LookRequestOf(test.ledger(), test.Request("2026-03"));
  ASSERT_TRUE(request.ok()) << request.status();
  absl::StatusOr<Look> look = LookAt(test.ledger(), *request);
  ASSERT_TRUE(look.ok()) << look.status();
  EXPECT_EQ(CanonicalResult(look->result), CanonicalResult(test.Replay("2026-03")));
  ASSERT_EQ(look->sides.size(), 1u);
  EXPECT_EQ(look->sides[0].obligor, "acme");
  EXPECT_EQ(look->sides[0].obligee, "shop");
  EXPECT_EQ(look->streams.size(), 2u) << "the agreement and its feed";
  EXPECT_EQ(FigureLine(look->result.windows[0]).substr(0, 22), "figure \"availability\" ");
  EXPECT_NE(StandingLine(look->result.windows[0]).find("provisional"), std::string::npos);
}

TEST(Look, CreditsOfBothDirectionsAreNoSum) {
  const Sides there{"acme", "shop"}, back{"shop", "acme"};
  Purse purse;
  EXPECT_TRUE(AddCredit(there, Cash("120.00 EUR"), purse).ok());
  EXPECT_TRUE(AddCredit(back, Cash("50.00 EUR"), purse).ok());
  EXPECT_TRUE(AddCredit(back, Cash("3.00 USD"), purse).ok());
  const Currency euro = *FindCurrency("EUR"), dollar = *FindCurrency("USD");
  EXPECT_EQ(purse, (Purse{{{"acme", dollar}, 300},
                          {{"acme", euro}, -7000},
                          {{"shop", dollar}, -300},
                          {{"shop", euro}, 7000}}));
  const Money most{INT64_MAX, euro};
  EXPECT_EQ(AddCredit(there, most, purse).code(), absl::StatusCode::kOutOfRange);
}

TEST(Look, NotYetIsNoFailure) {
  SmallCase test;
  uint64_t before = test.ledger().head().size;
  test.Agree(test.terms);
  LookRequest request = *LookRequestOf(test.ledger(), test.Request("2026-03"));
  for (uint64_t size = 1; size < test.ledger().head().size; ++size) {
    request.wanted.axes.size = size;
    absl::StatusOr<std::optional<Look>> look = LookIfAny(test.ledger(), request);
    ASSERT_TRUE(look.ok()) << size << look.status();
    EXPECT_FALSE(look->has_value()) << size;
  }
  EXPECT_LT(before, test.ledger().head().size);
  request.wanted.axes.size = test.ledger().head().size;
  EXPECT_TRUE((*LookIfAny(test.ledger(), request)).has_value());
}

TEST(Look, ThreadsAreAtLeastOne) {
  SmallCase test;
  ReplayRequest request = test.Request();
  request.threads = 0;
  EXPECT_EQ(LookRequestOf(test.ledger(), request).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tally::replay
