// Goal: an acceptance keeps the sum that it is bound to. Method: there and back, with and without.
#include "schema/claim_accepted.h"

#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

TEST(ClaimAccepted, KeepsItsFields) {
  const ClaimAccepted value{Money{30'000, {"USD", 2}}, "enough"};
  const ClaimAccepted back = RoundTrip(BodyKind::kClaimAccepted, value, DecodeClaimAccepted);
  EXPECT_EQ(back.amount, value.amount);
  EXPECT_EQ(back.reason, value.reason);
}

TEST(ClaimAccepted, WithoutAnAmountItHasNone) {
  EXPECT_FALSE(RoundTrip(BodyKind::kClaimAccepted, ClaimAccepted{}, DecodeClaimAccepted).amount);
  EXPECT_FALSE(DecodeClaimAccepted(Encode(ClaimAccepted{Money{1, {"usd", 2}}, ""})).ok());
}

}  // namespace
}  // namespace tally
