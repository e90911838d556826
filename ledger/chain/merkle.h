// The RFC 6962 tree over SHA-256: hashes, then prove and check side by side, then growing.
//
//   empty  SHA-256("")        leaf  SHA-256(00 || entry)        node  SHA-256(01 || left || right)
//   root of n > 1 leaves: node(root of the first k, root of the rest), k the largest power of two <
//   n
//
// Pure: no disk, clock or threads. Proof lengths are checked before use; an index and a size never
// mix.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/identity.h"

namespace tally::ledger {

inline constexpr size_t kProofHashesMax = 63;                // stops proofs that only cost time
inline constexpr uint64_t kTreeSizeMax = uint64_t{1} << 62;  // its longest proof has 63 hashes

Hash EmptyTreeHash();
Hash LeafHash(ByteView entry);
Hash NodeHash(const Hash& left, const Hash& right);
// The root over leaf hashes, in one pass with a stack of at most 64 hashes.
Hash TreeRoot(std::span<const Hash> leaves);

// Bottom-up path of leaf `index` in a tree of these leaves; index < leaves.size().
std::vector<Hash> InclusionPath(std::span<const Hash> leaves, uint64_t index);
// DataLoss unless `path` leads from `leaf` at `index` of `size` leaves to `root` (RFC
// 9162 2.1.3.2).
absl::Status CheckInclusion(uint64_t index, uint64_t size, const Hash& leaf,
                            std::span<const Hash> path, const Hash& root);
// The root that `path` leads to; DataLoss unless its length is that of `index` in `size` leaves.
absl::StatusOr<Hash> RootFromPath(uint64_t index, uint64_t size, const Hash& leaf,
                                  std::span<const Hash> path);
// Number of hashes in the path of leaf `index` in a tree of `size` leaves; index < size.
size_t InclusionPathLength(uint64_t index, uint64_t size);
// 0 < first <= leaves.size().
std::vector<Hash> ConsistencyProof(std::span<const Hash> leaves, uint64_t first);
// DataLoss unless the tree (first, first_root) is a prefix of (second, second_root) (RFC 9162
// 2.1.4.2). first == 0 is InvalidArgument: everything extends the empty tree, nothing is proven.
absl::Status CheckConsistency(uint64_t first, uint64_t second, std::span<const Hash> proof,
                              const Hash& first_root, const Hash& second_root);

// The hashes of the complete subtrees of a growing tree, largest first: all it takes to append.
class CompactRange {
 public:
  CompactRange() = default;
  // The range of `size` leaves from its hashes; InvalidArgument unless one hash per one bit of
  // size.
  static absl::StatusOr<CompactRange> Of(uint64_t size, std::vector<Hash> hashes);
  void Append(const Hash& leaf);
  uint64_t size() const { return size_; }
  Hash Root() const;
  std::span<const Hash> hashes() const { return hashes_; }

 private:
  uint64_t size_ = 0;
  std::vector<Hash> hashes_;
};

// C2SP tiles: 256 hashes of level 8*L (tlog-tiles). Hashes inside a tile are recomputed.
inline constexpr uint32_t kTileWidth = 256;
struct TileName {
  uint32_t level = 0;
  uint64_t index = 0;
  friend auto operator<=>(const TileName&, const TileName&) = default;
};
// Reads `width` hashes (1 to 256) of a tile that a tree of the reader's size implies.
using TileReader = std::function<absl::StatusOr<std::vector<Hash>>(TileName tile, uint32_t width)>;
// Number of hashes of the tile in a tree of `size` leaves: 0 to 256.
uint32_t TileHashes(TileName tile, uint64_t size);
// The same proofs from tiles instead of all leaves.
absl::StatusOr<Hash> RootFromTiles(uint64_t size, const TileReader& read);
absl::StatusOr<std::vector<Hash>> InclusionPathFromTiles(uint64_t index, uint64_t size,
                                                         const TileReader& read);
absl::StatusOr<std::vector<Hash>> ConsistencyProofFromTiles(uint64_t first, uint64_t second,
                                                            const TileReader& read);

}  // namespace tally::ledger
