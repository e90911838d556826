// The log's tree while it grows: its root, its leaves, and the tiles that a commit makes.
//
// Kept in memory: the hashes of the tiles at the right edge (at most 255 a level) and the compact
// range. Every other tile is complete, lies in the rows, and never changes.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/merkle.h"
#include "ledger/log/growing_tree.h"
#include "ledger/log/stream_table.h"
#include "schema/identity.h"

namespace tally::ledger {

// Hashes at a level of a tree of `size` leaves: its complete subtrees of 256^level leaves.
uint64_t HashesAt(uint32_t level, uint64_t size);

// One tile as a row.
Bytes EncodeTile(std::span<const Hash> hashes);
absl::StatusOr<std::vector<Hash>> DecodeTile(ByteView bytes);

class LogTree final : public GrowingTree {
 public:
  // The tree of `size` leaves whose tiles lie in `rows`, which outlives it.
  static absl::StatusOr<LogTree> Load(Rows& rows, uint64_t size);

  // Complete tiles are put as they fill.
  absl::Status Append(const Hash& leaf) override;
  // Puts the tiles at the edge that changed since the last call.
  absl::Status Flush();
  uint64_t size() const override { return range_.size(); }
  Hash Root() const { return range_.Root(); }
  // NotFound at or beyond the size.
  absl::StatusOr<Hash> Leaf(uint64_t index) const override;
  absl::StatusOr<Hash> RootAt(uint64_t size) const override;

 private:
  explicit LogTree(Rows& rows) : rows_(&rows) {}
  struct Edge {
    std::vector<Hash> hashes;  // of the last tile of its level, 0 to 255
    bool changed = false;
  };
  Rows* rows_;
  CompactRange range_;
  std::vector<Edge> edges_;  // by level
};

}  // namespace tally::ledger
