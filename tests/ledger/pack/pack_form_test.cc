// Goal: a pack has one form, and bytes that differ from it in anything are refused before any of
// them is trusted. Method: a pack of 16 KiB with every bit flipped, cut at every length, made
// longer, joined with another; its members reordered and doubled; counts that promise more than
// there is.
#include "ledger/pack/pack_form.h"

#include "gtest/gtest.h"
#include "tests/ledger/pack/pack_support.h"

namespace tally::ledger {
namespace {

constexpr size_t kFlippedPackBytes = 16 * 1024;

// A pack of at least 16 KiB; the tests below read that many bytes of it from its end.
const Bytes& LargePack() {
  static const Bytes* const kPack = new Bytes(PackedLedger(13).Pack());
  return *kPack;
}

TEST(PackForm, WhatIsReadIsWhatWasWritten) {
  EXPECT_EQ(Write(Edit(LargePack())), LargePack());
  EXPECT_TRUE(LooksLikePack(LargePack()));
  EXPECT_EQ(VerdictOf(LargePack()), "verified");
}

// T-27
TEST(PackForm, T27EveryFlippedBitIsRefused) {
  Bytes pack = LargePack();
  ASSERT_GE(pack.size(), kFlippedPackBytes);
  uint64_t refused = 0;
  for (size_t bit = 0; bit < 8 * kFlippedPackBytes; ++bit) {
    uint8_t& byte = pack[pack.size() - 1 - bit / 8];
    const uint8_t before = byte;
    byte ^= static_cast<uint8_t>(1 << bit % 8);
    if (!DecodePack(pack).ok()) ++refused;
    byte = before;
  }
  EXPECT_EQ(refused, 131072u);
}

// T-28
TEST(PackForm, T28EveryTruncationAndEveryExtensionIsRefused) {
  const Bytes& pack = LargePack();
  for (size_t length = 0; length < pack.size(); ++length) {
    EXPECT_FALSE(DecodePack(ByteView(pack).first(length)).ok()) << length;
    if (length <= Hash::size()) continue;
    // Cut in front of the digest, which is made right again.
    Bytes cut(pack.begin(), pack.begin() + static_cast<ptrdiff_t>(length));
    if (length + 1 < pack.size()) {
      EXPECT_FALSE(DecodePack(WithDigest(std::move(cut))).ok()) << length;
    }
  }
  Bytes longer = pack;
  longer.push_back(0);
  EXPECT_FALSE(DecodePack(longer).ok());
  EXPECT_FALSE(DecodePack(WithDigest(longer)).ok());
  Bytes twice = pack;
  twice.insert(twice.end(), pack.begin(), pack.end());
  EXPECT_FALSE(DecodePack(twice).ok());
  EXPECT_FALSE(DecodePack(WithDigest(twice)).ok());
}

// T-28
TEST(PackForm, T28MembersOutOfOrderOrTwiceAreRefused) {
  const EditablePack pack = Edit(LargePack());
  for (size_t i = 0; i + 1 < pack.members.size(); ++i) {
    EditablePack changed = pack;
    std::swap(changed.members[i], changed.members[i + 1]);
    EXPECT_FALSE(DecodePack(Write(changed)).ok()) << i;
    changed = pack;
    changed.members.insert(changed.members.begin() + static_cast<ptrdiff_t>(i), pack.members[i]);
    EXPECT_FALSE(DecodePack(Write(changed)).ok()) << i;
  }
}

// What a count promises must be there before anything is held for it.
TEST(PackForm, CountsAreCheckedBeforeTheyAreUsed) {
  EditablePack pack = Edit(LargePack());
  const size_t tail = 4 + pack.checkpoint.size() + Hash::size();
  const size_t heads = 4 + pack.heads->size() * Hash::size();
  const size_t proof = 4 + pack.proof.size() * Hash::size();
  const size_t cuts = 4 + pack.cuts.size() * 8;
  const size_t end = LargePack().size();
  for (const size_t at : {end - tail, end - tail - heads, end - tail - heads - 1 - proof,
                          end - tail - heads - 1 - proof - cuts}) {
    for (const int byte : {0x00, 0x01, 0x7f, 0xff}) {
      Bytes changed = LargePack();
      for (size_t i = 0; i < 4; ++i) changed[at + i] = static_cast<uint8_t>(byte);
      if (changed == LargePack()) continue;
      EXPECT_FALSE(DecodePack(WithDigest(std::move(changed))).ok()) << at;
    }
  }
  Bytes tag = LargePack();
  tag[7] = 2;
  EXPECT_FALSE(DecodePack(WithDigest(std::move(tag))).ok());
  EXPECT_FALSE(DecodePack(Bytes(kPackBytesMax + 1)).ok());
  pack.scope.period = std::string(kPackTextBytesMax + 1, '2');
  EXPECT_FALSE(DecodePack(Write(pack)).ok());
}

// T-28: parts that each keep their limit, and together do not.
TEST(PackForm, T28ARecordLargerThanABatchMayBecomeIsRefused) {
  const Bytes header(176), body(kBodyBytesMax), salt(16, 1);
  const auto with = [&](uint64_t bodies) {
    PackWriter writer(LedgerId(), {});
    Evidence evidence;
    evidence.count = bodies;
    writer.AddRecord(0, 0, {}, evidence);
    for (uint64_t i = 0; i < bodies; ++i) writer.AddEvent({header, true, salt, body});
    return *std::move(writer).Finish({}, {}, std::nullopt, "");
  };
  constexpr uint64_t kMost = kPackRecordBytesMax / kBodyBytesMax;
  EXPECT_TRUE(DecodePack(with(kMost - 1)).ok());
  const absl::Status refused = DecodePack(with(kMost)).status();
  EXPECT_NE(refused.message().find("bytes of events; at most"), std::string::npos) << refused;
}

TEST(PackForm, TheCostOfAPackIsOfItsSignaturesBytesAndRows) {
  PackedLedger made(3);
  const PackCost plain = CostOfPack(made.Pack());
  const Bytes bytes = made.Pack();
  const Pack pack = *DecodePack(bytes);
  size_t possessions = 0;
  for (const PackMember& member : pack.members) {
    for (const PackEvent& event : EventsOf(member)) {
      if (DecodeHeader(event.header)->kind != BodyKind::kPartyOpened) continue;
      const PartyOpened opened = *DecodePartyOpened(event.body);
      possessions += opened.keys.size() + opened.recovery_keys.size();
    }
  }
  EXPECT_GE(possessions, 2u);
  EXPECT_EQ(plain.signatures, pack.members.size() + possessions);
  EXPECT_EQ(plain.hashed_bytes, made.Pack().size());
  made.uptime().Run({1}, 1000, At("2026-02-02T00:00:00Z"), Seconds(1), State::kUp);
  made.test().Append(made.uptime().Sign());
  made.AppendHeads();
  const PackCost with_run = CostOfPack(made.Pack());
  EXPECT_EQ(with_run.hashed_bytes, made.Pack().size() + 1000 * 28);
  EXPECT_EQ(CostOfPack(Bytes(100)).signatures, 0u);
}

}  // namespace
}  // namespace tally::ledger
