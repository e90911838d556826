// RocksDB as the ledger uses it: ONE function makes the options for writer, readers and auditors,
// because a database written with WAL tracking and opened without it ends the process, and because
// an option that differs by mode is an option that no test of the other mode has seen.
//
// What each safety option is for stands beside it in the source.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rocksdb/env.h"
#include "rocksdb/listener.h"
#include "rocksdb/options.h"

namespace tally::ledger {

// Keeps the database's warnings and errors in memory, the newest few. RocksDB's own log file
// writer ends the process when the disk is full, so there is no such file.
class StoreLogger final : public rocksdb::Logger {
 public:
  StoreLogger() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override;
  // The newest line, or nothing.
  std::string newest() const;
  size_t lines() const;

 private:
  static constexpr size_t kLinesMax = 64;
  mutable std::mutex mutex_;
  std::deque<std::string> lines_;  // guarded by mutex_
};

// Whether the store may still be written. Once poisoned it stays so (RELIABILITY: after a failed
// write or sync only a restart, which compares with the outside head, can tell what is there).
class StoreHealth final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status error,
                            bool* auto_recovery) override;
  // The first reason is kept.
  void Poison(absl::string_view reason);
  bool poisoned() const { return poisoned_.load(std::memory_order_acquire); }
  std::string reason() const;

 private:
  std::atomic<bool> poisoned_ = false;
  mutable std::mutex mutex_;
  std::string reason_;  // guarded by mutex_
};

rocksdb::Options MakeRocksOptions(const std::shared_ptr<StoreLogger>& logger,
                                  const std::shared_ptr<StoreHealth>& health, rocksdb::Env* env);
rocksdb::ReadOptions MakeRocksReadOptions();
rocksdb::WriteOptions MakeRocksWriteOptions();

}  // namespace tally::ledger
