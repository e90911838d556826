// Entries are read once, bundle by bundle; of each level only the tile that is being filled is
// kept, so a log of any size is checked in the memory of a few tiles.
#include "ledger/tiles/tile_folder.h"

#include "absl/strings/str_cat.h"
#include "ledger/chain/record.h"
#include "ledger/chain/tile_files.h"
#include "ledger/files/plain_file.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kBundleBytesMax = kTileWidth * (2 + kTileEntryBytesMax);

absl::StatusOr<Bytes> ReadTileFile(const std::string& path, size_t bytes_max) {
  const absl::StatusOr<std::string> text = ReadPlainFile(path, bytes_max);
  if (text.ok()) return Bytes(text->begin(), text->end());
  const absl::Status status = At(path, text.status());
  return absl::IsNotFound(status) ? status : absl::FailedPreconditionError(status.message());
}

// The levels above the entries while they grow: each complete tile is compared and becomes one
// hash of the level above.
class GrowingTiles {
 public:
  GrowingTiles(const TileFolder& folder, TileReport& report) : folder_(folder), report_(report) {}

  // False once something was wrong.
  bool Append(const Hash& leaf) {
    Hash hash = leaf;
    for (uint32_t level = 0;; ++level) {
      if (level == levels_.size()) levels_.emplace_back();
      Level& at = levels_[level];
      at.hashes.push_back(hash);
      if (at.hashes.size() < kTileWidth) return true;
      if (!Compare({level, at.tile}, at.hashes)) return false;
      hash = TreeRoot(at.hashes);
      at.hashes.clear();
      ++at.tile;
    }
  }

  // The right edge.
  bool Finish() {
    for (uint32_t level = 0; level < levels_.size(); ++level) {
      const Level& at = levels_[level];
      if (!at.hashes.empty() && !Compare({level, at.tile}, at.hashes)) return false;
    }
    return true;
  }

 private:
  struct Level {
    uint64_t tile = 0;
    std::vector<Hash> hashes;
  };

  bool Compare(TileName name, const std::vector<Hash>& expected) {
    const auto width = static_cast<uint32_t>(expected.size());
    const std::string where = TilePath(name, width);
    const absl::StatusOr<std::vector<Hash>> found = folder_.Tile(name, width);
    if (!found.ok()) {
      report_.findings.push_back({"tile-file", FirstEntry(name, 0), where,
                                  absl::StrCat(width, " hashes"),
                                  std::string(found.status().message())});
      return false;
    }
    for (uint32_t i = 0; i < width; ++i) {
      if ((*found)[i] == expected[i]) continue;
      report_.findings.push_back({"tile-hash", FirstEntry(name, i),
                                  absl::StrCat(where, " hash ", i), expected[i].ToHex(),
                                  (*found)[i].ToHex()});
      return false;
    }
    ++report_.tiles;
    return true;
  }

  static uint64_t FirstEntry(TileName name, uint32_t hash) {
    return (name.index * kTileWidth + hash) << (8 * name.level);
  }

  const TileFolder& folder_;
  TileReport& report_;
  std::vector<Level> levels_;
};

// What an entry of ours says of the order of time.
void CheckEntry(const Bytes& bytes, uint64_t index, int64_t& last_ms, TileReport& report) {
  const absl::StatusOr<Entry> entry = DecodeEntry(bytes);
  const std::string where = absl::StrCat("entry ", index);
  if (!entry.ok()) {
    report.findings.push_back(
        {"entry", index, where, "an entry of 44 bytes", std::string(entry.status().message())});
    return;
  }
  // One lower time is legal behind `time corrected`, which only the ledger itself shows.
  if (entry->recorded_ms < last_ms) {
    report.notes.push_back(absl::StrCat(where, " was recorded at ", entry->recorded_ms,
                                        " ms, before the entry in front of it at ", last_ms,
                                        " ms; the ledger must show a `time corrected` there"));
  }
  last_ms = entry->recorded_ms;
}

}  // namespace

TileFolder TileFolder::WithoutCheckpoint(const std::string& directory) {
  TileFolder folder;
  folder.directory_ = directory;
  return folder;
}

absl::StatusOr<TileFolder> TileFolder::Open(const std::string& directory) {
  TileFolder folder = WithoutCheckpoint(directory);
  TALLY_ASSIGN_OR_RETURN(const Bytes note, ReadTileFile(directory + "/checkpoint", kNoteBytesMax));
  folder.note_ = std::string(AsText(note));
  TALLY_ASSIGN_OR_RETURN(const Note parsed, ParseNote(folder.note_));
  TALLY_ASSIGN_OR_RETURN(folder.checkpoint_, ParseCheckpointText(parsed.text));
  return folder;
}

std::vector<uint32_t> TileFolder::WidthsFor(TileName tile, uint32_t width) const {
  std::vector<uint32_t> widths = {width};
  const uint32_t edge = TileHashes(tile, checkpoint_.size);
  if (edge > width) widths.push_back(edge);
  if (edge < kTileWidth && width < kTileWidth) widths.push_back(kTileWidth);
  return widths;
}

absl::StatusOr<std::vector<Hash>> TileFolder::Tile(TileName tile, uint32_t width) const {
  absl::Status missing;
  for (const uint32_t stored : WidthsFor(tile, width)) {
    const absl::StatusOr<Bytes> bytes = ReadTileFile(
        absl::StrCat(directory_, "/", TilePath(tile, stored)), kTileWidth * Hash::size());
    if (!bytes.ok()) missing.Update(bytes.status());
    if (absl::IsNotFound(bytes.status())) continue;
    if (!bytes.ok()) return bytes.status();
    TALLY_ASSIGN_OR_RETURN(std::vector<Hash> hashes, DecodeTileFile(*bytes, stored));
    hashes.resize(width);
    return hashes;
  }
  return missing;
}

absl::StatusOr<std::vector<Bytes>> TileFolder::Bundle(uint64_t index, uint32_t width) const {
  absl::Status missing;
  for (const uint32_t stored : WidthsFor({0, index}, width)) {
    const absl::StatusOr<Bytes> bytes =
        ReadTileFile(absl::StrCat(directory_, "/", BundlePath(index, stored)), kBundleBytesMax);
    if (!bytes.ok()) missing.Update(bytes.status());
    if (absl::IsNotFound(bytes.status())) continue;
    if (!bytes.ok()) return bytes.status();
    TALLY_ASSIGN_OR_RETURN(std::vector<Bytes> entries, DecodeBundle(*bytes, stored));
    entries.resize(width);
    return entries;
  }
  return missing;
}

TileReader TileFolder::Reader() const {
  return [this](TileName tile, uint32_t width) { return Tile(tile, width); };
}

TileReport CheckTiles(const TileFolder& folder, EntryForm form) {
  TileReport report;
  GrowingTiles tiles(folder, report);
  CompactRange range;
  const uint64_t size = folder.checkpoint().size;
  int64_t last_ms = INT64_MIN;
  while (report.entries < size && report.findings.empty()) {
    const uint64_t bundle = report.entries / kTileWidth;
    const uint32_t width = TileHashes({0, bundle}, size);
    const absl::StatusOr<std::vector<Bytes>> entries = folder.Bundle(bundle, width);
    if (!entries.ok()) {
      report.findings.push_back({"bundle-file", report.entries, BundlePath(bundle, width),
                                 absl::StrCat(width, " entries"),
                                 std::string(entries.status().message())});
      break;
    }
    for (const Bytes& entry : *entries) {
      if (form == EntryForm::kTallystick) CheckEntry(entry, report.entries, last_ms, report);
      const Hash leaf = LeafHash(entry);
      range.Append(leaf);
      ++report.entries;
      if (!tiles.Append(leaf) || !report.findings.empty()) break;
    }
  }
  report.root = range.Root();
  if (!report.findings.empty() || !tiles.Finish()) return report;
  if (report.root != folder.checkpoint().root) {
    report.findings.push_back({"tree-root", std::nullopt, "checkpoint",
                               ToBase64(folder.checkpoint().root.view()),
                               ToBase64(report.root.view())});
  }
  return report;
}

}  // namespace tally::ledger
