// Checks table files against the checksums that the database's own MANIFEST names, file by file
// and by plain reads, so that the answer names the bad file and nothing is cached or changed.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace rocksdb {
class DB;
class Status;
}  // namespace rocksdb

namespace tally::ledger {

// Checks the live table files for which `wanted(name, size)` says so. DataLoss names the first bad
// one; Unavailable when one cannot be read.
absl::Status CheckTableFiles(
    rocksdb::DB& database,
    const std::function<bool(const std::string& name, uint64_t size)>& wanted);

// What RocksDB said, in our codes: DataLoss for corruption, Unavailable for refused input and
// output, NotFound, FailedPrecondition for the rest.
absl::Status FromRocks(absl::string_view what, const rocksdb::Status& status);

}  // namespace tally::ledger
