// Some leaves of an RFC 6962 tree, proven together against its root.
//
// A shape says which leaves are shown and at which smaller sizes the root can be told as well (the
// cuts). From the root down, a subtree that holds a shown leaf, or through which a cut runs, is
// opened; every other one is a single hash. So what is to be sent is the least that determines the
// root, its order follows from the shape alone, and there is one proof for one shape:
//
//   Open(first, limit):  one leaf shown            -> its hash is the receiver's
//                        nothing shown, no cut     -> the next hash of the proof
//                        else, k the largest power of two below limit - first
//                                                  -> node(Open(first, first + k), Open(first + k,
//                                                  limit))
//
// A cut at c runs through (first, limit) when first < c < limit; the subtrees left of it are then
// complete ones of the tree of c leaves, whose root they give.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/identity.h"

namespace tally::ledger {

struct TreeShape {
  uint64_t size = 0;
  std::vector<uint64_t> leaves;  // shown; ascending, below size
  std::vector<uint64_t> cuts;    // ascending, above 0 and below size
};

// The root of the tree over leaves [first, limit), asked for subtrees of the tree only.
using SubtreeHash = std::function<absl::StatusOr<Hash>(uint64_t first, uint64_t limit)>;

// InvalidArgument for a shape out of order.
absl::StatusOr<std::vector<Hash>> ProvePartialTree(const TreeShape& shape,
                                                   const SubtreeHash& subtree);

// The tree as a receiver has it. Nothing is known of it but what follows from shown leaves and
// proof; its root is to be compared with a signed one.
class PartialTree {
 public:
  // `shown`: the hashes of shape.leaves. InvalidArgument for a shape out of order, DataLoss for a
  // proof that is too short or too long.
  static absl::StatusOr<PartialTree> Of(const TreeShape& shape, std::span<const Hash> shown,
                                        std::span<const Hash> proof);

  uint64_t size() const { return size_; }
  const Hash& root() const { return root_; }
  // The root of the first `size` leaves: at the whole size or at a cut; NotFound elsewhere.
  absl::StatusOr<Hash> RootAt(uint64_t size) const;

 private:
  uint64_t size_ = 0;
  Hash root_;
  std::map<uint64_t, Hash> roots_;  // at cuts
};

}  // namespace tally::ledger
