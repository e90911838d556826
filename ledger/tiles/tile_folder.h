// A directory of tiles as a stranger reads it: a checkpoint, hash tiles, entry bundles, no store.
//
// Nothing in it is trusted. CheckTiles computes every leaf from the entries, every tile from what
// lies below it, and the root from the leaves; whose checkpoint it is that this root stands in, and
// who else signed it, is decided by the keys that the caller brings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"

namespace tally::ledger {

class TileFolder {
 public:
  // Reads DIR/checkpoint. NotFound without one; InvalidArgument for one that is no checkpoint.
  static absl::StatusOr<TileFolder> Open(const std::string& directory);
  // The files of a directory whose checkpoint is not asked: note() is empty.
  static TileFolder WithoutCheckpoint(const std::string& directory);

  const std::string& note() const { return note_; }             // as it lies there
  const Checkpoint& checkpoint() const { return checkpoint_; }  // what it says, unverified
  // The first `width` hashes of a tile: from the file of that width, else from the one that the
  // checkpoint's size implies, else from the full one, as a partial file may be deleted once the
  // tile is full. NotFound names the first of these files.
  absl::StatusOr<std::vector<Hash>> Tile(TileName tile, uint32_t width) const;
  absl::StatusOr<std::vector<Bytes>> Bundle(uint64_t index, uint32_t width) const;
  // For proofs; refers to this folder.
  TileReader Reader() const;

 private:
  TileFolder() = default;
  std::vector<uint32_t> WidthsFor(TileName tile, uint32_t width) const;
  std::string directory_;
  std::string note_;
  Checkpoint checkpoint_;
};

// One thing that a tile directory has wrong. `index` is that of the first entry concerned.
struct TileFinding {
  std::string kind;  // "entry", "tile-file", "bundle-file", "tile-hash", "tree-root", "time-order"
  std::optional<uint64_t> index;
  std::string where;
  std::string expected;
  std::string found;
};
struct TileReport {
  uint64_t entries = 0;  // whose leaf hash was computed
  uint64_t tiles = 0;    // compared with what lies below them
  Hash root;             // of the entries
  std::vector<TileFinding> findings;
  std::vector<std::string> notes;
};
enum class EntryForm {
  kAny,        // any C2SP log
  kTallystick  // entries are 44 bytes, and their times never decrease
};
// Stops at the first file that cannot be read or whose content is wrong.
TileReport CheckTiles(const TileFolder& folder, EntryForm form);

}  // namespace tally::ledger
