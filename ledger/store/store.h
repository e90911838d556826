// An ordered map of bytes to bytes on disk, which keeps what it has acknowledged: RocksDB behind a
// promise of our own, so that nothing else in the program includes it.
//
// Durability: Commit returns OK only after the whole write set is on stable storage (one synced
// WAL record). A failed Commit leaves the outcome unknown and poisons the store: every later Commit
// is refused until the process restarts (RELIABILITY 4.6). Order: commits apply in call order.
// Threads: any number of readers; Commit is called by one thread at a time.
// Errors: Unavailable (storage refused; outcome unknown), DataLoss (bytes contradict a checksum),
// FailedPrecondition (poisoned, locked by another process, or damaged so that it must not be
// opened).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/bytes.h"

namespace tally::ledger {

// What one commit writes, whole or not at all.
struct WriteSet {
  struct Put {
    Bytes key;
    Bytes value;
  };
  // The same without a copy: the bytes outlive the commit.
  struct BorrowedPut {
    ByteView key;
    ByteView value;
  };
  std::vector<Put> puts;
  std::vector<Bytes> deletes;
  std::vector<BorrowedPut> borrowed;
};

// Lets tests stop the process at named points: the hook is called with the point's name.
using Failpoint = std::function<void(absl::string_view point)>;

class Store {
 public:
  enum class Mode {
    kReadOnly,  // strict: tolerates a torn WAL tail, refuses every checksum mismatch; changes no
                // file
    kReadOnlyPointInTime,  // only for start step 5b: reads up to the first damage; changes no file
    kReadWrite,
    kReadWritePointInTime,  // only after a read-only look at the same point showed nothing lost
  };
  struct Options {
    std::string directory;
    Mode mode = Mode::kReadOnly;
    bool create = false;       // kReadWrite only: the directory must be empty or absent
    bool check_files = false;  // verify the checksums of every table file at open
    Failpoint failpoint;
  };
  static absl::StatusOr<std::unique_ptr<Store>> Open(const Options& options);
  virtual ~Store() = default;

  virtual absl::StatusOr<std::optional<Bytes>> Get(ByteView key) const = 0;
  // Calls `visit` for keys in [first, limit) ascending (empty limit: to the end) until it returns
  // false. Views are valid during the call only.
  virtual absl::Status Scan(
      ByteView first, ByteView limit,
      const std::function<bool(ByteView key, ByteView value)>& visit) const = 0;
  // The greatest key in [first, limit), or nullopt.
  virtual absl::StatusOr<std::optional<WriteSet::Put>> Last(ByteView first,
                                                            ByteView limit) const = 0;
  virtual absl::Status Commit(const WriteSet& writes) = 0;
  // Afterwards no file of the store holds an earlier value of these keys: what was written is
  // flushed, the files that held it are compacted down to the last level, and those that are not
  // needed any more are gone. Not beside Commit. Unavailable and poisoned as Commit.
  virtual absl::Status Purge(const std::vector<Bytes>& keys) = 0;
  virtual bool poisoned() const = 0;
  // Flushes, closes and marks a clean close: sizes and checksums of every file, so that the next
  // start can name a file that was changed since. Reads are refused afterwards
  // (FailedPrecondition).
  virtual absl::Status CloseCleanly() = 0;
  // Verifies the checksums of every file; DataLoss names the first bad one.
  virtual absl::Status CheckFiles() const = 0;
  // Bytes of all files of the store.
  virtual absl::StatusOr<uint64_t> DiskBytes() const = 0;
};

}  // namespace tally::ledger
