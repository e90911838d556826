// Goal: the cursor yields a record only if it proves itself and its place (T-13). Method: a small
// ledger is read whole, from every first to every limit, stream by stream and by several threads;
// then every byte of its segments is flipped and no changed record may come out.
#include "ledger/log/cursor.h"

#include <thread>

#include "absl/strings/str_cat.h"
#include "ledger/log/head_file.h"
#include "ledger/log/layout.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

class CursorTest : public ::testing::Test {
 protected:
  CursorTest() {
    TestParty& lime = test_.AddParty("lime");
    TestParty& coral = test_.AddParty("coral");
    TestFeed& feed = test_.AddFeed("uptime", lime);
    feed_ = feed.opening();
    feed.Register(1, "site");
    test_.Append(feed.Sign());
    const uint64_t gold = test_.AddAgreement("gold", {{"provider", &lime}, {"customer", &coral}});
    test_.Append(test_.SignAct(coral, gold, BodyKind::kClaimFiled, Encode(ClaimFiled{})));
    feed.Report(1, State::kUp, At("2026-02-01T00:00:00Z")).Mark(At("2026-02-01T00:00:00Z"));
    test_.Append(feed.Sign());
  }
  std::vector<VerifiedRecord> ReadAll(const ReadOptions& options) {
    auto cursor = test_.ledger().Read(options);
    TALLY_CHECK(cursor.ok());
    std::vector<VerifiedRecord> records;
    while (true) {
      auto record = (*cursor)->Next();
      EXPECT_TRUE(record.ok()) << record.status();
      if (!record.ok() || !*record) return records;
      records.push_back(**std::move(record));
    }
  }
  TestLedger test_;
  uint64_t feed_ = 0;
};

TEST_F(CursorTest, EveryRangeIsReadInOrder) {
  const uint64_t size = test_.ledger().head().size;
  for (uint64_t first = 0; first <= size; ++first) {
    for (uint64_t limit = first; limit <= size; ++limit) {
      const auto records = ReadAll({.first = first, .limit = limit});
      ASSERT_EQ(records.size(), limit - first);
      for (size_t i = 0; i < records.size(); ++i) EXPECT_EQ(records[i].index(), first + i);
    }
  }
  EXPECT_TRUE(absl::IsInvalidArgument(test_.ledger().Read({.limit = size + 1}).status()));
}

TEST_F(CursorTest, AStreamIsReadAlone) {
  const auto records = ReadAll({.stream = feed_});
  ASSERT_EQ(records.size(), 3u);
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].record().sequence, i);
    EXPECT_EQ(records[i].stream(), feed_);
    EXPECT_EQ(records[i].verdict(), KeyVerdict::kValid);
  }
  EXPECT_EQ(ReadAll({.first = feed_ + 1, .stream = feed_}).size(), 2u);
  EXPECT_EQ(ReadAll({.limit = feed_ + 1, .stream = feed_}).size(), 1u);
}

TEST_F(CursorTest, TrustedReadsGiveTheSameRecords) {
  const auto hashed = ReadAll({});
  const auto trusted = ReadAll({.checked_beforehand = true});
  ASSERT_EQ(hashed.size(), trusted.size());
  for (size_t i = 0; i < hashed.size(); ++i) {
    EXPECT_EQ(hashed[i].leaf(), trusted[i].leaf());
    EXPECT_EQ(hashed[i].record(), trusted[i].record());
    EXPECT_EQ(hashed[i].verdict(), trusted[i].verdict());
    EXPECT_EQ(hashed[i].recorded(), trusted[i].recorded());
    ASSERT_EQ(hashed[i].events().size(), trusted[i].events().size());
    for (size_t j = 0; j < hashed[i].events().size(); ++j) {
      EXPECT_EQ(hashed[i].events()[j].digest, trusted[i].events()[j].digest);
      EXPECT_EQ(hashed[i].events()[j].header, trusted[i].events()[j].header);
    }
  }
}

TEST_F(CursorTest, AnyNumberOfThreadsRead) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(ReadAll({}).size(), test_.ledger().head().size); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(CursorTest, ARecordOutlivesItsCursor) {
  std::optional<VerifiedRecord> record;
  record = *test_.ledger().ReadRecord(test_.ledger().head().size - 1);
  const VerifiedEvent& event = record->events()[0];
  EXPECT_EQ(event.address.ToText(), absl::StrCat(record->index(), "/0"));
  EXPECT_EQ(DecodeStateReported(event.body)->state, State::kUp);
}

// T-13: what is served is what was signed.
TEST_F(CursorTest, T13NoChangedByteComesOut) {
  const auto before = ReadAll({});
  test_.Close();
  MapStore store;
  HeadSlot head;
  {
    Store::Options options;
    options.directory = test_.store_directory();
    const auto opened = Store::Open(options);
    ASSERT_TRUE(opened.ok());
    store.rows = MapStore(**opened).rows;
    head = *HeadFile::Read(test_.options().directory + ".head");
  }
  test_.Reopen();
  const Keyring& keyring = test_.ledger().keyring();
  for (auto& [key, value] : store.rows) {
    if (key[0] != 'S' && key[0] != 'B') continue;
    for (size_t at = 0; at < value.size(); ++at) {
      value[at] ^= 0x10;
      auto cursor = LogCursor::Open({&store, head.size, head.root, &keyring}, {});
      ASSERT_TRUE(cursor.ok()) << cursor.status();
      uint64_t read = 0;
      absl::Status status;
      while (status.ok() && read < head.size) {
        const auto record = (*cursor)->Next();
        status = record.status();
        if (status.ok()) ++read;
      }
      EXPECT_TRUE(absl::IsDataLoss(status)) << ToHex(key) << " byte " << at << ": " << status;
      value[at] ^= 0x10;
    }
  }
}

// T-07: an index that lies misleads nobody.
TEST_F(CursorTest, T07AStreamIndexIsOnlyAHint) {
  test_.Close();
  Store::Options options;
  options.directory = test_.store_directory();
  MapStore store;
  {
    const auto opened = Store::Open(options);
    ASSERT_TRUE(opened.ok());
    store.rows = MapStore(**opened).rows;
  }
  const HeadSlot head = *HeadFile::Read(test_.options().directory + ".head");
  test_.Reopen();
  std::swap(store.rows[layout::StreamRecord(feed_, 1)], store.rows[layout::StreamRecord(0, 0)]);
  ReadOptions feed_only;
  feed_only.stream = feed_;
  auto cursor = LogCursor::Open({&store, head.size, head.root, nullptr}, feed_only);
  ASSERT_TRUE(cursor.ok());
  EXPECT_TRUE((*cursor)->Next().ok());
  EXPECT_TRUE(absl::IsDataLoss((*cursor)->Next().status()));
}

}  // namespace
}  // namespace tally::ledger
