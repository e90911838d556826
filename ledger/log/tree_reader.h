// Leaves of the stored tree, verified up to a signed root.
//
// The tiles at the right edge give the root; every other tile is complete, and its own root stands
// in a tile above it. The last tile of each level is kept, so a read in log order hashes each tile
// once and memory does not grow with the log. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/merkle.h"
#include "ledger/store/store.h"
#include "schema/identity.h"

namespace tally::ledger {

// Tiles as stored, unverified. `store` outlives the function.
TileReader StoredTiles(const Store& store);

class TreeReader {
 public:
  // DataLoss unless the tiles at the edge of `size` leaves give `root`. `store` outlives it.
  static absl::StatusOr<TreeReader> Open(const Store& store, uint64_t size, const Hash& root);
  // The same without a root to compare with: for judging a store before its head is trusted.
  static absl::StatusOr<TreeReader> OpenUnjudged(const Store& store, uint64_t size);
  // What the tiles at the edge give.
  const Hash& root() const { return root_; }

  uint64_t size() const { return size_; }
  // DataLoss when the leaf's tile does not lead to the root.
  absl::StatusOr<Hash> Leaf(uint64_t index);

 private:
  struct CachedTile {
    uint64_t index = 0;
    std::vector<Hash> hashes;
  };
  TreeReader(const Store& store, uint64_t size) : read_(StoredTiles(store)), size_(size) {}
  absl::StatusOr<Hash> HashAt(uint32_t level, uint64_t index);

  TileReader read_;
  uint64_t size_;
  Hash root_;
  std::vector<std::vector<Hash>> edges_;             // by level: 0 to 255 hashes
  std::vector<std::optional<CachedTile>> complete_;  // by level
};

}  // namespace tally::ledger
