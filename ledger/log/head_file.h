// The head outside the database: two slots of 4,096 bytes in one file made once, at init.
//
// It is what finds a database that was rolled back, cut or emptied, so it lies elsewhere and obeys
// four rules:
//   - one writer: an exclusive lock on the file for the writer's life
//   - before each write both slots are read and must equal memory: a file that somebody else wrote
//     or restored ends the writer
//   - the older slot is overwritten, then synced; a write torn by a crash leaves the newer one
//   - generations rise by one; size and root of a size never change (never two roots for one size)
// A failed write or sync poisons the file for this process: what it holds is unknown.
#pragma once

#include <sys/types.h>

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/chain/note.h"
#include "ledger/store/store.h"

namespace tally::ledger {

// The two system calls that make a head durable; tests put failing ones in their place.
struct HeadFileCalls {
  std::function<ssize_t(int file, const void* bytes, size_t count, off_t at)> write_at;
  std::function<int(int file)> sync;
  static HeadFileCalls System();
};

class HeadFile {
 public:
  // Makes the file with `first` in it; FailedPrecondition when the path is taken.
  static absl::StatusOr<std::unique_ptr<HeadFile>> Create(const std::string& path,
                                                          const HeadSlot& first,
                                                          const HeadFileCalls& calls,
                                                          const Failpoint& failpoint);
  // Takes the lock and reads both slots. Unavailable: another writer holds it. NotFound: no file.
  // FailedPrecondition: not a head file, or neither slot is whole.
  static absl::StatusOr<std::unique_ptr<HeadFile>> OpenForWriting(const std::string& path,
                                                                  const HeadFileCalls& calls,
                                                                  const Failpoint& failpoint);
  // The newest whole slot, without a lock.
  static absl::StatusOr<HeadSlot> Read(const std::string& path);

  ~HeadFile();  // releases the lock
  HeadFile(const HeadFile&) = delete;
  HeadFile& operator=(const HeadFile&) = delete;

  const HeadSlot& newest() const { return newest_; }
  // Writes `next` over the older slot and syncs; OK means that it is on stable storage.
  // InvalidArgument breaks a rule of the file head and changes nothing; anything else poisons.
  absl::Status Advance(const HeadSlot& next);

 private:
  using Slots = std::array<Bytes, 2>;
  HeadFile(std::string path, int file, HeadFileCalls calls, Failpoint failpoint);
  static absl::StatusOr<Slots> ReadSlots(const std::string& path, int file);
  // The index of the newest whole slot and what it says.
  static absl::StatusOr<std::pair<size_t, HeadSlot>> Newest(const std::string& path,
                                                            const Slots& slots);
  absl::Status CheckRules(const HeadSlot& next) const;
  absl::Status WriteSlot(size_t slot, const Bytes& bytes);
  void Reach(absl::string_view point) const;

  const std::string path_;
  const int file_;
  const HeadFileCalls calls_;
  const Failpoint failpoint_;
  Slots slots_;         // the file's bytes as last read or written
  size_t newest_slot_ = 0;
  HeadSlot newest_;
  bool poisoned_ = false;
};

}  // namespace tally::ledger
