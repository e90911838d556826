// Goal: the walk accepts exactly the bytes that decoding with known fields and encoding again gives
// back. Method: for every kind, an example with the least and one with every field; each single
// flipped bit, each word cut or added, put to both the walk and the oracle, which must agree; then
// crafted bombs, far pointers, segments and longer structs by hand.
#include "schema/canonical.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>

#include "schema/body.h"
#include "schema/event.h"
#include "tests/schema/body_example_support.h"

namespace tally {
namespace {

bool WalkAccepts(BodyKind kind, ByteView body) { return CheckCanonicalBody(kind, body).ok(); }

bool OracleAccepts(BodyKind kind, ByteView body) {
  const absl::StatusOr<Bytes> again = ReencodeBody(kind, body);
  return again.ok() && std::equal(again->begin(), again->end(), body.begin(), body.end());
}

Bytes WordsToBytes(std::initializer_list<uint64_t> words) {
  Bytes bytes;
  for (const uint64_t word : words) {
    for (int shift = 0; shift < 64; shift += 8)
      bytes.push_back(static_cast<uint8_t>(word >> shift));
  }
  return bytes;
}

// Flips every bit of `body`, and returns how many of the results were accepted.
size_t FlipEveryBit(const KindRow& row, Bytes body) {
  size_t accepted = 0;
  for (size_t bit = 0; bit < body.size() * 8; ++bit) {
    body[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    const bool walk = WalkAccepts(row.kind, body);
    EXPECT_EQ(walk, OracleAccepts(row.kind, body))
        << row.name << ", bit " << bit << ": " << CheckCanonicalBody(row.kind, body).message()
        << " / " << ReencodeBody(row.kind, body).status().message() << " of " << ToHex(body);
    accepted += walk ? 1 : 0;
    body[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    if (testing::Test::HasFailure()) return accepted;
  }
  return accepted;
}

// T-70
TEST(Canonical, T70ExamplesOfEveryKindAreAcceptedByBoth) {
  for (const KindRow& row : KindTable()) {
    for (const Fullness fullness : {Fullness::kLeast, Fullness::kAll}) {
      const Bytes body = ExampleBody(*LayoutOf(row.kind), fullness);
      EXPECT_TRUE(CheckCanonicalBody(row.kind, body).ok())
          << row.name << ": " << CheckCanonicalBody(row.kind, body).message();
      EXPECT_TRUE(OracleAccepts(row.kind, body))
          << row.name << ": " << ReencodeBody(row.kind, body).status().message();
    }
  }
}

// T-70: most flips of a full example hit structure and are refused; those that hit a value are
// another sound value.
TEST(Canonical, T70EveryFlippedBitOfEveryKind) {
  for (const KindRow& row : KindTable()) {
    const Bytes least = ExampleBody(*LayoutOf(row.kind), Fullness::kLeast);
    EXPECT_LT(FlipEveryBit(row, least), least.size() * 8) << row.name;
    if (HasFailure()) return;
  }
}
TEST(Canonical, T70EveryFlippedBitOfFullBodies) {
  size_t flipped = 0;
  for (const KindRow& row : KindTable()) {
    const Bytes all = ExampleBody(*LayoutOf(row.kind), Fullness::kAll);
    if (all.size() > 1024) continue;  // Rulings: their parts stand in others.
    EXPECT_LT(FlipEveryBit(row, all), all.size() * 8) << row.name;
    if (HasFailure()) return;
    flipped += all.size() * 8;
  }
  EXPECT_GT(flipped, 100'000u);
}

// T-70: trailing words, missing words, and a byte more or less.
TEST(Canonical, T70LengthsOtherThanTheMessage) {
  for (const KindRow& row : KindTable()) {
    const Bytes body = ExampleBody(*LayoutOf(row.kind), Fullness::kAll);
    Bytes longer = body;
    longer.insert(longer.end(), 8, 0);
    EXPECT_FALSE(WalkAccepts(row.kind, longer)) << row.name;
    EXPECT_FALSE(OracleAccepts(row.kind, longer)) << row.name;
    for (size_t size = 0; size < body.size(); ++size) {
      EXPECT_FALSE(WalkAccepts(row.kind, ByteView(body).first(size))) << row.name << " " << size;
    }
    longer.pop_back();
    EXPECT_FALSE(WalkAccepts(row.kind, longer)) << row.name;
  }
}

// T-70: a watermark is one word of data; the same instant in other structures.
TEST(Canonical, T70OtherStructuresOfOneValue) {
  const uint64_t instant = 1'770'000'000'000'000;
  const struct {
    absl::string_view what;
    Bytes body;
    bool sound;
  } cases[] = {
      {"canonical", WordsToBytes({0x1'0000'0000, instant}), true},
      {"a longer struct, zero", WordsToBytes({0x2'0000'0000, instant, 0}), false},
      {"a longer struct of a newer schema", WordsToBytes({0x2'0000'0000, instant, 5}), false},
      {"a null pointer more", WordsToBytes({0x1'0001'0000'0000, instant, 0}), false},
      {"an offset", WordsToBytes({0x1'0000'0004, 0, instant}), false},
      {"a far pointer", WordsToBytes({2, 0x1'0000'0000, instant}), false},
      {"a double-far pointer", WordsToBytes({6, 0x1'0000'0000, instant}), false},
      {"a far pointer into segment 1", WordsToBytes({0x1'0000'0002, instant}), false},
      {"a list", WordsToBytes({0x0d'0000'0001, instant}), false},
      {"a capability", WordsToBytes({3, instant}), false},
      {"a null root", WordsToBytes({0}), false},
      {"a segment table", WordsToBytes({0x2'0000'0000, 0x1'0000'0000, instant}), false},
      {"epoch, trimmed", WordsToBytes({0xffff'fffc}), true},
      {"epoch, not trimmed", WordsToBytes({0x1'0000'0000, 0}), false},
      {"epoch, offset 0", WordsToBytes({0}), false},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(WalkAccepts(BodyKind::kWatermark, test.body), test.sound) << test.what;
    EXPECT_EQ(OracleAccepts(BodyKind::kWatermark, test.body), test.sound) << test.what;
  }
}

// T-71: 2^29 elements of no size, pointers that overlap, and pointers that point back.
TEST(Canonical, T71Bombs) {
  // ClaimFiled: no data, one pointer (windows): a list of structs with a tag of 2^29 - 1 elements.
  const Bytes elements = WordsToBytes({0x1'0000'0000'0000, 0x7'0000'0001, 0x7fff'fffc});
  EXPECT_FALSE(WalkAccepts(BodyKind::kClaimFiled, elements));
  EXPECT_FALSE(OracleAccepts(BodyKind::kClaimFiled, elements));
  // LatencyHistogram: edges and counts at the same words.
  const Bytes edges = WordsToBytes({0x2'0000'0000'0000, 0x0d'0000'0005, 0x0d'0000'0001, 7});
  EXPECT_FALSE(WalkAccepts(BodyKind::kLatencyHistogram, edges));
  EXPECT_FALSE(OracleAccepts(BodyKind::kLatencyHistogram, edges));
  // A list of void, and one of bits, of 2^29 - 1 elements where words are expected.
  for (const uint64_t size : {0, 1, 2, 3, 4}) {
    const Bytes list = WordsToBytes({0x1'0000'0000'0000, 0xffff'fff8'0000'0001 | size << 32});
    EXPECT_FALSE(WalkAccepts(BodyKind::kLatencyHistogram, list));
    EXPECT_FALSE(OracleAccepts(BodyKind::kLatencyHistogram, list));
  }
  // A root that points to itself: offset -1 with a pointer in it.
  const Bytes loop = WordsToBytes({0x1'0000'ffff'fffc});
  EXPECT_FALSE(WalkAccepts(BodyKind::kClaimWithdrawn, loop));
  EXPECT_FALSE(OracleAccepts(BodyKind::kClaimWithdrawn, loop));
}

// T-72: nothing is unpacked, and size is limited before anything is read.
TEST(Canonical, T72PackedAndOversizedBodies) {
  const Bytes packed = {0x10, 0x01, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff};
  EXPECT_FALSE(WalkAccepts(BodyKind::kWatermark, packed));
  DocumentAdded document;
  document.name = "zone";
  document.digest.bytes[0] = 1;
  document.content = Bytes(kBodyBytesMax - 128, 7);
  EXPECT_TRUE(WalkAccepts(BodyKind::kDocumentAdded, Encode(document)));
  document.content = Bytes(kBodyBytesMax, 7);
  EXPECT_FALSE(WalkAccepts(BodyKind::kDocumentAdded, Encode(document)));
}

// T-71: the cost is linear: a body of 20,000 windows is walked once, not once for each window.
TEST(Canonical, T71ManyElements) {
  ClaimFiled claim;
  for (int64_t i = 0; i < 20'000; ++i) {
    claim.windows.push_back({"a", {Instant{i}, Instant{i + 1}}});
  }
  const Bytes body = Encode(claim);
  EXPECT_TRUE(WalkAccepts(BodyKind::kClaimFiled, body));
  EXPECT_TRUE(OracleAccepts(BodyKind::kClaimFiled, body));
}

TEST(Canonical, RefusalsNameTheFieldAndThePlace) {
  const Bytes unset = Encode(StateReported{});
  EXPECT_EQ(CheckCanonicalBody(BodyKind::kStateReported, unset).message(),
            "StateReported: state: unset (byte 8)");
  ClaimFiled claim;
  claim.windows = {{"a", {}}, {"", {}}};
  EXPECT_EQ(CheckCanonicalBody(BodyKind::kClaimFiled, Encode(claim)).message(),
            "ClaimFiled: windows[1].objective: missing (byte 32)");
}

TEST(Canonical, UnknownKindsAreRefused) {
  const Bytes body = Encode(Watermark{});
  for (const int number : {0, 15, 31, 82, 201, 255, 256, 65535}) {
    EXPECT_FALSE(WalkAccepts(static_cast<BodyKind>(number), body)) << number;
    EXPECT_FALSE(OracleAccepts(static_cast<BodyKind>(number), body)) << number;
  }
}

TEST(Canonical, LongTextsAreRefused) {
  StateReported report{State::kUp, {}, {}, std::string(4096, 'x')};
  EXPECT_TRUE(DecodeStateReported(Encode(report)).ok());
  report.note += 'x';
  EXPECT_FALSE(DecodeStateReported(Encode(report)).ok());
  EXPECT_FALSE(OracleAccepts(BodyKind::kStateReported, Encode(report)));
  TermsProposed terms;
  terms.terms_hash.bytes[0] = 1;
  terms.terms = {1};
  terms.source_text = std::string(262144, 'x');
  EXPECT_TRUE(DecodeTermsProposed(Encode(terms)).ok());
  terms.source_text += 'x';
  EXPECT_FALSE(DecodeTermsProposed(Encode(terms)).ok());
}

}  // namespace
}  // namespace tally
