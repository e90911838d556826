// The log under the ledger, in five calls: claim, append, read, barrier, seal; and a sixth that the
// law asks for, erase. The embedded
// RocksDB log is the default and the first backend; what lies above knows only this page, so that
// a ledger that outgrows one machine changes its backend and nothing else.
//
// A log is a sequence of records grouped into commits. `Append` is conditional: it takes effect
// only if the caller still owns the log (epoch) and its next index is the expected one, whole or
// not at all, and returns OK only when the bytes are durable *and* the head outside the database
// is advanced and synced.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/note.h"
#include "ledger/store/checksum.h"
#include "ledger/store/store.h"
#include "schema/bytes.h"

namespace tally::ledger {

// What a claim found: the right to append, and the state to go on from.
struct Claimed {
  uint64_t epoch = 0;
  HeadSlot head;  // generation 0 and size 0 for a new log
  // Set when the start found an unacknowledged tail or set damaged files aside (RELIABILITY 4.5).
  struct Recovery {
    uint64_t head_size = 0;  // of the outside head
    uint64_t found_size = 0;
    uint64_t kept_size = 0;
    uint64_t dropped_bytes = 0;
    Hash quarantine;
    std::string reason;
  };
  std::optional<Recovery> recovery;
};

// One commit: the records [first, first + count) and everything derived from them.
struct Commit {
  uint64_t first = 0;
  uint64_t count = 0;
  Bytes spine;  // ledger/log/segment.h
  Bytes bodies;
  WriteSet derived;  // indexes and tiles, in the same synced write
  // XXH3 of the two values, taken before the bytes were hashed for signing: the read-back must give
  // the same (T-12). Taken at the call when not given.
  std::optional<Checksum> spine_checksum;
  std::optional<Checksum> bodies_checksum;
};

class LogBackend {
 public:
  virtual ~LogBackend() = default;
  // Takes the lock (Unavailable when another holds it), runs the start sequence, begins an epoch.
  virtual absl::StatusOr<Claimed> Claim() = 0;
  // Writes, syncs, reads back and compares. The head is not advanced yet: the caller signs
  // meanwhile. Aborted: fenced or another next index. InvalidArgument: no readable segment, nothing
  // was written. Unavailable: outcome unknown, poisoned.
  virtual absl::Status Append(uint64_t epoch, const Commit& commit) = 0;
  // Advances the head inside and outside the database to `head` and syncs; only then may receipts
  // and the checkpoint's signature leave the process. Durable position = head.size.
  // Generation and epoch of `head` are set here. One Append and one Barrier may run at once.
  virtual absl::Status Barrier(uint64_t epoch, const HeadSlot& head) = 0;
  // Carries out the erasures that stand below the durable position (erasing.h): the one case in
  // which bytes that were recorded are written over. Unavailable: poisoned, the next start goes on.
  virtual absl::Status Erase(uint64_t epoch) = 0;
  // The store to read segments, indexes and tiles from.
  virtual const Store& store() const = 0;
  // Ends the epoch cleanly: no further Append and no further read; flushes and marks the clean
  // close. The lock goes with the object.
  virtual absl::Status Seal(uint64_t epoch) = 0;
};

struct EmbeddedLogOptions {
  std::string directory;  // DIR; the database lies in DIR/store
  std::string head_path;  // the two slots
  bool create = false;
  bool check_files = false;
  Failpoint failpoint;
  // Checks that the stored log verifies up to a size (chain, tree, root): set by the log room, used
  // by the start sequence to judge a tail. Returns the root at `size`.
  std::function<absl::StatusOr<Hash>(const Store& store, uint64_t size)> root_at;
};
absl::StatusOr<std::unique_ptr<LogBackend>> OpenEmbeddedLog(const EmbeddedLogOptions& options);

// The read-only half of the start sequence: opens the store without changing a file and compares it
// with the outside head. FailedPrecondition says what differs (sizes, roots, first missing index).
struct ReadableLog {
  std::unique_ptr<Store> store;
  HeadSlot head;
};
absl::StatusOr<ReadableLog> OpenEmbeddedLogForReading(const EmbeddedLogOptions& options);

}  // namespace tally::ledger
