// Claiming a log: the lock, the judgement, the recovery and the new epoch, in that order.
//
//   1. the head file's lock; both slots
//   2. the store read-only and strict; if that refuses, read-only up to the first damage
//   3. the judgement (start.h): refuse here, and nothing was changed
//   4. after an unclean stop what RocksDB may delete is set aside
//   5. the store for writing; it must hold what step 2 saw
//   6. a tail that does not verify is taken back; what was recovered is written down
//   7. the epoch rises, in the head file
// A crash in any step leaves a state that the same steps judge again.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/log/backend.h"
#include "ledger/log/embedded_log.h"
#include "ledger/log/head_file.h"

namespace tally::ledger {

struct ClaimedLog {
  std::unique_ptr<HeadFile> head_file;
  std::unique_ptr<Store> store;
  uint64_t size = 0;  // records in the store
  std::vector<std::pair<uint64_t, uint64_t>> undos;  // [first, limit) of commits with an undo left
  std::optional<Claimed::Recovery> recovery;
};

absl::StatusOr<ClaimedLog> CreateLog(const EmbeddedLogOptions& options,
                                     const EmbeddedLogSeam& seam);
absl::StatusOr<ClaimedLog> ClaimLog(const EmbeddedLogOptions& options, const EmbeddedLogSeam& seam);

}  // namespace tally::ledger
