// Goal: records and entries have exactly their frozen layout, and the heads tree is the tree of the
// log's shape with empty leaves between the heads.
// Method: layouts spelled out by hand; every truncation and every changed tag byte; heads trees of
// all sizes to 130 against the plain tree over all leaves.
#include "ledger/chain/record.h"

#include <gtest/gtest.h>

#include "ledger/chain/merkle.h"
#include "ledger/crypto/sha256.h"
#include "tests/ledger/chain/tree_reference.h"

namespace tally::ledger {
namespace {

Hash Filled(uint8_t value) {
  Hash hash;
  hash.bytes.fill(value);
  return hash;
}

TEST(Record, LayoutIsFrozen) {
  const Record record{0x0102030405060708, 0x1112131415161718, Filled(0xaa), Filled(0xbb),
                      Filled(0xcc)};
  const Bytes bytes = EncodeRecord(record);
  EXPECT_EQ(ToHex(bytes),
            "54535201"
            "0102030405060708"
            "1112131415161718" +
                Filled(0xaa).ToHex() + Filled(0xbb).ToHex() + Filled(0xcc).ToHex());
  EXPECT_EQ(DecodeRecord(bytes).value(), record);
}

TEST(Entry, LayoutIsFrozen) {
  const Entry entry{0x0102030405060708, Filled(0xdd)};
  const Bytes bytes = EncodeEntry(entry);
  EXPECT_EQ(ToHex(bytes), "545345010102030405060708" + Filled(0xdd).ToHex());
  EXPECT_EQ(DecodeEntry(bytes).value(), entry);
  const Entry before{-1, Filled(0xdd)};
  EXPECT_EQ(DecodeEntry(EncodeEntry(before)).value(), before);
}

TEST(Entry, LeafIsTheHashOfTheEntry) {
  const Bytes record = EncodeRecord({1, 2, Filled(3), Filled(4), Filled(5)});
  const Entry entry = EntryOf(record, 1767225600000);
  EXPECT_EQ(entry.record, Sha256Of({record}));
  EXPECT_EQ(EntryLeaf(entry), reference::Leaf(EncodeEntry(entry)));
}

TEST(Record, OtherLengthsAndTagsAreRefused) {
  const Bytes record = EncodeRecord({1, 2, Filled(3), Filled(4), Filled(5)});
  const Bytes entry = EncodeEntry({7, Filled(8)});
  Bytes longer(2 * kRecordBytes, 0);
  std::ranges::copy(record, longer.begin());
  for (size_t size = 0; size <= longer.size(); ++size) {
    EXPECT_EQ(DecodeRecord(ByteView(longer).first(size)).ok(), size == kRecordBytes) << size;
  }
  std::ranges::copy(entry, longer.begin());
  for (size_t size = 0; size <= longer.size(); ++size) {
    EXPECT_EQ(DecodeEntry(ByteView(longer).first(size)).ok(), size == kEntryBytes) << size;
  }
  for (size_t bit = 0; bit < 32; ++bit) {
    Bytes bad_record = record;
    Bytes bad_entry = entry;
    bad_record[bit / 8] = static_cast<uint8_t>(bad_record[bit / 8] ^ (1u << (bit % 8)));
    bad_entry[bit / 8] = static_cast<uint8_t>(bad_entry[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(DecodeRecord(bad_record).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(DecodeEntry(bad_entry).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(Heads, LeafIsItsLayout) {
  Bytes layout = FromHex("54534801").value();
  ByteWriter writer(layout);
  writer.Raw(Filled(1).view());
  writer.U64(42);
  writer.Raw(Filled(2).view());
  ASSERT_EQ(layout.size(), 76u);
  EXPECT_EQ(HeadsLeaf(Filled(1), 42, Filled(2)), reference::Leaf(layout));
}

// Every size to 130 with heads at every, every third, the first and the last place, and none.
TEST(Heads, RootIsThatOfTheFullTree) {
  for (uint64_t size = 1; size <= 130; ++size) {
    for (uint64_t step : {uint64_t{1}, uint64_t{3}, uint64_t{17}, uint64_t{1000}}) {
      for (uint64_t first : {uint64_t{0}, uint64_t{2}, size - 1, size}) {
        std::vector<Hash> all(size, reference::Leaf({}));
        std::vector<IndexedLeaf> heads;
        for (uint64_t i = first; i < size; i += step) {
          all[i] = HeadsLeaf(Filled(static_cast<uint8_t>(i)), i, Filled(9));
          heads.push_back({i, all[i]});
        }
        ASSERT_EQ(HeadsRoot(size, heads), reference::Root(all)) << size << " " << step;
      }
    }
  }
  EXPECT_EQ(HeadsRoot(0, {}), EmptyTreeHash());
}

// A hundred streams in a log of a hundred million records take no time.
TEST(Heads, LargeSparseTree) {
  std::vector<IndexedLeaf> heads;
  for (uint64_t i = 0; i < 100; ++i) heads.push_back({i * 999983, Filled(static_cast<uint8_t>(i))});
  const Hash root = HeadsRoot(100'000'000, heads);
  heads[50].leaf = Filled(200);
  EXPECT_NE(HeadsRoot(100'000'000, heads), root);
}

}  // namespace
}  // namespace tally::ledger
