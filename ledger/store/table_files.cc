#include "ledger/store/table_files.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "rocksdb/db.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/file_system.h"
#include "schema/bytes.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// Feeds a file to `generator` through the database's own file system, so that injected faults and
// simulated losses are seen here too.
absl::Status ReadFile(rocksdb::FileSystem& files, const std::string& path,
                      rocksdb::FileChecksumGenerator& generator) {
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  rocksdb::IOStatus status =
      files.NewSequentialFile(path, rocksdb::FileOptions(), &file, /*dbg=*/nullptr);
  if (!status.ok()) return FromRocks("cannot open " + path, status);
  std::string scratch(256 * 1024, '\0');
  while (true) {
    rocksdb::Slice part;
    status = file->Read(scratch.size(), rocksdb::IOOptions(), &part, scratch.data(), nullptr);
    if (!status.ok()) return FromRocks("cannot read " + path, status);
    if (part.empty()) return absl::OkStatus();
    generator.Update(part.data(), part.size());
  }
}

absl::Status CheckTableFile(rocksdb::FileSystem& files, const rocksdb::LiveFileMetaData& table) {
  const std::string path = table.directory + "/" + table.relative_filename;
  rocksdb::FileChecksumGenContext context;
  context.file_name = path;
  const std::unique_ptr<rocksdb::FileChecksumGenerator> generator =
      rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator(context);
  if (table.file_checksum_func_name != generator->Name()) {
    return absl::DataLossError(path + ": the database names no " + generator->Name() + " of it");
  }
  TALLY_RETURN_IF_ERROR(ReadFile(files, path, *generator));
  generator->Finalize();
  if (generator->GetChecksum() == table.file_checksum) return absl::OkStatus();
  return absl::DataLossError(path + ": its checksum is not the one that the database names");
}

}  // namespace

absl::Status CheckTableFiles(
    rocksdb::DB& database,
    const std::function<bool(const std::string& name, uint64_t size)>& wanted) {
  std::vector<rocksdb::LiveFileMetaData> tables;
  database.GetLiveFilesMetaData(&tables);
  std::ranges::sort(tables, {}, &rocksdb::LiveFileMetaData::relative_filename);
  for (rocksdb::LiveFileMetaData& table : tables) {
    // Some releases give the name with a leading slash.
    if (!table.relative_filename.empty() && table.relative_filename[0] == '/') {
      table.relative_filename.erase(0, 1);
    }
    if (table.directory.empty()) table.directory = database.GetName();
    if (!wanted(table.relative_filename, table.size)) continue;
    TALLY_RETURN_IF_ERROR(CheckTableFile(*database.GetFileSystem(), table));
  }
  return absl::OkStatus();
}

absl::Status FromRocks(absl::string_view what, const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = std::string(what) + ": " + status.ToString();
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsNotFound() || status.IsPathNotFound()) return absl::NotFoundError(message);
  if (status.IsIOError() || status.IsNoSpace() || status.IsBusy() || status.IsTryAgain()) {
    return absl::UnavailableError(message);
  }
  return absl::FailedPreconditionError(message);
}

}  // namespace tally::ledger
