#include "ledger/store/rocks_options.h"

#include <cstdarg>
#include <cstdio>

#include "rocksdb/cache.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

namespace tally::ledger {
namespace {

constexpr size_t kWriteBufferBytes = 64 * 1024 * 1024;
constexpr size_t kBlockCacheBytes = 64 * 1024 * 1024;

rocksdb::BlockBasedTableOptions MakeTableOptions() {
  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;
  table.format_version = 5;
  table.block_size = 16 * 1024;
  table.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  // Most index lookups of an append ask for keys that do not exist yet.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  return table;
}

}  // namespace

void StoreLogger::Logv(const char* format, va_list arguments) {
  char line[1024];
  const int written = std::vsnprintf(line, sizeof(line), format, arguments);
  if (written <= 0) return;
  std::lock_guard<std::mutex> lock(mutex_);
  lines_.emplace_back(line);
  if (lines_.size() > kLinesMax) lines_.pop_front();
}

std::string StoreLogger::newest() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return lines_.empty() ? std::string() : lines_.back();
}

size_t StoreLogger::lines() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return lines_.size();
}

void StoreHealth::OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) {
  Poison(error == nullptr ? "a background error without words" : error->ToString());
}

void StoreHealth::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status error,
                                       bool* auto_recovery) {
  Poison(error.ToString());
  if (auto_recovery != nullptr) *auto_recovery = false;
}

void StoreHealth::Poison(absl::string_view reason) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (poisoned_.load(std::memory_order_relaxed)) return;
  reason_ = std::string(reason);
  poisoned_.store(true, std::memory_order_release);
}

std::string StoreHealth::reason() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return reason_;
}

rocksdb::Options MakeRocksOptions(const std::shared_ptr<StoreLogger>& logger,
                                  const std::shared_ptr<StoreHealth>& health, rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  options.info_log = logger;
  options.listeners = {health};
  options.create_if_missing = false;
  // A torn last WAL record is forgiven, every checksum mismatch is refused. The default mode drops
  // everything behind a damaged record without a word.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Finds deleted or cut closed WAL files, which the mode above would forgive.
  options.track_and_verify_wals_in_manifest = true;
  options.recycle_log_file_num = 0;  // old records in a recycled file would weaken the tail's rules
  options.manual_wal_flush = false;
  options.allow_mmap_writes = false;
  options.paranoid_checks = true;
  options.force_consistency_checks = true;
  options.verify_sst_unique_id_in_manifest = true;
  options.flush_verify_memtable_count = true;
  options.paranoid_file_checks = true;
  options.memtable_protection_bytes_per_key = 8;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.best_efforts_recovery = false;
  options.two_write_queues = false;
  options.unordered_write = false;
  options.enable_pipelined_write = false;
  options.max_bgerror_resume_count = 0;  // no resuming behind our back: StoreHealth decides
  options.fail_if_options_file_error = true;
  // Values are signed bytes and hashes, so compression gains little and costs the replay.
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = kWriteBufferBytes;
  options.max_background_jobs = 2;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.skip_stats_update_on_db_open = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(MakeTableOptions()));
  return options;
}

rocksdb::ReadOptions MakeRocksReadOptions() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  return options;
}

rocksdb::WriteOptions MakeRocksWriteOptions() {
  rocksdb::WriteOptions options;
  options.sync = true;
  options.disableWAL = false;
  options.protection_bytes_per_key = 8;
  return options;
}

}  // namespace tally::ledger
