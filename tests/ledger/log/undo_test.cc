// Goal: what a commit overwrote comes back exactly, whatever the rows mean. Method: random commits
// over few keys, cut back to every earlier size and compared with the store as it was then; every
// flip and cut of an encoded undo.
#include "ledger/log/undo.h"

#include <gtest/gtest.h>

#include <map>

#include "ledger/log/layout.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

Undo Example() {
  return {.first = 3,
          .limit = 5,
          .rows = {{{1, 2}, Bytes{9, 9, 9}}, {{4}, std::nullopt}, {{}, Bytes{}}}};
}

// T-01
TEST(Undo, T01HasOneSpelling) {
  const Bytes bytes = EncodeUndo(Example());
  const auto decoded = DecodeUndo(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, Example());
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    ASSERT_TRUE(absl::IsDataLoss(DecodeUndo(flipped).status())) << bit;
  }
  for (size_t length = 0; length < bytes.size(); ++length) {
    ASSERT_FALSE(DecodeUndo(ByteView(bytes).first(length)).ok());
  }
}

using StoredRows = std::map<Bytes, Bytes>;

StoredRows RowsOf(const Store& store) {
  StoredRows rows;
  const absl::Status status = store.Scan({}, {}, [&](ByteView key, ByteView value) {
    rows[Bytes(key.begin(), key.end())] = Bytes(value.begin(), value.end());
    return true;
  });
  TALLY_CHECK(status.ok());
  return rows;
}

// A commit of one record at `index` that puts and deletes rows, chosen by `seed`.
WriteSet MakeCommit(const Store& store, uint64_t index, uint32_t& seed) {
  WriteSet derived;
  for (int i = 0; i < 4; ++i) {
    seed = seed * 1664525 + 1013904223;
    const Bytes key = {'X', static_cast<uint8_t>((seed >> 20) % 6)};
    if ((seed >> 28) % 4 == 0) {
      derived.deletes.push_back(key);
    } else {
      derived.puts.push_back({key, Bytes{static_cast<uint8_t>(index), static_cast<uint8_t>(i)}});
    }
  }
  const auto undo = MakeUndo(store, index, 1, derived);
  TALLY_CHECK(undo.ok());
  derived.puts.push_back({layout::Spine(index), Bytes(10, static_cast<uint8_t>(index))});
  derived.puts.push_back({layout::Bodies(index), Bytes(20, static_cast<uint8_t>(index))});
  derived.puts.push_back({layout::Undo(index), EncodeUndo(*undo)});
  return derived;
}

TEST(Undo, CutsBackToEveryEarlierSize) {
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    for (uint64_t size = 0; size <= 5; ++size) {
      const tests::ScratchDirectory scratch;
      Store::Options options;
      options.directory = scratch / "store";
      options.mode = Store::Mode::kReadWrite;
      options.create = true;
      const auto store = *Store::Open(options);
      uint32_t state = seed;
      StoredRows expected;
      for (uint64_t index = 0; index < 5; ++index) {
        if (index == size) expected = RowsOf(*store);
        ASSERT_TRUE(store->Commit(MakeCommit(*store, index, state)).ok());
      }
      if (size == 5) expected = RowsOf(*store);
      const auto cut = MakeCutBack(*store, size);
      ASSERT_TRUE(cut.ok()) << cut.status();
      EXPECT_EQ(cut->dropped_bytes, (5 - size) * 30);
      ASSERT_TRUE(store->Commit(cut->writes).ok());
      ASSERT_EQ(RowsOf(*store), expected) << "seed " << seed << " size " << size;
    }
  }
}

TEST(Undo, ATailWithoutUndoIsNotCut) {
  const tests::ScratchDirectory scratch;
  Store::Options options;
  options.directory = scratch / "store";
  options.mode = Store::Mode::kReadWrite;
  options.create = true;
  const auto store = *Store::Open(options);
  uint32_t seed = 1;
  for (uint64_t index = 0; index < 3; ++index) {
    ASSERT_TRUE(store->Commit(MakeCommit(*store, index, seed)).ok());
  }
  WriteSet forget;
  forget.deletes.push_back(layout::Undo(1));
  ASSERT_TRUE(store->Commit(forget).ok());
  EXPECT_TRUE(MakeCutBack(*store, 2).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(MakeCutBack(*store, 1).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(MakeCutBack(*store, 0).status()));
}

}  // namespace
}  // namespace tally::ledger
