// Goal: the tree is RFC 6962's, every true proof is accepted and nothing else is.
// Method: published vectors; all indexes and sizes to 130, each proof's every hash changed, dropped
// and doubled; wrong sizes and indexes judged alike by a recursive reference.
#include "ledger/chain/merkle.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/ledger/chain/tree_reference.h"

namespace tally::ledger {
namespace {

constexpr uint64_t kSizes = 130;

// Sizes at which proofs are also made by the reference, which hashes the whole tree for each.
bool IsCompared(uint64_t size) { return size <= 40 || size >= 127; }

// Leaf hashes of one-byte entries 0, 1, 2, ...
std::vector<Hash> ByteLeaves(size_t count) {
  std::vector<Hash> leaves;
  for (size_t i = 0; i < count; ++i) {
    const uint8_t entry[] = {static_cast<uint8_t>(i)};
    leaves.push_back(LeafHash(entry));
  }
  return leaves;
}

std::vector<Hash> EightLeaves() {
  std::vector<Hash> leaves;
  for (const char* entry : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                            "606162636465666768696a6b6c6d6e6f"}) {
    leaves.push_back(LeafHash(FromHex(entry).value()));
  }
  return leaves;
}

Hash Changed(Hash hash) {
  hash.bytes[17] = static_cast<uint8_t>(hash.bytes[17] ^ 0x20);
  return hash;
}

// Every proof that differs from `proof` by one hash changed, dropped or doubled, or one added.
std::vector<std::vector<Hash>> BrokenProofs(const std::vector<Hash>& proof) {
  std::vector<std::vector<Hash>> broken;
  for (size_t i = 0; i < proof.size(); ++i) {
    std::vector<Hash> changed = proof;
    changed[i] = Changed(changed[i]);
    broken.push_back(changed);
    std::vector<Hash> dropped = proof;
    dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
    broken.push_back(dropped);
    std::vector<Hash> doubled = proof;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), proof[i]);
    broken.push_back(doubled);
  }
  std::vector<Hash> longer = proof;
  longer.push_back(EmptyTreeHash());
  broken.push_back(longer);
  return broken;
}

TEST(Merkle, PublishedHashes) {
  EXPECT_EQ(EmptyTreeHash().ToHex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(LeafHash({}).ToHex(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(LeafHash(AsBytes("L123456")).ToHex(),
            "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
  // The published node vector hashes 4-byte strings; ours are 32 bytes by type.
  const uint8_t prefix[] = {1};
  EXPECT_EQ(Sha256Of({prefix, AsBytes("N123"), AsBytes("N456")}).ToHex(),
            "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
}

TEST(Merkle, PublishedRootsOfEightLeaves) {
  const char* roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  const std::vector<Hash> leaves = EightLeaves();
  CompactRange range;
  for (size_t size = 0; size <= 8; ++size) {
    EXPECT_EQ(TreeRoot(std::span(leaves).first(size)).ToHex(), roots[size]);
    EXPECT_EQ(range.Root().ToHex(), roots[size]);
    if (size < 8) range.Append(leaves[size]);
  }
}

std::vector<std::string> Hex8(const std::vector<Hash>& hashes) {
  std::vector<std::string> texts;
  for (const Hash& hash : hashes) texts.push_back(hash.ToHex().substr(0, 8));
  return texts;
}
using Texts = std::vector<std::string>;

TEST(Merkle, PublishedProofs) {
  const std::vector<Hash> leaves = EightLeaves();
  const std::span<const Hash> all(leaves);
  EXPECT_EQ(Hex8(InclusionPath(all, 0)), (Texts{"96a296d2", "5f083f0a", "6b47aaf2"}));
  EXPECT_EQ(Hex8(InclusionPath(all, 5)), (Texts{"bc1a0643", "ca854ea1", "d37ee418"}));
  EXPECT_EQ(Hex8(InclusionPath(all.first(3), 2)), (Texts{"fac54203"}));
  EXPECT_EQ(Hex8(InclusionPath(all.first(5), 1)), (Texts{"6e340b9c", "5f083f0a", "bc1a0643"}));
  EXPECT_EQ(Hex8(ConsistencyProof(all, 1)), (Texts{"96a296d2", "5f083f0a", "6b47aaf2"}));
  EXPECT_EQ(Hex8(ConsistencyProof(all, 6)), (Texts{"0ebc5d34", "ca854ea1", "d37ee418"}));
  EXPECT_EQ(Hex8(ConsistencyProof(all.first(5), 2)), (Texts{"5f083f0a", "bc1a0643"}));
  EXPECT_EQ(Hex8(ConsistencyProof(all.first(7), 6)), (Texts{"0ebc5d34", "b08693ec", "d37ee418"}));
  EXPECT_EQ(Hex8(ConsistencyProof(all.first(7), 3)),
            (Texts{"0298d122", "07506a85", "fac54203", "837dbb15"}));
}

TEST(Merkle, PublishedRootsOfByteEntries) {
  const std::vector<Hash> leaves = ByteLeaves(256);
  const std::span<const Hash> all(leaves);
  EXPECT_EQ(TreeRoot(all.first(2)).ToHex(),
            "a20bf9a7cc2dc8a08f5f415a71b19f6ac427bab54d24eec868b5d3103449953a");
  EXPECT_EQ(TreeRoot(all.first(3)).ToHex(),
            "3b6cccd7e3e023ff393006f030315ee7ad9eb111b022b41fba7e5b7a3973f688");
  EXPECT_EQ(TreeRoot(all.first(130)).ToHex(),
            "f05d2f5ef24c72dd70b0a8f28e576b3acaf944c00e014524c47aa42325d7d1c3");
  EXPECT_EQ(TreeRoot(all.first(255)).ToHex(),
            "109456304c2c861619b325bb795c95ed9afc6c27bef892d86f2d88356e9f5bcd");
  EXPECT_EQ(TreeRoot(all).ToHex(),
            "0387b1bfaad194ad5b534d6a57c9710a83484cb544258df5f4df94bc41820b5f");
}

// The rolling check of the Merkle Tree Certificates draft: every valid subtree to size 130.
TEST(Merkle, RollingCheckOfAllSubtrees) {
  const std::vector<Hash> leaves = ByteLeaves(kSizes);
  std::string lines;
  for (size_t end = 0; end <= kSizes; ++end) {
    for (size_t start = 0; start <= end; ++start) {
      if (start % std::bit_ceil(end - start) != 0) continue;
      absl::StrAppend(&lines, "[", start, ", ", end, ") ",
                      TreeRoot(std::span(leaves).subspan(start, end - start)).ToHex(), "\n");
    }
  }
  EXPECT_EQ(Sha256Of({AsBytes(lines)}).ToHex(),
            "b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81");
}

// T-22: every index and size, every hash of every path broken.
TEST(Merkle, T22EveryInclusionProofAndEveryBrokenOne) {
  const std::vector<Hash> leaves = ByteLeaves(kSizes);
  for (uint64_t size = 1; size <= kSizes; ++size) {
    const std::span<const Hash> tree = std::span(leaves).first(size);
    const Hash root = TreeRoot(tree);
    ASSERT_EQ(root, reference::Root(tree));
    for (uint64_t index = 0; index < size; ++index) {
      const std::vector<Hash> path = InclusionPath(tree, index);
      if (IsCompared(size)) {
        ASSERT_EQ(path, reference::Path(tree, index));
      }
      ASSERT_EQ(path.size(), InclusionPathLength(index, size));
      ASSERT_TRUE(CheckInclusion(index, size, leaves[index], path, root).ok());
      ASSERT_FALSE(CheckInclusion(index, size, Changed(leaves[index]), path, root).ok());
      ASSERT_FALSE(CheckInclusion(index, size, leaves[index], path, Changed(root)).ok());
      for (const std::vector<Hash>& broken : BrokenProofs(path)) {
        ASSERT_EQ(CheckInclusion(index, size, leaves[index], broken, root).code(),
                  absl::StatusCode::kDataLoss);
      }
    }
  }
}

// T-22: a path under other indexes and sizes is judged as the reference judges it. (A path may hold
// for two sizes of one shape; the signed checkpoint binds the size.)
TEST(Merkle, T22WrongIndexAndSizeAsTheReferenceSays) {
  constexpr uint64_t kSmall = 17;
  const std::vector<Hash> leaves = ByteLeaves(kSmall);
  size_t refused = 0;
  for (uint64_t size = 1; size <= kSmall; ++size) {
    const std::span<const Hash> tree = std::span(leaves).first(size);
    const Hash root = TreeRoot(tree);
    for (uint64_t index = 0; index < size; ++index) {
      const std::vector<Hash> path = InclusionPath(tree, index);
      for (uint64_t other_size = 0; other_size <= 2 * kSmall; ++other_size) {
        for (uint64_t other = 0; other <= 2 * kSmall; ++other) {
          const auto expected = reference::FollowPath(other, other_size, leaves[index], path);
          const bool holds = expected.has_value() && *expected == root;
          ASSERT_EQ(CheckInclusion(other, other_size, leaves[index], path, root).ok(), holds)
              << index << "/" << size << " as " << other << "/" << other_size;
          refused += holds ? 0 : 1;
        }
      }
    }
  }
  EXPECT_GT(refused, 100000u);
}

// Leaf 0 with `hashes` equal siblings to its right comes to this.
Hash RootOfEqual(const Hash& leaf, size_t hashes) {
  Hash root = leaf;
  for (size_t i = 0; i < hashes; ++i) root = NodeHash(root, leaf);
  return root;
}

TEST(Merkle, T22ExtremeSizesAreRefused) {
  const Hash leaf = LeafHash({});
  // Nothing but the size is wrong: as many hashes as it asks for, and they lead to the root.
  for (const auto& [size, hashes] : {std::pair{kTreeSizeMax, size_t{62}},
                                     {kTreeSizeMax + 1, size_t{63}},
                                     {uint64_t{1} << 63, size_t{63}},
                                     {~uint64_t{0}, size_t{64}}}) {
    ASSERT_EQ(InclusionPathLength(0, size), hashes);
    const std::vector<Hash> fitting(hashes, leaf);
    const Hash root = RootOfEqual(leaf, hashes);
    const bool good = size == kTreeSizeMax;
    EXPECT_EQ(CheckInclusion(0, size, leaf, fitting, root).ok(), good) << size;
    EXPECT_EQ(CheckConsistency(1, size, fitting, leaf, root).ok(), good) << size;
  }
  const std::vector<Hash> path(62, leaf);
  const std::vector<Hash> longest(64, leaf);
  for (uint64_t size : {uint64_t{0}, uint64_t{1} << 63, ~uint64_t{0}, kTreeSizeMax + 1}) {
    EXPECT_FALSE(CheckInclusion(0, size, leaf, path, leaf).ok());
    EXPECT_FALSE(CheckInclusion(0, size, leaf, longest, leaf).ok());
    EXPECT_FALSE(CheckInclusion(size, size, leaf, path, leaf).ok());
    EXPECT_FALSE(CheckInclusion(~uint64_t{0}, size, leaf, path, leaf).ok());
    EXPECT_FALSE(CheckConsistency(1, size, path, leaf, leaf).ok());
  }
  // The largest tree is still computed, and refused only because the root is another.
  EXPECT_TRUE(RootFromPath(5, kTreeSizeMax, leaf, path).ok());
}

// T-23: every pair of sizes, every hash of every proof broken.
TEST(Merkle, T23EveryConsistencyProofAndEveryBrokenOne) {
  const std::vector<Hash> leaves = ByteLeaves(kSizes);
  std::vector<Hash> roots;
  for (uint64_t size = 0; size <= kSizes; ++size) {
    roots.push_back(TreeRoot(std::span(leaves).first(size)));
  }
  for (uint64_t second = 1; second <= kSizes; ++second) {
    const std::span<const Hash> tree = std::span(leaves).first(second);
    for (uint64_t first = 1; first <= second; ++first) {
      const std::vector<Hash> proof = ConsistencyProof(tree, first);
      if (IsCompared(second)) {
        ASSERT_EQ(proof, reference::Consistency(tree, first, true));
      }
      const Hash& old_root = roots[first];
      const Hash& root = roots[second];
      ASSERT_TRUE(CheckConsistency(first, second, proof, old_root, root).ok());
      ASSERT_FALSE(CheckConsistency(first, second, proof, Changed(old_root), root).ok());
      ASSERT_FALSE(CheckConsistency(first, second, proof, old_root, Changed(root)).ok());
      for (const std::vector<Hash>& broken : BrokenProofs(proof)) {
        ASSERT_EQ(CheckConsistency(first, second, broken, old_root, root).code(),
                  absl::StatusCode::kDataLoss);
      }
    }
  }
}

// T-23: swapped and wrong sizes, judged as the reference judges them.
TEST(Merkle, T23WrongSizesAsTheReferenceSays) {
  constexpr uint64_t kSmall = 17;
  const std::vector<Hash> leaves = ByteLeaves(kSmall);
  for (uint64_t second = 1; second <= kSmall; ++second) {
    const std::span<const Hash> tree = std::span(leaves).first(second);
    for (uint64_t first = 1; first <= second; ++first) {
      const std::vector<Hash> proof = ConsistencyProof(tree, first);
      const Hash old_root = TreeRoot(tree.first(first));
      const Hash root = TreeRoot(tree);
      for (uint64_t a = 1; a <= 2 * kSmall; ++a) {
        for (uint64_t b = 1; b <= 2 * kSmall; ++b) {
          const auto expected = reference::FollowConsistency(a, b, true, old_root, proof);
          const bool holds =
              expected.has_value() && expected->first == old_root && expected->second == root;
          ASSERT_EQ(CheckConsistency(a, b, proof, old_root, root).ok(), holds)
              << first << " to " << second << " as " << a << " to " << b;
        }
      }
    }
  }
}

TEST(Merkle, T23NothingIsProvenFromSizeZero) {
  const Hash root = LeafHash({});
  EXPECT_EQ(CheckConsistency(0, 1, {}, EmptyTreeHash(), root).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckConsistency(0, 0, {}, EmptyTreeHash(), EmptyTreeHash()).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(CheckConsistency(2, 1, {}, root, root).ok());
  EXPECT_FALSE(CheckConsistency(1, 1, {}, root, EmptyTreeHash()).ok());
  const std::vector<Hash> extra = {root};
  EXPECT_FALSE(CheckConsistency(1, 1, extra, root, root).ok());
}

// T-26: a 64-byte entry that equals two leaf hashes is not the node above them.
TEST(Merkle, T26LeavesAndNodesAreNeverConfused) {
  const std::vector<Hash> leaves = ByteLeaves(2);
  Bytes entry(leaves[0].bytes.begin(), leaves[0].bytes.end());
  entry.insert(entry.end(), leaves[1].bytes.begin(), leaves[1].bytes.end());
  const Hash node = NodeHash(leaves[0], leaves[1]);
  EXPECT_NE(LeafHash(entry), node);
  EXPECT_FALSE(CheckInclusion(0, 1, LeafHash(entry), {}, node).ok());
}

// The root of all leaves is made level by level, that of a range as the definition says.
TEST(Merkle, RootByLevelsIsTheRootOfTheRange) {
  std::vector<Hash> leaves;
  CompactRange range;
  for (uint32_t i = 0; i < 600; ++i) {
    const uint8_t entry[] = {static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8)};
    leaves.push_back(LeafHash(entry));
    range.Append(leaves.back());
    ASSERT_EQ(TreeRoot(leaves), range.Root()) << leaves.size();
  }
}

TEST(Merkle, CompactRangeGrowsAsTheTree) {
  const std::vector<Hash> leaves = ByteLeaves(kSizes);
  CompactRange range;
  for (uint64_t size = 0; size < kSizes; ++size) {
    ASSERT_EQ(range.size(), size);
    ASSERT_EQ(range.Root(), reference::Root(std::span(leaves).first(size)));
    const std::vector<Hash> kept(range.hashes().begin(), range.hashes().end());
    absl::StatusOr<CompactRange> again = CompactRange::Of(size, kept);
    ASSERT_TRUE(again.ok());
    ASSERT_EQ(again->Root(), range.Root());
    std::vector<Hash> more = kept;
    more.push_back(leaves[0]);
    ASSERT_EQ(CompactRange::Of(size, more).status().code(), absl::StatusCode::kInvalidArgument);
    range.Append(leaves[size]);
    again->Append(leaves[size]);
    ASSERT_EQ(again->Root(), range.Root());
  }
}

}  // namespace
}  // namespace tally::ledger
