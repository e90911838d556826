// Goal: a partial tree determines the root and the roots at its cuts, and nothing else passes.
// Method: every set of leaves and every cut of all trees up to 9 leaves, and chosen shapes up to
// 130, against the tree over all leaves; then each proof shortened, lengthened and changed.
#include "ledger/chain/partial_tree.h"

#include "gtest/gtest.h"
#include "ledger/chain/merkle.h"

namespace tally::ledger {
namespace {

std::vector<Hash> LeavesOf(uint64_t size) {
  std::vector<Hash> leaves;
  for (uint64_t i = 0; i < size; ++i) {
    const Bytes entry = {static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8)};
    leaves.push_back(LeafHash(entry));
  }
  return leaves;
}

class Trees {
 public:
  explicit Trees(uint64_t size) : leaves_(LeavesOf(size)) {}
  Hash RootOf(uint64_t first, uint64_t limit) const {
    return TreeRoot(std::span<const Hash>(leaves_).subspan(first, limit - first));
  }
  std::vector<Hash> Shown(const TreeShape& shape) const {
    std::vector<Hash> shown;
    for (const uint64_t leaf : shape.leaves) shown.push_back(leaves_[leaf]);
    return shown;
  }
  std::vector<Hash> Prove(const TreeShape& shape) const {
    auto proof = ProvePartialTree(
        shape, [&](uint64_t first, uint64_t limit) { return RootOf(first, limit); });
    EXPECT_TRUE(proof.ok()) << proof.status();
    return *proof;
  }
  // True if the proof gives every root that it should.
  bool Holds(const TreeShape& shape, const std::vector<Hash>& proof) const {
    const auto tree = PartialTree::Of(shape, Shown(shape), proof);
    if (!tree.ok() || tree->root() != RootOf(0, shape.size)) return false;
    for (const uint64_t cut : shape.cuts) {
      if (!tree->RootAt(cut).ok() || *tree->RootAt(cut) != RootOf(0, cut)) return false;
    }
    return true;
  }

 private:
  std::vector<Hash> leaves_;
};

TEST(PartialTree, EverySetOfLeavesAndEveryCutOfSmallTrees) {
  for (uint64_t size = 1; size <= 9; ++size) {
    const Trees trees(size);
    for (uint64_t set = 0; set < uint64_t{1} << size; ++set) {
      TreeShape shape{size, {}, {}};
      for (uint64_t i = 0; i < size; ++i) {
        if ((set >> i & 1) != 0) shape.leaves.push_back(i);
      }
      EXPECT_TRUE(trees.Holds(shape, trees.Prove(shape)));
      for (uint64_t cut = 1; cut < size; ++cut) {
        shape.cuts = {cut};
        EXPECT_TRUE(trees.Holds(shape, trees.Prove(shape))) << size << " " << set << " " << cut;
      }
    }
  }
}

// T-22
TEST(PartialTree, T22AChangedProofOfAnySizeIsRefused) {
  for (uint64_t size = 2; size <= 130; ++size) {
    const Trees trees(size);
    const TreeShape shape{size, {size / 3, size - 1}, {(size + 1) / 2}};
    const std::vector<Hash> proof = trees.Prove(shape);
    EXPECT_TRUE(trees.Holds(shape, proof)) << size;
    for (size_t i = 0; i < proof.size(); ++i) {
      std::vector<Hash> changed = proof;
      changed[i].bytes[i % 32] ^= 1;
      EXPECT_FALSE(trees.Holds(shape, changed));
      changed = proof;
      changed.erase(changed.begin() + static_cast<ptrdiff_t>(i));
      EXPECT_FALSE(trees.Holds(shape, changed));
      changed = proof;
      changed.insert(changed.begin() + static_cast<ptrdiff_t>(i), proof[i]);
      EXPECT_FALSE(trees.Holds(shape, changed));
    }
    std::vector<Hash> longer = proof;
    longer.push_back(Hash());
    EXPECT_FALSE(trees.Holds(shape, longer));
    TreeShape moved = shape;  // The same leaves, said to stand elsewhere.
    moved.leaves.front() = (moved.leaves.front() + 1) % (size - 1);
    if (moved.leaves.front() != shape.leaves.front()) {
      const auto tree = PartialTree::Of(moved, trees.Shown(shape), proof);
      EXPECT_FALSE(tree.ok() && tree->root() == trees.RootOf(0, size)) << size;
    }
  }
}

TEST(PartialTree, ShapesOutOfOrderAreRefused) {
  const auto nothing = [](uint64_t, uint64_t) { return absl::StatusOr<Hash>(Hash()); };
  for (const TreeShape& shape :
       {TreeShape{0, {}, {}}, TreeShape{3, {3}, {}}, TreeShape{3, {1, 1}, {}},
        TreeShape{3, {2, 1}, {}}, TreeShape{3, {}, {0}}, TreeShape{3, {}, {3}},
        TreeShape{3, {}, {2, 2}}, TreeShape{(uint64_t{1} << 62) + 1, {}, {}}}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ProvePartialTree(shape, nothing).status()));
    const std::vector<Hash> shown(shape.leaves.size());
    EXPECT_TRUE(absl::IsInvalidArgument(PartialTree::Of(shape, shown, {}).status()));
  }
}

TEST(PartialTree, NothingIsKnownBesidesTheCuts) {
  const Trees trees(8);
  const TreeShape shape{8, {2}, {4}};
  const auto tree = PartialTree::Of(shape, trees.Shown(shape), trees.Prove(shape));
  ASSERT_TRUE(tree.ok());
  EXPECT_TRUE(tree->RootAt(4).ok());
  EXPECT_TRUE(tree->RootAt(8).ok());
  for (const uint64_t size : {0, 1, 3, 5, 9}) {
    EXPECT_TRUE(absl::IsNotFound(tree->RootAt(size).status())) << size;
  }
}

}  // namespace
}  // namespace tally::ledger
