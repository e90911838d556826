// Goal: the tiles and roots of a growing log are those of the RFC 6962 tree. Method: all sizes to
// 300 against the plain tree, resumed at every size; and the stored tiles read back by TreeReader.
#include "ledger/log/log_tree.h"

#include "ledger/log/layout.h"
#include "ledger/log/pending_rows.h"
#include "ledger/log/tree_reader.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

Hash Leaf(uint64_t index) { return LeafHash(EncodeNumberRow(index)); }

TEST(LogTree, RootsTilesAndLeavesAreTheTreesAtEverySize) {
  MapStore store;
  std::vector<Hash> leaves;
  for (uint64_t size = 0; size < 300; ++size) {
    PendingRows rows(store);
    auto tree = LogTree::Load(rows, size);  // Resumes from what was stored before.
    ASSERT_TRUE(tree.ok()) << tree.status();
    ASSERT_EQ(tree->Root(), TreeRoot(leaves)) << size;
    leaves.push_back(Leaf(size));
    ASSERT_TRUE(tree->Append(leaves.back()).ok());
    ASSERT_TRUE(tree->Flush().ok());
    ASSERT_TRUE(store.Commit(rows.Take()).ok());
    ASSERT_EQ(*tree->Leaf(size / 2), leaves[size / 2]);
    ASSERT_FALSE(tree->Leaf(size + 1).ok());
    ASSERT_EQ(*RootFromTiles(size + 1, StoredTiles(store)), TreeRoot(leaves)) << size;
  }
}

// While it grows: tiles that were stored, tiles that only filled since, and the edge.
TEST(LogTree, RootsOfEverySmallerSizeAreKnown) {
  MapStore store;
  PendingRows rows(store);
  LogTree tree = *LogTree::Load(rows, 0);
  std::vector<Hash> leaves;
  std::vector<Hash> roots = {EmptyTreeHash()};
  while (leaves.size() < 600) {
    leaves.push_back(Leaf(leaves.size()));
    ASSERT_TRUE(tree.Append(leaves.back()).ok());
    roots.push_back(TreeRoot(leaves));
    if (leaves.size() % 37 != 0) continue;
    for (uint64_t size = 1; size <= leaves.size(); ++size) {
      const auto root = tree.RootAt(size);
      ASSERT_TRUE(root.ok()) << root.status();
      ASSERT_EQ(*root, roots[size]) << size << " of " << leaves.size();
    }
    EXPECT_TRUE(absl::IsNotFound(tree.RootAt(0).status()));
    EXPECT_TRUE(absl::IsNotFound(tree.RootAt(leaves.size() + 1).status()));
  }
}

TEST(LogTree, AMissingOrForeignTileIsDataLoss) {
  MapStore store;
  PendingRows rows(store);
  EXPECT_TRUE(absl::IsDataLoss(LogTree::Load(rows, 3).status()));
  store.rows[layout::Tile(0, 0)] = Bytes(33);
  EXPECT_TRUE(absl::IsDataLoss(LogTree::Load(rows, 1).status()));
  EXPECT_FALSE(DecodeTile(Bytes(32 * 257)).ok());
}

}  // namespace
}  // namespace tally::ledger
