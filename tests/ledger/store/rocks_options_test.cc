// Goal: the options that keep acknowledged bytes are set, the logger never writes a file and stays
// small, and the first reason for poison is kept. Method: read them back.
#include "ledger/store/rocks_options.h"

#include <gtest/gtest.h>

namespace tally::ledger {
namespace {

TEST(RocksOptions, SafetyIsOn) {
  const auto logger = std::make_shared<StoreLogger>();
  const auto health = std::make_shared<StoreHealth>();
  const rocksdb::Options options = MakeRocksOptions(logger, health, rocksdb::Env::Default());
  EXPECT_EQ(options.wal_recovery_mode, rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords);
  EXPECT_TRUE(options.track_and_verify_wals_in_manifest);
  EXPECT_TRUE(options.paranoid_checks);
  EXPECT_TRUE(options.paranoid_file_checks);
  EXPECT_TRUE(options.force_consistency_checks);
  EXPECT_TRUE(options.verify_sst_unique_id_in_manifest);
  EXPECT_TRUE(options.flush_verify_memtable_count);
  EXPECT_TRUE(options.fail_if_options_file_error);
  EXPECT_NE(options.file_checksum_gen_factory, nullptr);
  EXPECT_EQ(options.memtable_protection_bytes_per_key, 8u);
  EXPECT_EQ(options.recycle_log_file_num, 0u);
  EXPECT_EQ(options.max_bgerror_resume_count, 0);
  EXPECT_FALSE(options.manual_wal_flush);
  EXPECT_FALSE(options.best_efforts_recovery);
  EXPECT_FALSE(options.create_if_missing);
  EXPECT_EQ(options.info_log, logger);
  EXPECT_TRUE(MakeRocksReadOptions().verify_checksums);
  const rocksdb::WriteOptions writes = MakeRocksWriteOptions();
  EXPECT_TRUE(writes.sync);
  EXPECT_FALSE(writes.disableWAL);
  EXPECT_EQ(writes.protection_bytes_per_key, 8u);
}

TEST(RocksOptions, LoggerKeepsTheNewestLinesInMemory) {
  StoreLogger logger;
  EXPECT_EQ(logger.newest(), "");
  for (int i = 0; i < 1000; ++i) {
    rocksdb::Log(rocksdb::InfoLogLevel::ERROR_LEVEL, &logger, "line %d", i);
  }
  EXPECT_NE(logger.newest().find("line 999"), std::string::npos) << logger.newest();
  EXPECT_LE(logger.lines(), 64u);
}

TEST(RocksOptions, TheFirstReasonForPoisonIsKept) {
  StoreHealth health;
  EXPECT_FALSE(health.poisoned());
  rocksdb::Status error = rocksdb::Status::IOError("first");
  bool resume = true;
  health.OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason::kFlush, error, &resume);
  EXPECT_FALSE(resume);
  error = rocksdb::Status::IOError("second");
  health.OnBackgroundError(rocksdb::BackgroundErrorReason::kFlush, &error);
  EXPECT_TRUE(health.poisoned());
  EXPECT_NE(health.reason().find("first"), std::string::npos);
}

}  // namespace
}  // namespace tally::ledger
