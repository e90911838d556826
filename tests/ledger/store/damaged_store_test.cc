// Goal: a store is read file by file as far as its bytes go, and none of its files changes.
// Method: stores with tables and a log, whole, without what a database needs to open, and with
// damaged tables.
#include "ledger/store/damaged_store.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "ledger/store/store.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

Bytes DamagedKey(int number) {
  std::string text = "key 000";
  text += std::to_string(1000 + number);
  return Bytes(text.begin(), text.end());
}

Bytes DamagedValue(int number) {
  Bytes value(20'000, static_cast<uint8_t>(number));
  value[0] = static_cast<uint8_t>(number >> 8);
  return value;
}

// Rows [first, limit), in as many commits.
void PutRows(const std::string& directory, int first, int limit, bool create, bool close) {
  Store::Options options;
  options.directory = directory;
  options.mode = Store::Mode::kReadWrite;
  options.create = create;
  const auto store = Store::Open(options);
  TALLY_CHECK(store.ok());
  for (int i = first; i < limit; ++i) {
    WriteSet writes;
    writes.puts.push_back({DamagedKey(i), DamagedValue(i)});
    TALLY_CHECK((*store)->Commit(writes).ok());
  }
  if (close) TALLY_CHECK((*store)->CloseCleanly().ok());
}

class DamagedStoreTest : public testing::Test {
 protected:
  DamagedStoreTest() {
    PutRows(directory_, 0, 30, true, true);
    PutRows(directory_, 30, 50, false, false);
  }
  int Readable() {
    const auto store = DamagedStore::Open(directory_);
    TALLY_CHECK(store.ok());
    int readable = 0;
    for (int i = 0; i < 50; ++i) {
      const std::vector<Bytes> values = (*store)->Values(DamagedKey(i));
      readable += !values.empty() && values.back() == DamagedValue(i);
    }
    return readable;
  }
  std::string FileEndingIn(const std::string& suffix) const {
    for (const auto& [name, text] : tests::PictureOf(directory_)) {
      if (name.ends_with(suffix) && !text.empty()) return directory_ + "/" + name;
    }
    return "";
  }
  tests::ScratchDirectory scratch_;
  const std::string directory_ = scratch_ / "store";
};

TEST_F(DamagedStoreTest, TablesAndLogsAreReadAndNothingChanges) {
  const tests::Picture before = tests::PictureOf(directory_);
  EXPECT_EQ(Readable(), 50);
  const auto store = DamagedStore::Open(directory_);
  ASSERT_TRUE(store.ok());
  ASSERT_GE((*store)->files().size(), 2u);
  for (const auto& file : (*store)->files()) EXPECT_EQ(file.trouble, "") << file.name;
  EXPECT_TRUE((*store)->Values(DamagedKey(77)).empty());
  EXPECT_EQ((*store)->LastKey(DamagedKey(0), DamagedKey(999)), DamagedKey(49));
  EXPECT_EQ((*store)->LastKey(DamagedKey(0), DamagedKey(10)), DamagedKey(9));
  EXPECT_EQ((*store)->LastKey(DamagedKey(60), DamagedKey(999)), std::nullopt);
  EXPECT_EQ(tests::PictureOf(directory_), before);
}

TEST_F(DamagedStoreTest, WhatADatabaseNeedsToOpenIsNotNeeded) {
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".sst") || name.ends_with(".log")) continue;
    std::filesystem::remove(entry.path());
  }
  EXPECT_EQ(Readable(), 50);
}

TEST_F(DamagedStoreTest, ADamagedBlockCostsItsRowsAndIsNamed) {
  const std::string table = FileEndingIn(".sst");
  ASSERT_NE(table, "");
  std::string bytes = tests::ReadText(table);
  for (size_t i = 100'000; i < 100'010; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 1);
  tests::WriteText(table, bytes);
  EXPECT_GE(Readable(), 48);
  EXPECT_LT(Readable(), 50);
  const auto store = DamagedStore::Open(directory_);
  ASSERT_TRUE(store.ok());
  int troubled = 0;
  for (const auto& file : (*store)->files()) troubled += !file.trouble.empty();
  EXPECT_EQ(troubled, 1);
}

TEST_F(DamagedStoreTest, ATableWithoutItsEndLeavesTheOtherFiles) {
  const std::string table = FileEndingIn(".sst");
  const std::string bytes = tests::ReadText(table);
  tests::WriteText(table, bytes.substr(0, bytes.size() / 2));
  EXPECT_GE(Readable(), 20);
  tests::WriteText(table, "");
  EXPECT_GE(Readable(), 20);
  EXPECT_FALSE(DamagedStore::Open(scratch_ / "nowhere").ok());
}

}  // namespace
}  // namespace tally::ledger
