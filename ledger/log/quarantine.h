// Copies of the store's logs, taken before the database may delete them.
//
// RocksDB deletes WAL, MANIFEST and orphaned files when it opens for writing. What an unclean stop
// left is evidence of what happened, so it is set aside first. Table files are not: they are named
// by the MANIFEST that is, and an accepted start keeps them.
//
//   quarantine-<epoch>     before files or records are dropped: synced copies and, last, an INDEX;
//                          -2, -3 and so on when a start of the same epoch was cut short before
//   quarantine-unclean     before any other start after an unclean stop: hard links, only the last
//
//   INDEX    one line a file, sorted: <name> <size> <SHA-256 in hex>
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/identity.h"

namespace tally::ledger {

struct Quarantine {
  std::string directory;
  Hash index;              // SHA-256 of INDEX: what the `recovered` event names
  uint64_t wal_bytes = 0;  // of the write-ahead logs set aside
};
absl::StatusOr<Quarantine> SetAside(const std::string& store_directory,
                                    const std::string& directory, uint64_t epoch);
// The first complete quarantine of an epoch, if there is one: what a start set aside that a crash
// ended before it could write down that it did.
absl::StatusOr<std::optional<Quarantine>> FindQuarantine(const std::string& directory,
                                                         uint64_t epoch);

// Links into DIRECTORY/quarantine-unclean, in place of the links before.
absl::Status KeepLinks(const std::string& store_directory, const std::string& directory);
// Ends what KeepLinks made, which holds files that the store deleted since.
absl::Status RemoveLinks(const std::string& directory);
// FailedPrecondition names a folder of copies, if there is one: what is erased may lie in it.
absl::Status CheckNoCopies(const std::string& directory);

}  // namespace tally::ledger
