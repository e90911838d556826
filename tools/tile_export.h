// Writes a log as a directory of C2SP tiles that any web server can serve, and goes on from what an
// earlier call left there.
//
// Order of writing: bundles and tiles first, the checkpoint last, each file synced and renamed into
// its place. A crash leaves files that no checkpoint speaks of yet; the next call compares and
// keeps them. A full tile or bundle is never written again: it is compared, and one that differs
// ends the call. A directory of another log, of a longer one, or of one that is no prefix of this
// log is refused before anything is written.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"

namespace tally::tools {

// What is exported. The functions must outlive the call.
struct TileSource {
  ledger::Checkpoint checkpoint;
  std::string note;                           // signed; what DIR/checkpoint will be
  std::vector<ledger::VerifierKey> log_keys;  // that may have signed what lies in DIR
  ledger::TileReader tile;                    // of the tree of checkpoint.size
  // Entries [first, first + count); asked for in ascending order.
  std::function<absl::StatusOr<std::vector<Bytes>>(uint64_t first, uint32_t count)> entries;
};

struct TileExport {
  uint64_t size = 0;      // of the log that DIR now holds
  uint64_t previous = 0;  // that it held before; 0: nothing
  uint64_t written = 0;   // files
  uint64_t compared = 0;  // full files that lay there already and are as they should be
  uint64_t removed = 0;   // partial files whose tile is full now
};
// Fault identity-mismatch, state-forbids, already-exists, bad-input or file-unwritable.
absl::StatusOr<TileExport> ExportTiles(const TileSource& source, const std::string& directory);

}  // namespace tally::tools
