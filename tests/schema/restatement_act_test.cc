// Goal: acts about restatements keep what they say. Method: there and back, with every field and
// with the fewest; one byte that is not canonical is refused.
#include "schema/restatement_act.h"

#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

Hash Filled(uint8_t byte) {
  Hash hash;
  hash.bytes.fill(byte);
  return hash;
}

TEST(RestatementAct, AProposalKeepsItsFields) {
  RestatementProposed value;
  value.window = {"availability", {Instant{0}, Instant{5}}};
  value.terms_hash.bytes.fill(3);
  value.size = 17;
  value.knowledge = Instant{9};
  value.closed = Filled(1);
  value.figures = Filled(2);
  value.verdict = "breached";
  value.value = "9/10";
  value.credit = *ParseMoney("12.50 USD");
  value.reason = "the monitor sent more";
  const RestatementProposed back =
      RoundTrip(BodyKind::kRestatementProposed, value, DecodeRestatementProposed);
  EXPECT_EQ(back.window, value.window);
  EXPECT_EQ(back.terms_hash, value.terms_hash);
  EXPECT_EQ(back.size, value.size);
  EXPECT_EQ(back.knowledge, value.knowledge);
  EXPECT_EQ(back.closed, value.closed);
  EXPECT_EQ(back.figures, value.figures);
  EXPECT_EQ(back.verdict, value.verdict);
  EXPECT_EQ(back.value, value.value);
  EXPECT_EQ(back.credit, value.credit);
  EXPECT_EQ(back.reason, value.reason);
  value.credit = std::nullopt;
  value.value.clear();
  EXPECT_FALSE(RoundTrip(BodyKind::kRestatementProposed, value, DecodeRestatementProposed)
                   .credit.has_value());
}

TEST(RestatementAct, AnswersRepeatTheFigures) {
  const RestatementAccepted accepted{Filled(2), "seen"};
  EXPECT_EQ(RoundTrip(BodyKind::kRestatementAccepted, accepted, DecodeRestatementAccepted).figures,
            accepted.figures);
  RestatementContested contested{Filled(2), "not ours", {DocumentDigest{}}};
  contested.documents[0].bytes.fill(7);
  const RestatementContested back =
      RoundTrip(BodyKind::kRestatementContested, contested, DecodeRestatementContested);
  EXPECT_EQ(back.figures, contested.figures);
  EXPECT_EQ(back.documents, contested.documents);
  Bytes spoilt = Encode(accepted);
  spoilt.push_back(0);
  EXPECT_FALSE(DecodeRestatementAccepted(spoilt).ok());
}

}  // namespace
}  // namespace tally
