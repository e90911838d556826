// Goal: a leaf is given out only if its tile leads to the signed root (T-08). Method: a log of
// three levels is built from few leaves by one subtree repeated; every byte class of every tile is
// broken.
#include "ledger/log/tree_reader.h"

#include "ledger/log/layout.h"
#include "ledger/log/log_tree.h"
#include "ledger/log/pending_rows.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

class TreeReaderTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kSize = 256 * 256 + 300;  // three levels, each with an edge
  TreeReaderTest() {
    PendingRows rows(store_);
    auto tree = LogTree::Load(rows, 0);
    for (uint64_t i = 0; i < kSize; ++i) TALLY_CHECK(tree->Append(LeafAt(i)).ok());
    TALLY_CHECK(tree->Flush().ok());
    TALLY_CHECK(store_.Commit(rows.Take()).ok());
    root_ = tree->Root();
  }
  static Hash LeafAt(uint64_t index) {
    Hash leaf;
    for (int i = 0; i < 8; ++i) leaf.bytes[i] = static_cast<uint8_t>(index >> (8 * i));
    leaf.bytes[31] = 1;
    return leaf;
  }
  MapStore store_;
  Hash root_;
};

TEST_F(TreeReaderTest, LeavesOfEveryTileAreFound) {
  auto reader = TreeReader::Open(store_, kSize, root_);
  ASSERT_TRUE(reader.ok()) << reader.status();
  for (uint64_t i = 0; i < kSize; i += i < 1000 ? 1 : 97) {
    const auto leaf = reader->Leaf(i);
    ASSERT_TRUE(leaf.ok()) << leaf.status();
    ASSERT_EQ(*leaf, LeafAt(i));
  }
  EXPECT_FALSE(reader->Leaf(kSize).ok());
}

TEST_F(TreeReaderTest, AnEarlierRootOpensWithTilesThatGrewSince) {
  const auto earlier = RootFromTiles(70, StoredTiles(store_));
  ASSERT_TRUE(earlier.ok());
  auto reader = TreeReader::Open(store_, 70, *earlier);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(*reader->Leaf(69), LeafAt(69));
}

TEST_F(TreeReaderTest, T08AChangedTileGivesNoLeaf) {
  const uint64_t touched[] = {0, 255, 256, 40000, 65535, 65536, kSize - 1};
  for (auto& [key, value] : store_.rows) {
    value[value.size() / 2] ^= 1;
    auto reader = TreeReader::Open(store_, kSize, root_);
    bool refused = !reader.ok();
    for (uint64_t leaf : touched) {
      if (refused) break;
      const auto found = reader->Leaf(leaf);
      if (found.ok()) {
        EXPECT_EQ(*found, LeafAt(leaf));
      } else {
        refused = true;
      }
    }
    // A tile that none of the leaves hangs on may differ without effect on them.
    ByteReader parts(ByteView(key).subspan(1));
    const uint32_t level = parts.U8();
    if (level > 0) {
      EXPECT_TRUE(refused) << ToHex(key);
    }
    value[value.size() / 2] ^= 1;
  }
}

TEST_F(TreeReaderTest, T08AnotherRootIsRefused) {
  root_.bytes[5] ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(TreeReader::Open(store_, kSize, root_).status()));
  EXPECT_TRUE(absl::IsDataLoss(TreeReader::Open(store_, kSize - 1, root_).status()));
}

}  // namespace
}  // namespace tally::ledger
