// Growing the tiles. A level's tile that fills is put, and its root joins the level above, so each
// hash of the tree is computed once here.
#include "ledger/log/log_tree.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr uint32_t kTileShift = 8;  // log2 of the tile width
static_assert(kTileWidth == 1u << kTileShift);

}  // namespace

uint64_t HashesAt(uint32_t level, uint64_t size) {
  return kTileShift * level >= 64 ? 0 : size >> (kTileShift * level);
}

Bytes EncodeTile(std::span<const Hash> hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * Hash::size());
  for (const Hash& hash : hashes) bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
  return bytes;
}

absl::StatusOr<std::vector<Hash>> DecodeTile(ByteView bytes) {
  if (bytes.size() % Hash::size() != 0 || bytes.size() > kTileWidth * Hash::size()) {
    return absl::DataLossError(
        absl::StrCat("tile: ", bytes.size(), " bytes are no list of hashes"));
  }
  std::vector<Hash> hashes(bytes.size() / Hash::size());
  ByteReader reader(bytes);
  for (Hash& hash : hashes) reader.Fill(hash.bytes);
  return hashes;
}

absl::StatusOr<LogTree> LogTree::Load(Rows& rows, uint64_t size) {
  LogTree tree(rows);
  std::vector<Hash> range;  // largest subtree first
  for (uint32_t level = 0; HashesAt(level, size) > 0; ++level) {
    const uint64_t hashes = HashesAt(level, size);
    const uint32_t width = static_cast<uint32_t>(hashes % kTileWidth);
    Edge edge;
    if (width > 0) {
      TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                             rows.Get(layout::Tile(level, hashes / kTileWidth)));
      if (!value || value->size() < width * Hash::size()) {
        return absl::DataLossError(
            absl::StrCat("tile ", level, "/", hashes / kTileWidth, " is missing"));
      }
      TALLY_ASSIGN_OR_RETURN(edge.hashes, DecodeTile(*value));
      edge.hashes.resize(width);
    }
    // The edge of a level is a tree of fewer than 256 of its subtrees: one peak for each bit.
    std::vector<Hash> peaks;
    size_t first = 0;
    for (uint32_t bit = kTileWidth / 2; bit > 0; bit /= 2) {
      if ((width & bit) == 0) continue;
      peaks.push_back(TreeRoot(std::span<const Hash>(edge.hashes).subspan(first, bit)));
      first += bit;
    }
    range.insert(range.begin(), peaks.begin(), peaks.end());
    tree.edges_.push_back(std::move(edge));
  }
  TALLY_ASSIGN_OR_RETURN(tree.range_, CompactRange::Of(size, std::move(range)));
  return tree;
}

absl::Status LogTree::Append(const Hash& leaf) {
  Hash hash = leaf;
  uint64_t index = range_.size();  // of the hash at its level
  range_.Append(leaf);
  for (uint32_t level = 0;; ++level) {
    if (level == edges_.size()) edges_.emplace_back();
    Edge& edge = edges_[level];
    edge.hashes.push_back(hash);
    edge.changed = true;
    TALLY_CHECK(edge.hashes.size() == index % kTileWidth + 1);
    if (edge.hashes.size() < kTileWidth) return absl::OkStatus();
    TALLY_RETURN_IF_ERROR(
        rows_->Put(layout::Tile(level, index / kTileWidth), EncodeTile(edge.hashes)));
    hash = TreeRoot(edge.hashes);
    index /= kTileWidth;
    edge.hashes.clear();
    edge.changed = false;
  }
}

absl::Status LogTree::Flush() {
  for (uint32_t level = 0; level < edges_.size(); ++level) {
    Edge& edge = edges_[level];
    if (!edge.changed) continue;
    const uint64_t tile = HashesAt(level, size()) / kTileWidth;
    TALLY_RETURN_IF_ERROR(rows_->Put(layout::Tile(level, tile), EncodeTile(edge.hashes)));
    edge.changed = false;
  }
  return absl::OkStatus();
}

absl::StatusOr<Hash> LogTree::Leaf(uint64_t index) const {
  if (index >= size()) return absl::NotFoundError(absl::StrCat("no record ", index, " yet"));
  const uint64_t tile = index / kTileWidth;
  const size_t place = index % kTileWidth;
  if (tile == size() / kTileWidth) return edges_[0].hashes[place];
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value, rows_->Get(layout::Tile(0, tile)));
  if (!value || value->size() != kTileWidth * Hash::size()) {
    return absl::DataLossError(absl::StrCat("tile 0/", tile, " is missing or short"));
  }
  TALLY_ASSIGN_OR_RETURN(const std::vector<Hash> hashes, DecodeTile(*value));
  return hashes[place];
}

absl::StatusOr<Hash> LogTree::RootAt(uint64_t size) const {
  if (size == 0 || size > range_.size()) {
    return absl::NotFoundError(absl::StrCat("a log of ", range_.size(), " has no root at ", size));
  }
  return RootFromTiles(
      size, [this](TileName tile, uint32_t width) -> absl::StatusOr<std::vector<Hash>> {
        std::vector<Hash> hashes;
        if (tile.index == HashesAt(tile.level, range_.size()) / kTileWidth) {
          hashes = edges_[tile.level].hashes;
        } else {
          TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                                 rows_->Get(layout::Tile(tile.level, tile.index)));
          if (value) {
            TALLY_ASSIGN_OR_RETURN(hashes, DecodeTile(*value));
          }
        }
        if (hashes.size() < width) {
          return absl::DataLossError(
              absl::StrCat("tile ", tile.level, "/", tile.index, " is missing or short"));
        }
        hashes.resize(width);
        return hashes;
      });
}

}  // namespace tally::ledger
