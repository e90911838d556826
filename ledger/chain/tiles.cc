// Proofs from tiles. Every hash that a proof needs is the root over leaves [first, limit) with
// `first` a multiple of the range's rounded-up size, so it splits into complete subtrees; each of
// those lies under one tile, whose hashes below its top are folded here.
//
// Tiles are read as wide as a tree of the reader's size has them, and never wider: what lies
// behind that size is not yet signed.
#include <bit>
#include <map>

#include "absl/strings/str_cat.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/tree_form.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr int kTileHeight = 8;
static_assert(kTileWidth == 1u << kTileHeight);

// The leaves [first, limit).
struct LeafRange {
  uint64_t first = 0;
  uint64_t limit = 0;
};

// One proof's reader: a tile is asked for once, however many of its hashes are needed.
class TiledTree {
 public:
  TiledTree(uint64_t size, const TileReader& read) : size_(size), read_(read) {}

  // Root over a range whose first leaf is a multiple of its size rounded up to a power of two.
  absl::StatusOr<Hash> RangeRoot(LeafRange range) {
    std::vector<Hash> subtrees;
    while (range.first < range.limit) {
      const uint64_t count = std::bit_floor(range.limit - range.first);
      TALLY_CHECK(range.first % count == 0);
      TALLY_ASSIGN_OR_RETURN(const Hash hash, SubtreeRoot(range.first, count));
      subtrees.push_back(hash);
      range.first += count;
    }
    if (subtrees.empty()) return EmptyTreeHash();
    Hash root = subtrees.back();
    for (size_t i = subtrees.size() - 1; i-- > 0;) root = NodeHash(subtrees[i], root);
    return root;
  }

  absl::StatusOr<std::vector<Hash>> Roots(std::span<const LeafRange> ranges) {
    std::vector<Hash> roots;
    for (const LeafRange& range : ranges) {
      TALLY_ASSIGN_OR_RETURN(const Hash root, RangeRoot(range));
      roots.push_back(root);
    }
    return roots;
  }

 private:
  // A complete subtree of `count` leaves, a power of two.
  absl::StatusOr<Hash> SubtreeRoot(uint64_t first, uint64_t count) {
    const int height = std::countr_zero(count);
    const int level = height / kTileHeight;
    const uint64_t place = first >> (level * kTileHeight);  // among the hashes of that level
    const uint64_t width = uint64_t{1} << (height % kTileHeight);
    const TileName name{static_cast<uint32_t>(level), place / kTileWidth};
    TALLY_ASSIGN_OR_RETURN(const std::vector<Hash>* tile, ReadTile(name));
    const uint64_t offset = place % kTileWidth;
    TALLY_CHECK(offset + width <= tile->size());
    return TreeRoot(std::span<const Hash>(*tile).subspan(offset, width));
  }

  absl::StatusOr<const std::vector<Hash>*> ReadTile(TileName name) {
    const auto known = tiles_.find(name);
    if (known != tiles_.end()) return &known->second;
    const uint32_t width = TileHashes(name, size_);
    TALLY_CHECK(width > 0);
    TALLY_ASSIGN_OR_RETURN(std::vector<Hash> hashes, read_(name, width));
    if (hashes.size() != width) {
      return absl::DataLossError(absl::StrCat("tile ", name.level, "/", name.index, ": expected ",
                                              width, " hashes, found ", hashes.size()));
    }
    return &tiles_.emplace(name, std::move(hashes)).first->second;
  }

  const uint64_t size_;
  const TileReader& read_;
  std::map<TileName, std::vector<Hash>> tiles_;
};

absl::Status CheckSize(uint64_t size) {
  if (size <= kTreeSizeMax) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("tree of size ", size));
}

// The siblings of a walk from the root down, in the order from the root.
std::vector<LeafRange> InclusionRanges(uint64_t index, uint64_t size) {
  std::vector<LeafRange> ranges;
  LeafRange at{0, size};
  while (at.limit - at.first > 1) {
    const uint64_t split = at.first + SplitOf(at.limit - at.first);
    if (index < split) {
      ranges.push_back({split, at.limit});
      at.limit = split;
    } else {
      ranges.push_back({at.first, split});
      at.first = split;
    }
  }
  return {ranges.rbegin(), ranges.rend()};
}

std::vector<LeafRange> ConsistencyRanges(uint64_t first, uint64_t second) {
  std::vector<LeafRange> ranges;
  LeafRange at{0, second};
  while (at.limit != first) {
    const uint64_t split = at.first + SplitOf(at.limit - at.first);
    if (first <= split) {
      ranges.push_back({split, at.limit});
      at.limit = split;
    } else {
      ranges.push_back({at.first, split});
      at.first = split;
    }
  }
  // The first tree itself is known to the reader; only a part of it must be told.
  if (at.first != 0) ranges.push_back(at);
  return {ranges.rbegin(), ranges.rend()};
}

}  // namespace

uint32_t TileHashes(TileName tile, uint64_t size) {
  const uint64_t shift = uint64_t{tile.level} * kTileHeight;
  const uint64_t hashes = shift >= 64 ? 0 : size >> shift;
  const uint64_t full = hashes / kTileWidth;
  if (tile.index < full) return kTileWidth;
  return tile.index == full ? static_cast<uint32_t>(hashes % kTileWidth) : 0;
}

absl::StatusOr<Hash> RootFromTiles(uint64_t size, const TileReader& read) {
  TALLY_RETURN_IF_ERROR(CheckSize(size));
  return TiledTree(size, read).RangeRoot({0, size});
}

absl::StatusOr<std::vector<Hash>> InclusionPathFromTiles(uint64_t index, uint64_t size,
                                                         const TileReader& read) {
  TALLY_RETURN_IF_ERROR(CheckSize(size));
  if (index >= size) {
    return absl::InvalidArgumentError(absl::StrCat("index ", index, " is not below size ", size));
  }
  return TiledTree(size, read).Roots(InclusionRanges(index, size));
}

absl::StatusOr<std::vector<Hash>> ConsistencyProofFromTiles(uint64_t first, uint64_t second,
                                                            const TileReader& read) {
  TALLY_RETURN_IF_ERROR(CheckSize(second));
  if (first == 0 || first > second) {
    return absl::InvalidArgumentError(
        absl::StrCat("no consistency proof from size ", first, " to ", second));
  }
  return TiledTree(second, read).Roots(ConsistencyRanges(first, second));
}

}  // namespace tally::ledger
