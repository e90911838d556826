// Every function here follows the definition in the header as directly as it can: the prover splits
// at the largest power of two below n, the checker walks the bits of index and size upwards.
// A checker never trusts the length of a proof: it must use up the size exactly.
#include "ledger/chain/merkle.h"

#include <array>
#include <bit>

#include "absl/strings/str_cat.h"
#include "ledger/chain/tree_form.h"
#include "ledger/crypto/sha256.h"
#include "ledger/crypto/sha256_lanes.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kLeavesByLevel = 32;  // smaller trees have too few nodes on a level

// Merges the newest hash of a stack with those before it while its completed subtrees pair up:
// one merge for each low one bit of the number of leaves before this one.
void PushLeaf(std::vector<Hash>& stack, uint64_t leaves_before, const Hash& leaf) {
  Hash hash = leaf;
  for (; (leaves_before & 1) != 0; leaves_before >>= 1) {
    hash = NodeHash(stack.back(), hash);
    stack.pop_back();
  }
  stack.push_back(hash);
}

Hash FoldStack(std::span<const Hash> stack) {
  if (stack.empty()) return EmptyTreeHash();
  Hash root = stack.back();
  for (size_t i = stack.size() - 1; i-- > 0;) root = NodeHash(stack[i], root);
  return root;
}

// The same root level by level: the nodes of a level do not wait for each other, so they are hashed
// side by side. A last node without a sibling rises unchanged, which is what splitting at the
// largest power of two comes to.
Hash RootByLevels(std::span<const Hash> leaves) {
  std::vector<Hash> level(leaves.begin(), leaves.end());
  Sha256Lanes lanes(leaves.size() / 2);
  while (level.size() > 1) {
    const size_t pairs = level.size() / 2;
    // In place: Add has read both children when their parent's place, which lies before them or on
    // the first, is written.
    for (size_t i = 0; i < pairs; ++i) {
      lanes.Add({kNodePrefix, level[2 * i].view(), level[2 * i + 1].view()}, &level[i]);
    }
    lanes.Finish();
    if (level.size() % 2 == 1) level[pairs] = level.back();
    level.resize(level.size() - pairs);
  }
  return level.front();
}

absl::Status BrokenProof(absl::string_view proof, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(proof, " proof: ", why));
}

// Both sides of a consistency proof, rebuilt from the same hashes.
struct BothRoots {
  Hash first;
  Hash second;
  uint64_t rest = 0;  // of the second size's bits; 0 when the proof has reached the root
};

absl::StatusOr<BothRoots> WalkConsistency(uint64_t first, uint64_t second,
                                          std::span<const Hash> proof, const Hash& first_root) {
  uint64_t node = first - 1;
  uint64_t last = second - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  // A first tree that is one complete subtree is its own starting node and is left out of proofs.
  const bool complete = std::has_single_bit(first);
  const Hash start = complete ? first_root : proof.front();
  BothRoots roots{start, start, 0};
  for (const Hash& hash : proof.subspan(complete ? 0 : 1)) {
    if (last == 0) return BrokenProof("consistency", "too many hashes");
    if ((node & 1) != 0 || node == last) {
      roots.first = NodeHash(hash, roots.first);
      roots.second = NodeHash(hash, roots.second);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      roots.second = NodeHash(roots.second, hash);
    }
    node >>= 1;
    last >>= 1;
  }
  roots.rest = last;
  return roots;
}

void AppendConsistency(std::span<const Hash> leaves, uint64_t first, bool known,
                       std::vector<Hash>& proof) {
  if (first == leaves.size()) {
    if (!known) proof.push_back(TreeRoot(leaves));
    return;
  }
  const uint64_t split = SplitOf(leaves.size());
  if (first <= split) {
    AppendConsistency(leaves.first(split), first, known, proof);
    proof.push_back(TreeRoot(leaves.subspan(split)));
  } else {
    AppendConsistency(leaves.subspan(split), first - split, false, proof);
    proof.push_back(TreeRoot(leaves.first(split)));
  }
}

void AppendInclusion(std::span<const Hash> leaves, uint64_t index, std::vector<Hash>& path) {
  if (leaves.size() == 1) return;
  const uint64_t split = SplitOf(leaves.size());
  if (index < split) {
    AppendInclusion(leaves.first(split), index, path);
    path.push_back(TreeRoot(leaves.subspan(split)));
  } else {
    AppendInclusion(leaves.subspan(split), index - split, path);
    path.push_back(TreeRoot(leaves.first(split)));
  }
}

}  // namespace

Hash EmptyTreeHash() { return Sha256Of({}); }

Hash LeafHash(ByteView entry) { return Sha256Of({kLeafPrefix, entry}); }

Hash NodeHash(const Hash& left, const Hash& right) {
  return Sha256Of({kNodePrefix, left.view(), right.view()});
}

Hash TreeRoot(std::span<const Hash> leaves) {
  if (leaves.size() == 1) return leaves.front();
  if (leaves.size() >= kLeavesByLevel) return RootByLevels(leaves);
  std::vector<Hash> stack;
  stack.reserve(64);
  for (size_t i = 0; i < leaves.size(); ++i) PushLeaf(stack, i, leaves[i]);
  return FoldStack(stack);
}

std::vector<Hash> InclusionPath(std::span<const Hash> leaves, uint64_t index) {
  TALLY_CHECK(index < leaves.size());
  std::vector<Hash> path;
  AppendInclusion(leaves, index, path);
  TALLY_CHECK(path.size() == InclusionPathLength(index, leaves.size()));
  return path;
}

size_t InclusionPathLength(uint64_t index, uint64_t size) {
  TALLY_CHECK(index < size);
  // Below the level where the paths of `index` and of the last leaf meet there is a sibling on
  // every level; above it only where the last leaf's ancestor is a right child.
  const int inner = static_cast<int>(std::bit_width(index ^ (size - 1)));
  const uint64_t above = inner == 64 ? 0 : index >> inner;
  return static_cast<size_t>(inner + std::popcount(above));
}

absl::StatusOr<Hash> RootFromPath(uint64_t index, uint64_t size, const Hash& leaf,
                                  std::span<const Hash> path) {
  if (size > kTreeSizeMax) return BrokenProof("inclusion", absl::StrCat("size ", size));
  if (index >= size) {
    return BrokenProof("inclusion", absl::StrCat("index ", index, " is not below size ", size));
  }
  if (path.size() != InclusionPathLength(index, size)) {
    return BrokenProof("inclusion", absl::StrCat("expected ", InclusionPathLength(index, size),
                                                 " hashes, found ", path.size()));
  }
  uint64_t node = index;
  uint64_t last = size - 1;
  Hash root = leaf;
  for (const Hash& hash : path) {
    TALLY_CHECK(last != 0);
    if ((node & 1) != 0 || node == last) {
      root = NodeHash(hash, root);
      // The last node of a level without a sibling rises unchanged.
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      root = NodeHash(root, hash);
    }
    node >>= 1;
    last >>= 1;
  }
  TALLY_CHECK(last == 0);
  return root;
}

absl::Status CheckInclusion(uint64_t index, uint64_t size, const Hash& leaf,
                            std::span<const Hash> path, const Hash& root) {
  TALLY_ASSIGN_OR_RETURN(const Hash found, RootFromPath(index, size, leaf, path));
  if (found != root) {
    return BrokenProof("inclusion",
                       absl::StrCat("expected root ", root.ToHex(), ", found ", found.ToHex()));
  }
  return absl::OkStatus();
}

std::vector<Hash> ConsistencyProof(std::span<const Hash> leaves, uint64_t first) {
  TALLY_CHECK(first > 0 && first <= leaves.size());
  std::vector<Hash> proof;
  AppendConsistency(leaves, first, true, proof);
  return proof;
}

absl::Status CheckConsistency(uint64_t first, uint64_t second, std::span<const Hash> proof,
                              const Hash& first_root, const Hash& second_root) {
  if (first == 0) {
    return absl::InvalidArgumentError("consistency proof: nothing is proven from size 0");
  }
  if (second > kTreeSizeMax) return BrokenProof("consistency", absl::StrCat("size ", second));
  if (first > second) {
    return BrokenProof("consistency", absl::StrCat("size shrinks from ", first, " to ", second));
  }
  if (first == second) {
    if (!proof.empty()) return BrokenProof("consistency", "too many hashes");
    if (first_root != second_root)
      return BrokenProof("consistency", "equal sizes with other roots");
    return absl::OkStatus();
  }
  if (proof.empty() || proof.size() > kProofHashesMax) {
    return BrokenProof("consistency", absl::StrCat(proof.size(), " hashes"));
  }
  TALLY_ASSIGN_OR_RETURN(const BothRoots roots, WalkConsistency(first, second, proof, first_root));
  if (roots.rest != 0) return BrokenProof("consistency", "too few hashes");
  if (roots.first != first_root)
    return BrokenProof("consistency", "it does not lead to the first root");
  if (roots.second != second_root) {
    return BrokenProof("consistency", "it does not lead to the second root");
  }
  return absl::OkStatus();
}

absl::StatusOr<CompactRange> CompactRange::Of(uint64_t size, std::vector<Hash> hashes) {
  if (size > kTreeSizeMax || hashes.size() != static_cast<size_t>(std::popcount(size))) {
    return absl::InvalidArgumentError(
        absl::StrCat("compact range: ", hashes.size(), " hashes for size ", size));
  }
  CompactRange range;
  range.size_ = size;
  range.hashes_ = std::move(hashes);
  return range;
}

void CompactRange::Append(const Hash& leaf) {
  TALLY_CHECK(size_ < kTreeSizeMax);
  PushLeaf(hashes_, size_, leaf);
  ++size_;
  TALLY_CHECK(hashes_.size() == static_cast<size_t>(std::popcount(size_)));
}

Hash CompactRange::Root() const { return FoldStack(hashes_); }

}  // namespace tally::ledger
