// Goal: terms and amendments keep every field. Method: full values there and back, and a refusal
// for each field that must be there.
#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

AmendmentProposed Amendment() {
  AmendmentProposed value;
  value.base = Named<TermsHash>(1);
  value.terms_hash = Named<TermsHash>(2);
  value.terms = Bytes(48, 5);
  value.bindings = {{"feed/probe", Named<StreamId>(3)}, {"party/provider", Named<StreamId>(4)}};
  value.effective = {1'750'000'000'000'000};
  value.reach = Reach::kRetroactive;
  value.reopens_settled = true;
  value.reason = "code 403 counts as up";
  value.source_text = "agreement: x\n";
  return value;
}

TEST(BodyAgreement, TermsProposedAndAccepted) {
  const TermsProposed value{
      Named<TermsHash>(1), Bytes(9, 1), {{"feed/a", Named<StreamId>(2)}}, "text: yes\n"};
  const TermsProposed back = RoundTrip(BodyKind::kTermsProposed, value, DecodeTermsProposed);
  EXPECT_EQ(back.terms_hash, value.terms_hash);
  EXPECT_EQ(back.terms, value.terms);
  EXPECT_EQ(back.bindings, value.bindings);
  EXPECT_EQ(back.source_text, value.source_text);
  EXPECT_FALSE(DecodeTermsProposed(Encode(TermsProposed{{}, Bytes(9, 1), {}, ""})).ok());
  EXPECT_FALSE(DecodeTermsProposed(Encode(TermsProposed{value.terms_hash, {}, {}, ""})).ok());
  const TermsAccepted accepted =
      RoundTrip(BodyKind::kTermsAccepted, TermsAccepted{value.terms_hash}, DecodeTermsAccepted);
  EXPECT_EQ(accepted.terms_hash, value.terms_hash);
  EXPECT_FALSE(DecodeTermsAccepted(Encode(TermsAccepted{})).ok());
}

TEST(BodyAgreement, AmendmentProposedAndAccepted) {
  const AmendmentProposed value = Amendment();
  const AmendmentProposed back =
      RoundTrip(BodyKind::kAmendmentProposed, value, DecodeAmendmentProposed);
  EXPECT_EQ(back.base, value.base);
  EXPECT_EQ(back.terms_hash, value.terms_hash);
  EXPECT_EQ(back.terms, value.terms);
  EXPECT_EQ(back.bindings, value.bindings);
  EXPECT_EQ(back.effective, value.effective);
  EXPECT_EQ(back.reach, value.reach);
  EXPECT_TRUE(back.reopens_settled);
  EXPECT_EQ(back.reason, value.reason);
  EXPECT_EQ(back.source_text, value.source_text);
  const AmendmentAccepted accepted = RoundTrip(
      BodyKind::kAmendmentAccepted, AmendmentAccepted{value.terms_hash}, DecodeAmendmentAccepted);
  EXPECT_EQ(accepted.terms_hash, value.terms_hash);
}

TEST(BodyAgreement, AmendmentRefusals) {
  AmendmentProposed value = Amendment();
  value.reach = Reach::kUnset;
  EXPECT_FALSE(DecodeAmendmentProposed(Encode(value)).ok());
  value = Amendment();
  value.base = value.terms_hash;
  EXPECT_FALSE(DecodeAmendmentProposed(Encode(value)).ok());
  value = Amendment();
  value.bindings[0].stream = {};
  EXPECT_FALSE(DecodeAmendmentProposed(Encode(value)).ok());
}

}  // namespace
}  // namespace tally
