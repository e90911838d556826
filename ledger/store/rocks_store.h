// The store on RocksDB, with the seam through which tests put a failing file system below it.
//
// Opening, in order, none of which changes a file in the read-only modes:
//   1. the directory is one, is no link, and has a CURRENT file
//   2. the mark of the clean close, if there is one: every file as it was (clean_mark.h)
//   3. the database opens in the mode's recovery mode: WAL, MANIFEST, CURRENT, sizes
//   4. without a mark: the checksums of the table files written since the last clean close, or of
//      all of them when the store is small or `check_files` says so
// The modes that write leave step 4 to the read-only opening that must come before them: RocksDB
// deletes files when it opens for writing, so a look afterwards would come too late.
#pragma once

#include <functional>
#include <memory>

#include "ledger/store/store.h"
#include "rocksdb/file_system.h"
#include "rocksdb/options.h"

namespace tally::ledger {

struct RocksSeam {
  std::shared_ptr<rocksdb::FileSystem> file_system;  // null: the system's
  // Tests of the tests: changes an option that must never change, to see a test fail.
  std::function<void(rocksdb::Options&, rocksdb::WriteOptions&)> spoil;
};

absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const Store::Options& options,
                                                      const RocksSeam& seam);

}  // namespace tally::ledger
