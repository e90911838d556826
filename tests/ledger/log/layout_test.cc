// Goal: the keys of the store are as layout.h says, byte by byte, and no two kinds can meet.
// Method: each key once in hex; order by number.
#include "ledger/log/layout.h"

#include <gtest/gtest.h>

#include <set>

namespace tally::ledger::layout {
namespace {

TEST(Layout, KeysAreAsWritten) {
  EXPECT_EQ(ToHex(Configuration()), "43");
  EXPECT_EQ(ToHex(Head()), "48");
  EXPECT_EQ(ToHex(Recovery()), "52");
  EXPECT_EQ(ToHex(Spine(0x0102)), "530000000000000102");
  EXPECT_EQ(ToHex(Bodies(0x0102)), "420000000000000102");
  EXPECT_EQ(ToHex(Undo(0x0102)), "550000000000000102");
  EXPECT_EQ(ToHex(Tile(2, 3)), "54020000000000000003");
  EXPECT_EQ(ToHex(StreamRecord(1, 2)), "4900000000000000010000000000000002");
  EXPECT_EQ(ToHex(Position(1, 2)), "5000000000000000010000000000000002");
  EXPECT_EQ(ToHex(Act(1, StreamId{}, ActId{})),
            "410000000000000001" + std::string(64, '0') + std::string(32, '0'));
  EXPECT_EQ(ToHex(ActDigest(1, Hash{})), "450000000000000001" + std::string(64, '0'));
  EXPECT_EQ(ToHex(Name(StreamKind::kFeed, "eu")), "4e036575");
  EXPECT_EQ(ToHex(Stream(StreamId{})), "44" + std::string(64, '0'));
  EXPECT_EQ(ToHex(StreamRow(7)), "580000000000000007");
  EXPECT_EQ(ToHex(SourceEnd(7, 9)), "59000000000000000700000009");
  EXPECT_EQ(ToHex(Equivocation(7, 9)), "5100000000000000070000000000000009");
}

TEST(Layout, FirstLettersTellKindsApart) {
  const std::set<uint8_t> letters = {
      Configuration()[0], Head()[0],          Recovery()[0],         Spine(0)[0],
      Bodies(0)[0],       Undo(0)[0],         Tile(0, 0)[0],         StreamRecord(0, 0)[0],
      Position(0, 0)[0],  Act(0, {}, {})[0],  ActDigest(0, {})[0],   Name({}, "")[0],
      Stream({})[0],      StreamRow(0)[0],    SourceEnd(0, 0)[0],    Equivocation(0, 0)[0]};
  EXPECT_EQ(letters.size(), 16u);
}

TEST(Layout, KeysRunInTheOrderOfTheirNumbers) {
  const uint64_t numbers[] = {0, 1, 255, 256, 65535, 65536, uint64_t{1} << 40, UINT64_MAX};
  for (size_t i = 1; i < std::size(numbers); ++i) {
    EXPECT_LT(Spine(numbers[i - 1]), Spine(numbers[i]));
    EXPECT_LT(StreamRecord(numbers[i - 1], 9), StreamRecord(numbers[i], 0));
    EXPECT_LT(Position(1, numbers[i - 1]), Position(1, numbers[i]));
  }
}

}  // namespace
}  // namespace tally::ledger::layout
