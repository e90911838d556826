// One walk makes the proof and reads it; the depth is that of the tree, at most 62.
#include "ledger/chain/partial_tree.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/tree_form.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::Status CheckAscending(std::span<const uint64_t> numbers, uint64_t first, uint64_t limit,
                            absl::string_view what) {
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] < first || numbers[i] >= limit) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, " ", numbers[i], " lies outside of a tree of this size"));
    }
    if (i > 0 && numbers[i] <= numbers[i - 1]) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, " ", numbers[i], " does not follow ", numbers[i - 1]));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckShape(const TreeShape& shape) {
  if (shape.size == 0 || shape.size > kTreeSizeMax) {
    return absl::InvalidArgumentError(absl::StrCat("a tree of ", shape.size, " leaves"));
  }
  TALLY_RETURN_IF_ERROR(CheckAscending(shape.leaves, 0, shape.size, "leaf"));
  return CheckAscending(shape.cuts, 1, shape.size, "cut");
}

// What of the shape lies in a subtree: places in its lists.
struct Part {
  uint64_t first, limit;  // leaves of the subtree
  std::span<const uint64_t> leaves;
  std::span<const uint64_t> cuts;  // that run through it

  uint64_t count() const { return limit - first; }
  bool IsLeaf() const { return count() == 1; }
  bool IsOneHash() const { return leaves.empty() && cuts.empty(); }
  // The left and the right subtree.
  std::pair<Part, Part> Split() const {
    const uint64_t middle = first + SplitOf(count());
    const auto leaf = std::lower_bound(leaves.begin(), leaves.end(), middle);
    const auto cut = std::lower_bound(cuts.begin(), cuts.end(), middle);
    // A cut at the middle runs between the two and through neither.
    const auto behind = cut != cuts.end() && *cut == middle ? cut + 1 : cut;
    return {Part{first, middle, {leaves.begin(), leaf}, {cuts.begin(), cut}},
            Part{middle, limit, {leaf, leaves.end()}, {behind, cuts.end()}}};
  }
};

absl::Status Prove(const Part& part, const SubtreeHash& subtree, std::vector<Hash>& proof) {
  if (part.IsOneHash()) {
    TALLY_ASSIGN_OR_RETURN(const Hash hash, subtree(part.first, part.limit));
    proof.push_back(hash);
    return absl::OkStatus();
  }
  if (part.IsLeaf()) return absl::OkStatus();
  const auto [left, right] = part.Split();
  TALLY_RETURN_IF_ERROR(Prove(left, subtree, proof));
  return Prove(right, subtree, proof);
}

// Reads the proof, and remembers the complete subtrees of which the trees at cuts are made.
class Reader {
 public:
  Reader(std::span<const Hash> shown, std::span<const Hash> proof) : shown_(shown), proof_(proof) {}

  absl::StatusOr<Hash> Open(const Part& part) {
    TALLY_ASSIGN_OR_RETURN(const Hash hash, HashOf(part));
    const auto wanted = Find(part.first, part.limit);
    if (wanted != wanted_.end()) wanted->hash = hash;
    return hash;
  }
  bool IsAtEnd() const { return shown_.empty() && proof_.empty(); }

  // The subtrees that make up the tree of `cut` leaves, largest first.
  static std::vector<std::pair<uint64_t, uint64_t>> SubtreesOf(uint64_t cut) {
    std::vector<std::pair<uint64_t, uint64_t>> subtrees;
    for (uint64_t first = 0; first < cut;) {
      const uint64_t count = std::bit_floor(cut - first);
      subtrees.emplace_back(first, first + count);
      first += count;
    }
    return subtrees;
  }
  // Each subtree once, though neighbouring cuts share those in front. What is wanted must be in
  // the proof or follow from it, so a shape that wants more than that can give is refused before
  // anything is kept for it.
  absl::Status Want(const TreeShape& shape) {
    const size_t most = 2 * (proof_.size() + shown_.size());  // nodes of a tree with such leaves
    for (const bool counting : {true, false}) {
      size_t count = 0;
      std::vector<std::pair<uint64_t, uint64_t>> before;
      for (const uint64_t cut : shape.cuts) {
        auto subtrees = SubtreesOf(cut);
        for (size_t i = 0; i < subtrees.size(); ++i) {
          if (i < before.size() && before[i] == subtrees[i]) continue;
          ++count;
          if (!counting) wanted_.push_back({subtrees[i].first, subtrees[i].second, Hash()});
        }
        before = std::move(subtrees);
      }
      if (count > most) return absl::DataLossError("the proof of the tree is too short");
      if (counting) wanted_.reserve(count);
    }
    std::sort(wanted_.begin(), wanted_.end());
    return absl::OkStatus();
  }
  Hash RootAt(uint64_t cut) {
    const auto subtrees = SubtreesOf(cut);
    Hash root = Find(subtrees.back().first, subtrees.back().second)->hash;
    for (size_t i = subtrees.size() - 1; i > 0; --i) {
      root = NodeHash(Find(subtrees[i - 1].first, subtrees[i - 1].second)->hash, root);
    }
    return root;
  }

 private:
  struct Subtree {
    uint64_t first, limit;
    Hash hash;
    bool operator<(const Subtree& other) const {
      return std::tie(first, limit) < std::tie(other.first, other.limit);
    }
  };
  std::vector<Subtree>::iterator Find(uint64_t first, uint64_t limit) {
    const Subtree sought{first, limit, {}};
    const auto found = std::lower_bound(wanted_.begin(), wanted_.end(), sought);
    return found != wanted_.end() && found->first == first && found->limit == limit ? found
                                                                                    : wanted_.end();
  }
  absl::StatusOr<Hash> HashOf(const Part& part) {
    if (part.IsOneHash()) return Take(proof_);
    if (part.IsLeaf()) return Take(shown_);
    const auto [left, right] = part.Split();
    TALLY_ASSIGN_OR_RETURN(const Hash left_hash, Open(left));
    TALLY_ASSIGN_OR_RETURN(const Hash right_hash, Open(right));
    return NodeHash(left_hash, right_hash);
  }
  static absl::StatusOr<Hash> Take(std::span<const Hash>& from) {
    if (from.empty()) return absl::DataLossError("the proof of the tree is too short");
    const Hash hash = from.front();
    from = from.subspan(1);
    return hash;
  }

  std::span<const Hash> shown_;
  std::span<const Hash> proof_;
  std::vector<Subtree> wanted_;  // ascending
};

}  // namespace

absl::StatusOr<std::vector<Hash>> ProvePartialTree(const TreeShape& shape,
                                                   const SubtreeHash& subtree) {
  TALLY_RETURN_IF_ERROR(CheckShape(shape));
  std::vector<Hash> proof;
  TALLY_RETURN_IF_ERROR(Prove({0, shape.size, shape.leaves, shape.cuts}, subtree, proof));
  return proof;
}

absl::StatusOr<PartialTree> PartialTree::Of(const TreeShape& shape, std::span<const Hash> shown,
                                            std::span<const Hash> proof) {
  TALLY_RETURN_IF_ERROR(CheckShape(shape));
  TALLY_CHECK(shown.size() == shape.leaves.size());
  Reader reader(shown, proof);
  TALLY_RETURN_IF_ERROR(reader.Want(shape));
  PartialTree tree;
  tree.size_ = shape.size;
  TALLY_ASSIGN_OR_RETURN(tree.root_, reader.Open({0, shape.size, shape.leaves, shape.cuts}));
  if (!reader.IsAtEnd()) return absl::DataLossError("the proof of the tree is too long");
  for (const uint64_t cut : shape.cuts) tree.roots_[cut] = reader.RootAt(cut);
  return tree;
}

absl::StatusOr<Hash> PartialTree::RootAt(uint64_t size) const {
  if (size == size_) return root_;
  const auto found = roots_.find(size);
  if (found != roots_.end()) return found->second;
  return absl::NotFoundError(
      absl::StrCat("the root at size ", size, " does not follow from what is shown"));
}

}  // namespace tally::ledger
