// The log under one process, on one disk: a store in DIR/store and a head file outside it. This
// header is for the room and its tests; everybody else takes backend.h.
//
// One commit, and what a crash between its steps leaves:
//
//   Append    1. one synced batch: segment, indexes, tiles, undo, and the head of the commit before
//                crash: a tail that the outside head does not cover; the next start judges it
//             2. both segment values are read back and compared with checksums taken before
//   Barrier   3. the head outside is advanced and synced; from here the commit is acknowledged
//                crash before: as after 1; the torn slot leaves the other one
//
// The head inside therefore follows one commit behind and is never newer than the one outside: a
// newer one means that the head file was rolled back. It saves a second sync for each commit.
//
// Append and Barrier may be called by two threads at once (one each): the next commit is written
// while the head of the one before is synced.
#pragma once

#include <functional>
#include <memory>

#include "ledger/log/backend.h"
#include "ledger/log/head_file.h"

namespace tally::ledger {

// What tests replace: the way a store is opened and the calls that make a head durable.
struct EmbeddedLogSeam {
  std::function<absl::StatusOr<std::unique_ptr<Store>>(const Store::Options&)> open_store;
  HeadFileCalls head_calls;
  static EmbeddedLogSeam System();
};

absl::StatusOr<std::unique_ptr<LogBackend>> OpenEmbeddedLog(const EmbeddedLogOptions& options,
                                                            const EmbeddedLogSeam& seam);

// The database's directory and where quarantines go.
std::string StoreDirectory(const EmbeddedLogOptions& options);

}  // namespace tally::ledger
