// Verifying tiles from the root downwards.
#include "ledger/log/tree_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/layout.h"
#include "ledger/log/log_tree.h"
#include "schema/status.h"

namespace tally::ledger {
TileReader StoredTiles(const Store& store) {
  return [&store](TileName tile, uint32_t width) -> absl::StatusOr<std::vector<Hash>> {
    TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                           store.Get(layout::Tile(tile.level, tile.index)));
    if (!value)
      return absl::DataLossError(absl::StrCat("tile ", tile.level, "/", tile.index, " is missing"));
    TALLY_ASSIGN_OR_RETURN(std::vector<Hash> hashes, DecodeTile(*value));
    if (hashes.size() < width) {
      return absl::DataLossError(absl::StrCat("tile ", tile.level, "/", tile.index, ": expected ",
                                              width, " hashes, found ", hashes.size()));
    }
    hashes.resize(width);  // The stored tile may have grown since the reader's size.
    return hashes;
  };
}

absl::StatusOr<TreeReader> TreeReader::OpenUnjudged(const Store& store, uint64_t size) {
  TreeReader reader(store, size);
  std::optional<Hash> rest;  // root of the leaves right of the levels seen so far
  for (uint32_t level = 0; HashesAt(level, size) > 0; ++level) {
    const uint64_t hashes = HashesAt(level, size);
    const uint32_t width = static_cast<uint32_t>(hashes % kTileWidth);
    std::vector<Hash> edge;
    if (width > 0) {
      TALLY_ASSIGN_OR_RETURN(edge, reader.read_({level, hashes / kTileWidth}, width));
      // Complete subtrees and a smaller rest hang in the tree as equal leaves would.
      std::vector<Hash> joined = edge;
      if (rest) joined.push_back(*rest);
      rest = TreeRoot(joined);
    }
    reader.edges_.push_back(std::move(edge));
  }
  reader.complete_.resize(reader.edges_.size());
  reader.root_ = rest.value_or(EmptyTreeHash());
  return reader;
}

absl::StatusOr<TreeReader> TreeReader::Open(const Store& store, uint64_t size, const Hash& root) {
  TALLY_ASSIGN_OR_RETURN(TreeReader reader, OpenUnjudged(store, size));
  if (reader.root_ != root) {
    return absl::DataLossError(absl::StrCat("tree of ", size, " records: the signed root is ",
                                            root.ToHex(), ", the tiles at its edge give ",
                                            reader.root_.ToHex()));
  }
  return reader;
}

absl::StatusOr<Hash> TreeReader::HashAt(uint32_t level, uint64_t index) {
  const uint64_t tile = index / kTileWidth;
  const size_t place = index % kTileWidth;
  if (tile == HashesAt(level, size_) / kTileWidth) return edges_[level][place];
  std::optional<CachedTile>& cached = complete_[level];
  if (!cached || cached->index != tile) {
    TALLY_ASSIGN_OR_RETURN(std::vector<Hash> hashes, read_({level, tile}, kTileWidth));
    TALLY_ASSIGN_OR_RETURN(const Hash expected, HashAt(level + 1, tile));
    const Hash found = TreeRoot(hashes);
    if (found != expected) {
      return absl::DataLossError(absl::StrCat("tile ", level, "/", tile, ": expected root ",
                                              expected.ToHex(), ", found ", found.ToHex()));
    }
    cached = CachedTile{tile, std::move(hashes)};
  }
  return cached->hashes[place];
}

absl::StatusOr<Hash> TreeReader::Leaf(uint64_t index) {
  if (index >= size_)
    return absl::NotFoundError(absl::StrCat("no record ", index, " in a log of ", size_));
  return HashAt(0, index);
}

}  // namespace tally::ledger
