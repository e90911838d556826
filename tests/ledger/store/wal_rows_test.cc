// Goal: every row of a write-ahead log that is whole is read, whatever lies around it; damage is
// counted and ends nothing but the block that it lies in.
// Method: the log of a real store, whole, with every stretch of it damaged, cut at every place.
#include "ledger/store/wal_rows.h"

#include <gtest/gtest.h>

#include <map>

#include "ledger/store/store.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

using WalMap = std::map<std::string, std::string>;

// The log of a store with `rows` rows of `bytes` bytes, which no flush has seen.
std::string LogOfStore(int rows, size_t bytes) {
  tests::ScratchDirectory scratch;
  Store::Options options;
  options.directory = scratch / "store";
  options.mode = Store::Mode::kReadWrite;
  options.create = true;
  const auto store = Store::Open(options);
  TALLY_CHECK(store.ok());
  for (int i = 0; i < rows; ++i) {
    WriteSet writes;
    const std::string key = "key " + std::to_string(i);
    const std::string value = std::to_string(i) + std::string(bytes, 'v');
    writes.puts.push_back({Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
    if (i > 0) {
      const std::string gone = "key " + std::to_string(i - 1);
      if (i % 10 == 0) writes.deletes.emplace_back(gone.begin(), gone.end());
    }
    TALLY_CHECK((*store)->Commit(writes).ok());
  }
  std::string log;
  for (const auto& [name, text] : tests::PictureOf(options.directory)) {
    if (name.ends_with(".log")) log = text;
  }
  return log;
}

WalMap RowsOf(const std::string& log, WalReading* reading = nullptr) {
  WalMap rows;
  const WalReading read =
      ReadWalRows(AsBytes(log), [&](ByteView key, std::optional<ByteView> value) {
        const std::string name(key.begin(), key.end());
        if (value.has_value()) {
          rows[name] = std::string(value->begin(), value->end());
        } else {
          rows.erase(name);
        }
      });
  if (reading != nullptr) *reading = read;
  return rows;
}

TEST(WalRows, AWholeLogGivesEveryRow) {
  WalReading reading;
  const WalMap rows = RowsOf(LogOfStore(40, 9000), &reading);
  EXPECT_EQ(rows.size(), 37u);  // keys 9, 19 and 29 are deleted
  EXPECT_FALSE(rows.contains("key 19"));
  EXPECT_EQ(rows.at("key 39"), "39" + std::string(9000, 'v'));
  EXPECT_EQ(reading.batches, 40u);
  EXPECT_EQ(reading.damaged, 0u);
}

TEST(WalRows, DamageCostsWhatItHitsAndNoMoreThanItsBlock) {
  const std::string log = LogOfStore(40, 9000);
  const WalMap whole = RowsOf(log);
  for (size_t at = 0; at + 600 < log.size(); at += 1777) {
    std::string broken = log;
    for (size_t i = at; i < at + 40; ++i) broken[i] = static_cast<char>(broken[i] ^ 0x5a);
    const WalMap rows = RowsOf(broken);
    size_t same = 0;
    for (const auto& [key, value] : whole) {
      const auto found = rows.find(key);
      same += found != rows.end() && found->second == value;
    }
    // A block of 32 KiB has parts of five writes.
    EXPECT_GE(same + 6, whole.size()) << at;
  }
}

TEST(WalRows, EveryCutAndEveryNoiseIsRead) {
  const std::string log = LogOfStore(3, 50);
  for (size_t length = 0; length <= log.size(); ++length) {
    EXPECT_LE(RowsOf(log.substr(0, length)).size(), 3u);
  }
  for (size_t at = 0; at < log.size(); ++at) {
    std::string broken = log;
    broken[at] = static_cast<char>(broken[at] ^ 0xff);
    RowsOf(broken);
  }
  std::string noise;
  uint32_t state = 1;
  for (int i = 0; i < 100'000; ++i) {
    state = state * 1664525 + 1013904223;
    noise.push_back(static_cast<char>(state >> 24));
  }
  RowsOf(noise);
  EXPECT_TRUE(RowsOf(std::string(70'000, '\0')).empty());
}

}  // namespace
}  // namespace tally::ledger
