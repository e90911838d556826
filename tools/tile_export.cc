#include "tools/tile_export.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "ledger/chain/cosignature.h"
#include "ledger/chain/tile_files.h"
#include "ledger/tiles/tile_folder.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/files.h"

namespace tally::tools {
namespace {

using ledger::kTileWidth;
using ledger::TileFolder;
using ledger::TileName;
namespace fs = std::filesystem;

absl::Status MakeFolder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return RefuseAt({path.string(), 0, 0}, "file-unwritable",
                  absl::StrCat("cannot be made: ", error.message()));
}

absl::Status Contradicts(const std::string& where, absl::string_view what) {
  return RefuseAt({where, 0, 0}, "state-forbids", what,
                  "nothing was changed; keep the directory, it may be evidence, and name another");
}

class TileWriter {
 public:
  TileWriter(const TileSource& source, const std::string& directory)
      : source_(source), directory_(directory) {}

  absl::StatusOr<TileExport> Run() {
    TALLY_RETURN_IF_ERROR(CheckSource());
    TALLY_RETURN_IF_ERROR(LookAtDirectory());
    TALLY_RETURN_IF_ERROR(MakeFolder(directory_));
    TALLY_RETURN_IF_ERROR(WriteBundles());
    for (uint32_t level = 0; ledger::TileHashes({level, 0}, size()) > 0; ++level) {
      TALLY_RETURN_IF_ERROR(WriteLevel(level));
    }
    // Every file that the checkpoint speaks of is on the disk; now it may speak.
    TALLY_RETURN_IF_ERROR(WriteCheckpoint());
    TALLY_RETURN_IF_ERROR(RemoveOutgrown());
    done_.size = size();
    return done_;
  }

 private:
  uint64_t size() const { return source_.checkpoint.size; }
  std::string In(const std::string& name) const { return absl::StrCat(directory_, "/", name); }

  // What is published must be what the note says.
  absl::Status CheckSource() const {
    TALLY_ASSIGN_OR_RETURN(const Hash root, ledger::RootFromTiles(size(), source_.tile));
    if (root == source_.checkpoint.root) return absl::OkStatus();
    return Refuse("ledger-unverified",
                  absl::StrCat("the tiles of the ledger give root ", ToBase64(root.view()),
                               ", its head says ", ToBase64(source_.checkpoint.root.view())),
                  "run `tally verify`");
  }

  absl::Status LookAtDirectory() {
    std::error_code error;
    if (!fs::exists(directory_, error)) return absl::OkStatus();
    if (!fs::is_directory(directory_, error)) {
      return RefuseAt({directory_, 0, 0}, "already-exists", "is a file", "name a directory");
    }
    if (!Exists(In("checkpoint"))) {
      // An export that was cut short left `tile`; anything else is somebody's.
      for (const fs::directory_entry& entry : fs::directory_iterator(directory_, error)) {
        const std::string name = entry.path().filename().string();
        if (name == "tile" || name == "checkpoint.new") continue;
        return RefuseAt({directory_, 0, 0}, "already-exists",
                        absl::StrCat("holds ", name, " and no checkpoint"),
                        "name an empty directory, or one that an export made");
      }
      return absl::OkStatus();
    }
    const absl::StatusOr<TileFolder> folder = TileFolder::Open(directory_);
    if (!folder.ok()) return TranslateAt({In("checkpoint"), 0, 0}, "bad-input", folder.status());
    return CheckPrefix(*folder);
  }

  // The tree that lies there must be a prefix of this log, under a key of this log.
  absl::Status CheckPrefix(const TileFolder& folder) {
    const std::string where = In("checkpoint");
    const std::string& origin = source_.checkpoint.origin;
    if (folder.checkpoint().origin != origin) {
      return RefuseAt({where, 0, 0}, "identity-mismatch",
                      absl::StrCat("is of ", folder.checkpoint().origin, ", not of ", origin),
                      "name the directory of this log, or an empty one");
    }
    const absl::StatusOr<ledger::Checkpoint> kept =
        ledger::OpenCheckpoint(folder.note(), source_.log_keys, origin);
    if (!kept.ok()) return TranslateAt({where, 0, 0}, "identity-mismatch", kept.status());
    if (kept->size > size()) {
      return Contradicts(where, absl::StrCat("holds ", kept->size, " records, the log that is ",
                                             "exported only ", size()));
    }
    TALLY_ASSIGN_OR_RETURN(const Hash root, ledger::RootFromTiles(kept->size, source_.tile));
    if (root != kept->root) {
      return Contradicts(where, absl::StrCat("has root ", ToBase64(kept->root.view()), " at size ",
                                             kept->size, ", this log has ", ToBase64(root.view())));
    }
    done_.previous = kept->size;
    if (kept->size == size()) kept_note_ = folder.note();
    return absl::OkStatus();
  }

  // Leaf hashes that the ledger's tree has for a bundle.
  absl::StatusOr<std::vector<Hash>> Leaves(uint64_t bundle, uint32_t width) const {
    return source_.tile({0, bundle}, width);
  }

  absl::Status WriteBundles() {
    const uint64_t bundles = (size() + kTileWidth - 1) / kTileWidth;
    for (uint64_t bundle = 0; bundle < bundles; ++bundle) {
      const uint32_t width = ledger::TileHashes({0, bundle}, size());
      TALLY_ASSIGN_OR_RETURN(const std::vector<Hash> leaves, Leaves(bundle, width));
      const std::string path = In(ledger::BundlePath(bundle, width));
      if (Exists(path)) {
        TALLY_RETURN_IF_ERROR(CompareBundle(path, bundle, leaves));
        continue;
      }
      TALLY_ASSIGN_OR_RETURN(const std::vector<Bytes> entries,
                             source_.entries(bundle * kTileWidth, width));
      TALLY_RETURN_IF_ERROR(CheckEntries(entries, leaves));
      TALLY_ASSIGN_OR_RETURN(const Bytes bytes, ledger::EncodeBundle(entries));
      TALLY_RETURN_IF_ERROR(Place(path, bytes));
    }
    return absl::OkStatus();
  }

  static absl::Status CheckEntries(const std::vector<Bytes>& entries,
                                   const std::vector<Hash>& leaves) {
    bool same = entries.size() == leaves.size();
    for (size_t i = 0; same && i < leaves.size(); ++i) {
      same = ledger::LeafHash(entries[i]) == leaves[i];
    }
    if (same) return absl::OkStatus();
    return Refuse("ledger-unverified", "entries of the ledger are not the leaves of its tree",
                  "run `tally verify`");
  }

  // A bundle that lies there is right when its entries are the leaves: no record need be read.
  absl::Status CompareBundle(const std::string& path, uint64_t bundle,
                             const std::vector<Hash>& leaves) {
    const auto entries = Folder().Bundle(bundle, static_cast<uint32_t>(leaves.size()));
    bool same = entries.ok();
    for (size_t i = 0; same && i < leaves.size(); ++i) {
      same = ledger::LeafHash((*entries)[i]) == leaves[i];
    }
    if (!same) return Contradicts(path, "holds other entries than this log");
    ++done_.compared;
    return absl::OkStatus();
  }

  absl::Status WriteLevel(uint32_t level) {
    for (uint64_t index = 0;; ++index) {
      const TileName name{level, index};
      const uint32_t width = ledger::TileHashes(name, size());
      if (width == 0) return absl::OkStatus();
      TALLY_ASSIGN_OR_RETURN(const std::vector<Hash> hashes, source_.tile(name, width));
      const std::string path = In(ledger::TilePath(name, width));
      if (Exists(path)) {
        const auto found = Folder().Tile(name, width);
        if (!found.ok() || *found != hashes) {
          return Contradicts(path, "holds other hashes than this log");
        }
        ++done_.compared;
        continue;
      }
      TALLY_RETURN_IF_ERROR(Place(path, ledger::EncodeTileFile(hashes)));
    }
  }

  absl::Status Place(const std::string& path, const Bytes& bytes) {
    TALLY_RETURN_IF_ERROR(MakeFolder(fs::path(path).parent_path()));
    TALLY_RETURN_IF_ERROR(WriteFile(path, AsText(bytes), Privacy::kPublic, Replace::kYes));
    ++done_.written;
    return absl::OkStatus();
  }

  // Cosignatures that were collected for this size before stay.
  absl::Status WriteCheckpoint() {
    std::string note = source_.note;
    if (!kept_note_.empty()) {
      TALLY_ASSIGN_OR_RETURN(const ledger::Note fresh, ledger::ParseNote(source_.note));
      absl::StatusOr<std::string> joined = ledger::AddSignatures(kept_note_, fresh.unverified);
      if (!joined.ok()) return Translate(Doing::kInput, joined.status());
      TALLY_ASSIGN_OR_RETURN(const ledger::Note both, ledger::ParseNote(*joined));
      // Nothing new: the file stays as it is, byte for byte.
      TALLY_ASSIGN_OR_RETURN(const ledger::Note kept, ledger::ParseNote(kept_note_));
      if (both.unverified.size() == kept.unverified.size()) return absl::OkStatus();
      note = *std::move(joined);
    }
    TALLY_RETURN_IF_ERROR(WriteFile(In("checkpoint"), note, Privacy::kPublic, Replace::kYes));
    ++done_.written;
    return absl::OkStatus();
  }

  // Partial files of tiles that are full now: readers fall back to the full file.
  absl::Status RemoveOutgrown() {
    for (uint32_t level = 0; ledger::TileHashes({level, 0}, size()) > 0; ++level) {
      // Only the tiles that the log's edge has passed since the last export can have some.
      const uint64_t first = (done_.previous >> (8 * level)) / kTileWidth;
      for (uint64_t index = first; ledger::TileHashes({level, index}, size()) == kTileWidth;
           ++index) {
        TALLY_RETURN_IF_ERROR(Remove(In(ledger::TilePath({level, index}, kTileWidth)) + ".p"));
        if (level == 0) {
          TALLY_RETURN_IF_ERROR(Remove(In(ledger::BundlePath(index, kTileWidth)) + ".p"));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status Remove(const std::string& folder) {
    std::error_code error;
    if (!fs::is_directory(fs::symlink_status(folder, error))) return absl::OkStatus();
    const auto count = fs::remove_all(folder, error);
    if (error) {
      return RefuseAt({folder, 0, 0}, "file-unwritable",
                      absl::StrCat("cannot be removed: ", error.message()));
    }
    done_.removed += count - 1;  // files, without their folder
    return absl::OkStatus();
  }

  TileFolder Folder() const { return TileFolder::WithoutCheckpoint(directory_); }

  const TileSource& source_;
  const std::string directory_;
  std::string kept_note_;  // of the same size; "" when there is none
  TileExport done_;
};

}  // namespace

absl::StatusOr<TileExport> ExportTiles(const TileSource& source, const std::string& directory) {
  return TileWriter(source, directory).Run();
}

}  // namespace tally::tools
