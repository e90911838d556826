// Goal: the checksum that guards stored bytes is XXH3-128 in its canonical form, in one piece or in
// parts, and sees every flipped bit. Method: a published value, all cuts of a text, all bits.
#include "ledger/store/checksum.h"

#include <gtest/gtest.h>

namespace tally::ledger {
namespace {

TEST(Checksum, IsTheCanonicalFormOfXxh3) {
  // XXH3-128 of nothing with seed 0, as the reference tool prints it.
  EXPECT_EQ(ChecksumOf({}).ToHex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Checksum, PartsGiveTheSameAsTheWhole) {
  Bytes bytes;
  for (int i = 0; i < 600; ++i) bytes.push_back(static_cast<uint8_t>(i * 7));
  const Checksum whole = ChecksumOf(bytes);
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    ChecksumStream stream;
    stream.Add(ByteView(bytes).first(cut));
    stream.Add(ByteView(bytes).subspan(cut));
    ASSERT_EQ(stream.Value(), whole) << "cut at " << cut;
  }
}

TEST(Checksum, EveryFlippedBitShows) {
  Bytes bytes(300, 0x5a);
  const Checksum whole = ChecksumOf(bytes);
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    ASSERT_NE(ChecksumOf(bytes), whole) << "bit " << bit;
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
  }
}

}  // namespace
}  // namespace tally::ledger
