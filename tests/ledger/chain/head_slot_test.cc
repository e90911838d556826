// Goal: a head slot is read back as it was written or known to be damaged.
// Method: the layout by hand; every flipped byte, every length; lies under a right checksum.
#include <gtest/gtest.h>

#include "ledger/chain/note.h"
#include "ledger/crypto/sha256.h"

namespace tally::ledger {
namespace {

HeadSlot Sample() {
  HeadSlot slot;
  slot.generation = 5;
  slot.ledger.bytes.fill(0x11);
  slot.epoch = 2;
  slot.size = 300;
  slot.root.bytes.fill(0x22);
  slot.recorded_ms = 1767225600000;
  slot.note = "a note\n";
  return slot;
}

Bytes ResealedSlot(Bytes bytes) {
  bytes.resize(kHeadSlotBytes - 32);
  const Hash checksum = Sha256Of({bytes});
  ByteWriter(bytes).Raw(checksum.view());
  return bytes;
}

TEST(HeadSlot, LayoutIsFrozen) {
  const Bytes bytes = EncodeHeadSlot(Sample());
  ASSERT_EQ(bytes.size(), kHeadSlotBytes);
  const std::string ones(64, '1');
  const std::string twos(64, '2');
  EXPECT_EQ(ToHex(ByteView(bytes).first(135)),
            "5453484541440001"
            "0000000000000005" +
                ones +
                "0000000000000002"
                "000000000000012c" +
                twos +
                "0000019b76daa800"
                "00000007" +
                std::string(40, '0') + "61206e6f74650a");
  EXPECT_EQ(DecodeHeadSlot(bytes).value(), Sample());
  HeadSlot full = Sample();
  full.note = std::string(kHeadSlotNoteMax, 'x');
  EXPECT_EQ(DecodeHeadSlot(EncodeHeadSlot(full)).value(), full);
}

TEST(HeadSlot, EveryFlippedByteAndLengthIsDamage) {
  Bytes bytes = EncodeHeadSlot(Sample());
  for (size_t at = 0; at < bytes.size(); ++at) {
    Bytes bad = bytes;
    bad[at] = static_cast<uint8_t>(bad[at] ^ (1u << (at % 8)));
    ASSERT_EQ(DecodeHeadSlot(bad).status().code(), absl::StatusCode::kDataLoss) << at;
  }
  bytes.resize(2 * kHeadSlotBytes, 0);
  for (size_t size = 0; size <= bytes.size(); size += 64) {
    EXPECT_EQ(DecodeHeadSlot(ByteView(bytes).first(size)).ok(), size == kHeadSlotBytes);
  }
}

TEST(HeadSlot, NeverWrittenIsToldFromDamaged) {
  const Bytes zeros(kHeadSlotBytes, 0);
  EXPECT_EQ(DecodeHeadSlot(zeros).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(DecodeHeadSlot(ByteView(zeros).first(100)).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(HeadSlot, LiesUnderARightChecksumAreDamage) {
  const Bytes bytes = EncodeHeadSlot(Sample());
  for (size_t at : {0u, 7u, 104u, 106u, 108u, 127u, 135u, 4063u}) {
    Bytes bad = bytes;
    bad[at] = static_cast<uint8_t>(bad[at] ^ 0x80);
    EXPECT_EQ(DecodeHeadSlot(ResealedSlot(bad)).status().code(), absl::StatusCode::kDataLoss) << at;
  }
}

}  // namespace
}  // namespace tally::ledger
