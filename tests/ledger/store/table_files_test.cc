// Goal: a table file that differs from what the MANIFEST says of it is named, and RocksDB's codes
// become ours. Method: a store with one table, every 61st byte of it flipped while it is open.
#include "ledger/store/table_files.h"

#include <gtest/gtest.h>

#include "ledger/store/rocks_options.h"
#include "rocksdb/db.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

TEST(TableFiles, CodesAreTranslated) {
  EXPECT_TRUE(FromRocks("x", rocksdb::Status::OK()).ok());
  EXPECT_TRUE(absl::IsDataLoss(FromRocks("x", rocksdb::Status::Corruption("c"))));
  EXPECT_TRUE(absl::IsNotFound(FromRocks("x", rocksdb::Status::NotFound())));
  EXPECT_TRUE(absl::IsNotFound(FromRocks("x", rocksdb::Status::PathNotFound())));
  EXPECT_TRUE(absl::IsUnavailable(FromRocks("x", rocksdb::Status::IOError("e"))));
  EXPECT_TRUE(absl::IsUnavailable(FromRocks("x", rocksdb::Status::NoSpace())));
  EXPECT_TRUE(absl::IsFailedPrecondition(FromRocks("x", rocksdb::Status::InvalidArgument("i"))));
}

// T-01
TEST(TableFiles, T01AFlippedByteNamesTheTable) {
  const tests::ScratchDirectory scratch;
  rocksdb::Options options =
      MakeRocksOptions(std::make_shared<StoreLogger>(), std::make_shared<StoreHealth>(),
                       rocksdb::Env::Default());
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, scratch / "db", &opened).ok());
  const std::unique_ptr<rocksdb::DB> database(opened);
  ASSERT_TRUE(database->Put(rocksdb::WriteOptions(), "key", std::string(500, 'v')).ok());
  ASSERT_TRUE(database->Flush(rocksdb::FlushOptions()).ok());
  std::vector<rocksdb::LiveFileMetaData> tables;
  database->GetLiveFilesMetaData(&tables);
  ASSERT_EQ(tables.size(), 1u);
  const std::string path = scratch / "db/" + tables[0].relative_filename;
  const auto all = [](const std::string&, uint64_t) { return true; };
  const auto none = [](const std::string&, uint64_t) { return false; };
  ASSERT_TRUE(CheckTableFiles(*database, all).ok()) << CheckTableFiles(*database, all);
  const std::string bytes = tests::ReadText(path);
  ASSERT_GT(bytes.size(), 500u);
  for (size_t at = 0; at < bytes.size(); at += 61) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    tests::WriteText(path, flipped);
    const absl::Status status = CheckTableFiles(*database, all);
    ASSERT_TRUE(absl::IsDataLoss(status)) << "byte " << at;
    ASSERT_NE(status.message().find(tables[0].relative_filename), std::string::npos) << status;
    ASSERT_TRUE(CheckTableFiles(*database, none).ok());
  }
  tests::WriteText(path, bytes);
}

}  // namespace
}  // namespace tally::ledger
