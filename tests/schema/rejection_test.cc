// Goal: refusals keep the hash of what they refuse. Method: there and back; without a hash they are
// refused themselves.
#include "schema/rejection.h"

#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

TEST(Rejection, KeepsItsFields) {
  TermsHash hash;
  hash.bytes[0] = 9;
  const AmendmentRejected amendment = RoundTrip(
      BodyKind::kAmendmentRejected, AmendmentRejected{hash, "no"}, DecodeAmendmentRejected);
  EXPECT_EQ(amendment.terms_hash, hash);
  EXPECT_EQ(amendment.reason, "no");
  const TermsRejected terms =
      RoundTrip(BodyKind::kTermsRejected, TermsRejected{hash, ""}, DecodeTermsRejected);
  EXPECT_EQ(terms.terms_hash, hash);
  EXPECT_FALSE(DecodeTermsRejected(Encode(TermsRejected{})).ok());
}

}  // namespace
}  // namespace tally
