// Goal: acts about erasure keep what they say. Method: there and back, with every field and with
// the fewest, of the whole body and of some rows; a form that says neither is refused by name.
#include "schema/erasure.h"

#include "schema/body_parts.h"
#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

Hash ErasedHash(uint8_t byte) {
  Hash hash;
  hash.bytes.fill(byte);
  return hash;
}

TEST(ErasureBody, AnAgreementToItKeepsItsFields) {
  ErasureAgreed value{ErasedHash(1), 17, 3, "a person asked", {}};
  value.document.bytes.fill(7);
  const ErasureAgreed back = RoundTrip(BodyKind::kErasureAgreed, value, DecodeErasureAgreed);
  EXPECT_EQ(back.event, value.event);
  EXPECT_EQ(back.index, 17u);
  EXPECT_EQ(back.offset, 3u);
  EXPECT_EQ(back.reason, value.reason);
  EXPECT_EQ(back.document, value.document);
  const ErasureAgreed least{ErasedHash(1), 0, 0, "", {}};
  EXPECT_TRUE(RoundTrip(BodyKind::kErasureAgreed, least, DecodeErasureAgreed).document.IsZero());
}

TEST(ErasureBody, AnErasureKeepsItsFields) {
  const Erasure value{
      ErasedHash(1), 17, 3, "a person asked", "lime", ErasedHash(2), {ErasedHash(3), ErasedHash(4)},
      ErasedHash(5)};
  const Erasure back = RoundTrip(BodyKind::kErasure, value, DecodeErasure);
  EXPECT_EQ(back.event, value.event);
  EXPECT_EQ(back.index, 17u);
  EXPECT_EQ(back.offset, 3u);
  EXPECT_EQ(back.reason, value.reason);
  EXPECT_EQ(back.requested_by, "lime");
  EXPECT_EQ(back.request, value.request);
  EXPECT_EQ(back.consents, value.consents);
  EXPECT_EQ(back.order, value.order);
}

// Bodies of before there were parts are spelled as ever: nothing is added behind them.
TEST(ErasureBody, SomeRowsOfARunAreNamedByBoth) {
  Erasure erasure{ErasedHash(1), 17, 3, "why", "lime", {}, {}, {}};
  const size_t whole = Encode(erasure).size();
  erasure.part = {32, 16};
  EXPECT_EQ(Encode(erasure).size(), whole + 8);
  EXPECT_EQ(RoundTrip(BodyKind::kErasure, erasure, DecodeErasure).part, (RowsOfRun{32, 16}));
  ErasureAgreed agreed{ErasedHash(1), 17, 3, "", {}};
  const size_t before = Encode(agreed).size();
  agreed.part = {0, 16};
  EXPECT_EQ(Encode(agreed).size(), before + 8);
  EXPECT_EQ(RoundTrip(BodyKind::kErasureAgreed, agreed, DecodeErasureAgreed).part.ToText(),
            "rows 0 to 15");
  EXPECT_EQ(RowsOfRun{}.ToText(), "the whole body");
}

TEST(ErasureBody, NoRowsBehindAFirstOneIsRefused) {
  const Bytes body = EncodeWire<wire::Erasure>([](wire::Erasure::Builder target) {
    Put(target, &wire::Erasure::Builder::setEvent, ErasedHash(1));
    Put(target, &wire::Erasure::Builder::setReason, std::string("why"));
    target.setFirstRow(16);
  });
  const auto decoded = DecodeErasure(body);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.status().message(),
            "Erasure: rows: 0, which means the whole body, behind a first row");
}

}  // namespace
}  // namespace tally
