// Goal: what RocksDB may delete is kept, named by one hash, and no earlier quarantine is written
// over. Method: a directory of made-up files.
#include "ledger/log/quarantine.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "ledger/crypto/sha256.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

using tests::PictureOf;
using tests::ReadText;
using tests::ScratchDirectory;
using tests::WriteText;

class QuarantineTest : public testing::Test {
 protected:
  QuarantineTest() {
    std::filesystem::create_directory(store_);
    WriteText(store_ + "/CURRENT", "MANIFEST-000001\n");
    WriteText(store_ + "/MANIFEST-000001", "manifest");
    WriteText(store_ + "/000002.log", "a log");
    WriteText(store_ + "/000003.sst", "a table");
    WriteText(store_ + "/CLEAN.last", "a mark");
  }
  ScratchDirectory scratch_;
  const std::string store_ = scratch_ / "store";
};

TEST_F(QuarantineTest, KeepsLogsAndNamesThem) {
  const auto before = PictureOf(store_);
  const auto quarantine = SetAside(store_, scratch_.path(), 7);
  ASSERT_TRUE(quarantine.ok()) << quarantine.status();
  EXPECT_EQ(quarantine->directory, scratch_ / "quarantine-7");
  EXPECT_EQ(quarantine->wal_bytes, 5u);
  const auto kept = PictureOf(quarantine->directory);
  EXPECT_EQ(kept.size(), 4u);
  EXPECT_EQ(kept.at("000002.log"), "a log");
  EXPECT_EQ(kept.at("CURRENT"), "MANIFEST-000001\n");
  EXPECT_EQ(quarantine->index, Sha256Of({AsBytes(kept.at("INDEX"))}));
  EXPECT_NE(kept.at("INDEX").find("000002.log 5 " + Sha256Of({AsBytes("a log")}).ToHex() + "\n"),
            std::string::npos);
  EXPECT_EQ(PictureOf(store_), before);
  const auto found = FindQuarantine(scratch_.path(), 7);
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->index, quarantine->index);
  EXPECT_FALSE(FindQuarantine(scratch_.path(), 8)->has_value());
}

TEST_F(QuarantineTest, ACompleteOneIsNeverWrittenOver) {
  ASSERT_TRUE(SetAside(store_, scratch_.path(), 7).ok());
  WriteText(store_ + "/000002.log", "another log");
  const auto second = SetAside(store_, scratch_.path(), 7);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->directory, scratch_ / "quarantine-7-2");
  EXPECT_EQ(ReadText(scratch_ / "quarantine-7/000002.log"), "a log");
  // One without an INDEX was cut short: its files are copied again.
  std::filesystem::remove(scratch_ / "quarantine-7-2/INDEX");
  EXPECT_EQ(SetAside(store_, scratch_.path(), 7)->directory, scratch_ / "quarantine-7-2");
}

TEST_F(QuarantineTest, LinksAreReplaced) {
  ASSERT_TRUE(KeepLinks(store_, scratch_.path()).ok());
  std::filesystem::remove(store_ + "/000002.log");
  EXPECT_EQ(ReadText(scratch_ / "quarantine-unclean/000002.log"), "a log");
  WriteText(store_ + "/000009.log", "newer");
  ASSERT_TRUE(KeepLinks(store_, scratch_.path()).ok());
  const auto kept = PictureOf(scratch_ / "quarantine-unclean");
  EXPECT_EQ(kept.size(), 3u);
  EXPECT_EQ(kept.at("000009.log"), "newer");
}

}  // namespace
}  // namespace tally::ledger
