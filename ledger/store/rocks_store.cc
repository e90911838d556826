#include "ledger/store/rocks_store.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "ledger/store/clean_mark.h"
#include "ledger/store/durable_file.h"
#include "ledger/store/rocks_options.h"
#include "ledger/store/slice.h"
#include "ledger/store/table_files.h"
#include "rocksdb/db.h"
#include "rocksdb/iterator.h"
#include "rocksdb/write_batch.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

using Mode = Store::Mode;

bool Writes(Mode mode) { return mode == Mode::kReadWrite || mode == Mode::kReadWritePointInTime; }

bool PointInTime(Mode mode) {
  return mode == Mode::kReadOnlyPointInTime || mode == Mode::kReadWritePointInTime;
}

// Counts calls that are inside the database, so that closing waits for them instead of pulling it
// away. A call that comes after the gate closed is turned back.
class Gate {
 public:
  bool Enter() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) return false;
    ++inside_;
    return true;
  }
  void Leave() {
    std::lock_guard<std::mutex> lock(mutex_);
    --inside_;
    if (inside_ == 0) empty_.notify_all();
  }
  // False when it was closed before.
  bool Close() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (closed_) return false;
    closed_ = true;
    empty_.wait(lock, [this] { return inside_ == 0; });
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  bool closed_ = false;
  int inside_ = 0;
};

class Visit {
 public:
  explicit Visit(Gate& gate) : gate_(gate), admitted_(gate.Enter()) {}
  ~Visit() {
    if (admitted_) gate_.Leave();
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  bool admitted() const { return admitted_; }

 private:
  Gate& gate_;
  bool admitted_;
};

absl::Status ClosedError() { return absl::FailedPreconditionError("the store is closed"); }

// What opening needs and the store then keeps; the environment outlives the database.
struct Surroundings {
  Store::Options options;
  std::unique_ptr<rocksdb::Env> env;  // null: the default environment
  std::shared_ptr<StoreLogger> logger = std::make_shared<StoreLogger>();
  std::shared_ptr<StoreHealth> health = std::make_shared<StoreHealth>();
  rocksdb::WriteOptions write_options = MakeRocksWriteOptions();
};

class RocksStore final : public Store {
 public:
  RocksStore(Surroundings surroundings, std::unique_ptr<rocksdb::DB> database)
      : around_(std::move(surroundings)), database_(std::move(database)) {}
  ~RocksStore() override { gate_.Close(); }

  absl::StatusOr<std::optional<Bytes>> Get(ByteView key) const override;
  absl::Status Scan(ByteView first, ByteView limit,
                    const std::function<bool(ByteView, ByteView)>& visit) const override;
  absl::StatusOr<std::optional<WriteSet::Put>> Last(ByteView first, ByteView limit) const override;
  absl::Status Commit(const WriteSet& writes) override;
  absl::Status Purge(const std::vector<Bytes>& keys) override;
  bool poisoned() const override { return around_.health->poisoned(); }
  absl::Status CloseCleanly() override;
  absl::Status CheckFiles() const override;
  absl::StatusOr<uint64_t> DiskBytes() const override;

 private:
  void Reach(absl::string_view point) const {
    if (around_.options.failpoint) around_.options.failpoint(point);
  }
  const std::string& directory() const { return around_.options.directory; }

  Surroundings around_;
  mutable Gate gate_;
  std::unique_ptr<rocksdb::DB> database_;  // null once closed
};

absl::StatusOr<std::optional<Bytes>> RocksStore::Get(ByteView key) const {
  const Visit visit(gate_);
  if (!visit.admitted()) return ClosedError();
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = database_->Get(
      MakeRocksReadOptions(), database_->DefaultColumnFamily(), ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return FromRocks("cannot read key " + ToHex(key), status);
  const ByteView bytes = ToView(value);
  return std::optional<Bytes>(Bytes(bytes.begin(), bytes.end()));
}

absl::Status RocksStore::Scan(ByteView first, ByteView limit,
                              const std::function<bool(ByteView, ByteView)>& visit) const {
  const Visit inside(gate_);
  if (!inside.admitted()) return ClosedError();
  const rocksdb::Slice bound = ToSlice(limit);
  rocksdb::ReadOptions options = MakeRocksReadOptions();
  if (!limit.empty()) options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> rows(database_->NewIterator(options));
  for (rows->Seek(ToSlice(first)); rows->Valid(); rows->Next()) {
    if (!visit(ToView(rows->key()), ToView(rows->value()))) return absl::OkStatus();
  }
  // Not valid is the end only if the status says so: a bad block looks the same.
  return FromRocks("cannot read after key " + ToHex(first), rows->status());
}

absl::StatusOr<std::optional<WriteSet::Put>> RocksStore::Last(ByteView first,
                                                              ByteView limit) const {
  const Visit inside(gate_);
  if (!inside.admitted()) return ClosedError();
  const rocksdb::Slice bound = ToSlice(limit);
  rocksdb::ReadOptions options = MakeRocksReadOptions();
  if (!limit.empty()) options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> rows(database_->NewIterator(options));
  rows->SeekToLast();
  if (!rows->Valid()) {
    TALLY_RETURN_IF_ERROR(FromRocks("cannot read before key " + ToHex(limit), rows->status()));
    return std::optional<WriteSet::Put>();
  }
  if (rows->key().compare(ToSlice(first)) < 0) return std::optional<WriteSet::Put>();
  const ByteView key = ToView(rows->key());
  const ByteView value = ToView(rows->value());
  return std::optional<WriteSet::Put>(
      WriteSet::Put{Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
}

// Builds the batch; the protection bytes let RocksDB find a bit that flips on the way to its log.
rocksdb::Status BuildBatch(const WriteSet& writes, rocksdb::WriteBatch& batch) {
  rocksdb::Status status;
  for (const WriteSet::BorrowedPut& put : writes.borrowed) {
    if (status.ok()) status = batch.Put(ToSlice(put.key), ToSlice(put.value));
  }
  for (const WriteSet::Put& put : writes.puts) {
    if (status.ok()) status = batch.Put(ToSlice(put.key), ToSlice(put.value));
  }
  for (const Bytes& key : writes.deletes) {
    if (status.ok()) status = batch.Delete(ToSlice(key));
  }
  return status;
}

size_t BytesOf(const WriteSet& writes) {
  size_t bytes = 64;
  for (const auto& put : writes.borrowed) bytes += put.key.size() + put.value.size() + 16;
  for (const auto& put : writes.puts) bytes += put.key.size() + put.value.size() + 16;
  for (const auto& key : writes.deletes) bytes += key.size() + 16;
  return bytes;
}

absl::Status RocksStore::Commit(const WriteSet& writes) {
  const Visit inside(gate_);
  if (!inside.admitted()) return ClosedError();
  if (!Writes(around_.options.mode)) {
    return absl::FailedPreconditionError("the store is open for reading only");
  }
  if (poisoned()) {
    return absl::FailedPreconditionError("the store refuses writes until a restart: " +
                                         around_.health->reason());
  }
  rocksdb::WriteBatch batch(BytesOf(writes), 0, around_.write_options.protection_bytes_per_key, 0);
  rocksdb::Status status = BuildBatch(writes, batch);
  Reach("commit.before-write");
  // A crash before this returns leaves the whole batch or nothing of it in the WAL; the start
  // sequence compares what is there with the outside head.
  if (status.ok()) status = database_->Write(around_.write_options, &batch);
  Reach("commit.after-write");
  if (!status.ok()) {
    around_.health->Poison(status.ToString());
    return absl::UnavailableError("the outcome of the commit is unknown: " + status.ToString());
  }
  // A background error that came meanwhile does not touch what is synced, but it ends this run.
  return absl::OkStatus();
}

// A flush drops the versions that memory holds and ends the log that holds them; a compaction down
// to the last level, forced there too, drops those in files. RocksDB deletes what it needs no more
// when it finds the time; ending a pause of deletions makes it look for all of that at once.
absl::Status RocksStore::Purge(const std::vector<Bytes>& keys) {
  const Visit inside(gate_);
  if (!inside.admitted()) return ClosedError();
  if (!Writes(around_.options.mode)) {
    return absl::FailedPreconditionError("the store is open for reading only");
  }
  rocksdb::FlushOptions flush;
  flush.wait = true;
  rocksdb::Status status = database_->Flush(flush);
  Reach("purge.after-flush");
  rocksdb::CompactRangeOptions compact;
  compact.exclusive_manual_compaction = true;
  compact.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (const Bytes& key : keys) {
    const rocksdb::Slice only = ToSlice(key);
    if (status.ok()) status = database_->CompactRange(compact, &only, &only);
  }
  Reach("purge.after-compaction");
  if (status.ok()) status = database_->DisableFileDeletions();
  if (status.ok()) status = database_->EnableFileDeletions(/*force=*/true);
  if (!status.ok()) {
    around_.health->Poison(status.ToString());
    return absl::UnavailableError("erased bytes may still lie in files: " + status.ToString());
  }
  // A file that comes back after a power cut would bring them along.
  TALLY_RETURN_IF_ERROR(SyncDirectory(directory()));
  Reach("purge.after-deletion");
  return absl::OkStatus();
}

absl::Status RocksStore::CloseCleanly() {
  if (!Writes(around_.options.mode)) {
    return absl::FailedPreconditionError("the store is open for reading only");
  }
  if (!gate_.Close()) return ClosedError();
  if (poisoned()) {
    return absl::FailedPreconditionError("no clean close after a failed write: " +
                                         around_.health->reason());
  }
  // A crash in here leaves no mark: the next start takes the long way, which is always right.
  rocksdb::FlushOptions flush;
  flush.wait = true;
  rocksdb::Status status = database_->Flush(flush);
  if (status.ok()) status = database_->Close();
  database_.reset();
  if (!status.ok()) {
    around_.health->Poison(status.ToString());
    return FromRocks("cannot close the store at " + directory(), status);
  }
  Reach("close.before-mark");
  TALLY_RETURN_IF_ERROR(WriteCleanMark(directory()));
  Reach("close.after-mark");
  return absl::OkStatus();
}

absl::Status RocksStore::CheckFiles() const {
  const Visit inside(gate_);
  if (!inside.admitted()) return ClosedError();
  return CheckTableFiles(*database_, [](const std::string&, uint64_t) { return true; });
}

absl::StatusOr<uint64_t> RocksStore::DiskBytes() const {
  TALLY_ASSIGN_OR_RETURN(const std::vector<FileSize> files, ListFiles(directory()));
  uint64_t bytes = 0;
  for (const FileSize& file : files) bytes += file.size;
  return bytes;
}

// Step 1: what must be there before RocksDB may look, since some of its ways of looking create
// files.
absl::Status CheckDirectory(const Store::Options& options) {
  TALLY_ASSIGN_OR_RETURN(const PathKind kind, KindOf(options.directory));
  if (options.create) {
    if (kind == PathKind::kAbsent) return absl::OkStatus();
    if (kind != PathKind::kDirectory) {
      return absl::FailedPreconditionError(options.directory + " is in the way of a new store");
    }
    TALLY_ASSIGN_OR_RETURN(const std::vector<FileSize> files, ListFiles(options.directory));
    if (files.empty()) return absl::OkStatus();
    return absl::FailedPreconditionError(options.directory + " is not empty: it holds " +
                                         files.front().name);
  }
  if (kind != PathKind::kDirectory) {
    return absl::FailedPreconditionError(options.directory + (kind == PathKind::kAbsent
                                                                  ? " does not exist"
                                                                  : " is not a directory"));
  }
  // RocksDB opens what its own files name, and waits at a named pipe for ever.
  TALLY_RETURN_IF_ERROR(RequirePlainFiles(options.directory));
  TALLY_ASSIGN_OR_RETURN(const PathKind current, KindOf(options.directory + "/CURRENT"));
  if (current == PathKind::kFile) return absl::OkStatus();
  return absl::FailedPreconditionError("the store at " + options.directory +
                                       " has no CURRENT file");
}

// Step 2. What the mark said is given back, so that step 4 knows whether it is still needed.
absl::StatusOr<std::optional<CleanMark>> CheckMark(const Store::Options& options) {
  const std::string& directory = options.directory;
  TALLY_ASSIGN_OR_RETURN(const std::optional<CleanMark> mark, ReadMark(directory, kCleanMarkName));
  if (!mark.has_value()) return std::optional<CleanMark>();
  uint64_t bytes = 0;
  for (const CleanMark::File& file : mark->files) bytes += file.size;
  const bool every_byte = options.check_files || bytes < kCheckAllBytesMax;
  const absl::Status same = CheckAgainstMark(
      directory, *mark, every_byte ? MarkScope::kEveryByte : MarkScope::kWithoutTables);
  if (same.ok()) return mark;
  // A writer that starts while a reader looks takes the mark away first and changes files then.
  TALLY_ASSIGN_OR_RETURN(const std::optional<CleanMark> again, ReadMark(directory, kCleanMarkName));
  if (!Writes(options.mode) && again != mark) return std::optional<CleanMark>();
  if (absl::IsNotFound(same)) return absl::FailedPreconditionError(same.message());
  return same;
}

absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenDatabase(Surroundings& around,
                                                          const RocksSeam& seam) {
  const Store::Options& wanted = around.options;
  if (seam.file_system != nullptr) around.env = rocksdb::NewCompositeEnv(seam.file_system);
  rocksdb::Options options =
      MakeRocksOptions(around.logger, around.health,
                       around.env == nullptr ? rocksdb::Env::Default() : around.env.get());
  if (PointInTime(wanted.mode)) {
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  }
  options.create_if_missing = wanted.create;
  options.error_if_exists = wanted.create;
  if (seam.spoil) seam.spoil(options, around.write_options);
  rocksdb::DB* database = nullptr;
  const rocksdb::Status status =
      Writes(wanted.mode) ? rocksdb::DB::Open(options, wanted.directory, &database)
                          : rocksdb::DB::OpenForReadOnly(options, wanted.directory, &database);
  std::unique_ptr<rocksdb::DB> owned(database);
  if (status.ok()) return owned;
  const std::string message =
      "the store at " + wanted.directory + " cannot be opened: " + status.ToString();
  const bool refused = status.IsNoSpace() || (status.IsIOError() && !status.IsPathNotFound());
  if (refused) return absl::UnavailableError(message);
  return absl::FailedPreconditionError(message);
}

// Step 4.
absl::Status CheckNewTables(rocksdb::DB& database, const Store::Options& options) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<FileSize> files, ListFiles(options.directory));
  uint64_t bytes = 0;
  for (const FileSize& file : files) bytes += file.size;
  std::optional<CleanMark> known;
  if (!options.check_files && bytes >= kCheckAllBytesMax) {
    TALLY_ASSIGN_OR_RETURN(known, ReadMark(options.directory, kLastMarkName));
  }
  const absl::Status checked =
      CheckTableFiles(database, [&](const std::string& name, uint64_t size) {
        if (!known.has_value()) return true;
        const auto found = std::ranges::lower_bound(known->files, name, {}, &CleanMark::File::name);
        return found == known->files.end() || found->name != name || found->size != size;
      });
  if (!absl::IsDataLoss(checked)) return checked;
  return absl::FailedPreconditionError(checked.message());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const Store::Options& options,
                                                      const RocksSeam& seam) {
  TALLY_CHECK(!options.create || options.mode == Mode::kReadWrite);
  TALLY_RETURN_IF_ERROR(CheckDirectory(options));
  std::optional<CleanMark> mark;
  if (!options.create) {
    TALLY_ASSIGN_OR_RETURN(mark, CheckMark(options));
  }
  if (Writes(options.mode) && mark.has_value()) {
    // From here on files change. A crash right after leaves no mark and files as they were.
    TALLY_RETURN_IF_ERROR(RetireCleanMark(options.directory));
  }
  Surroundings around;
  around.options = options;
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<rocksdb::DB> database, OpenDatabase(around, seam));
  if (!Writes(options.mode) && !mark.has_value()) {
    TALLY_RETURN_IF_ERROR(CheckNewTables(*database, options));
  }
  if (options.create) TALLY_RETURN_IF_ERROR(SyncDirectory(DirectoryOf(options.directory)));
  return std::unique_ptr<Store>(
      std::make_unique<RocksStore>(std::move(around), std::move(database)));
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const Options& options) {
  return OpenRocksStore(options, RocksSeam{});
}

}  // namespace tally::ledger
