// Goal: a ledger opens only under a head that its own log key signed, and its indexes answer by
// name, id, position and time. Method: one ledger, opened with heads that were tampered with.
#include "ledger/log/reader.h"

#include "ledger/log/head_file.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

class ReaderTest : public ::testing::Test {
 protected:
  ReaderTest() : lime_(test_.AddParty("lime")), feed_(test_.AddFeed("uptime", lime_)) {
    for (int day = 0; day < 5; ++day) {
      test_.clock().Advance(Days(1));
      feed_.Register(static_cast<uint32_t>(day) + 1, std::string(1, static_cast<char>('a' + day)));
      test_.Append(feed_.Sign());
    }
    test_.Close();
    Store::Options options;
    options.directory = test_.store_directory();
    store_.rows = MapStore(**Store::Open(options)).rows;
    head_ = *HeadFile::Read(test_.options().directory + ".head");
    test_.Reopen();
  }
  TestLedger test_;
  TestParty& lime_;
  TestFeed& feed_;
  MapStore store_;
  HeadSlot head_;
};

TEST_F(ReaderTest, AHeadThatWasChangedOpensNothing) {
  EXPECT_TRUE(StoredLedger::Open(store_, head_).ok());
  const auto refused = [&](auto change) {
    HeadSlot head = head_;
    change(head);
    const absl::Status status = StoredLedger::Open(store_, head).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  };
  refused([](HeadSlot& head) { head.root.bytes[0] ^= 1; });
  refused([](HeadSlot& head) { --head.size; });
  refused([](HeadSlot& head) { ++head.size; });
  refused([](HeadSlot& head) { head.size = 0; });
  refused([](HeadSlot& head) { head.ledger.bytes[0] ^= 1; });
  refused([](HeadSlot& head) { head.note[5] ^= 1; });
  refused([](HeadSlot& head) { head.note.clear(); });
  // A note by another key over the right text.
  refused([&](HeadSlot& head) {
    const auto key = TestKey("another log");
    head.note = *SignCheckpoint({"ledger.example/test", head.size, head.root}, *key);
  });
}

TEST_F(ReaderTest, StreamsAreFoundByNameAndId) {
  const Ledger& ledger = test_.ledger();
  EXPECT_EQ(ledger.FindStream(StreamKind::kParty, "lime")->id, lime_.id);
  EXPECT_EQ(ledger.FindStream(feed_.id())->name, "uptime");
  EXPECT_EQ(ledger.FindStream(StreamKind::kSystem, "system")->opening_index, 0u);
  EXPECT_TRUE(absl::IsNotFound(ledger.FindStream(StreamKind::kFeed, "lime").status()));
  EXPECT_TRUE(absl::IsNotFound(ledger.FindStream(Rename<StreamId>(Hash{{1}})).status()));
  EXPECT_TRUE(absl::IsNotFound(ledger.StreamAt(3).status()));
  EXPECT_EQ(ledger.EndOfSource(feed_.opening(), 77)->last_position, 0u);
}

// The largest N such that every entry below N has time <= T.
TEST_F(ReaderTest, TheLedgerAsItWasRecorded) {
  const Ledger& ledger = test_.ledger();
  const Instant first = ledger.ReadRecord(0)->recorded();
  EXPECT_EQ(*ledger.SizeAsRecorded(first - Milliseconds(1)), 0u);
  for (uint64_t index = 3; index < ledger.head().size; ++index) {
    const Instant recorded = ledger.ReadRecord(index)->recorded();
    EXPECT_EQ(*ledger.SizeAsRecorded(recorded - Milliseconds(1)), index);
    EXPECT_EQ(*ledger.SizeAsRecorded(recorded), index + 1);
  }
  EXPECT_EQ(*ledger.SizeAsRecorded(Instant::Max()), ledger.head().size);
}

TEST_F(ReaderTest, ActsAreFoundByTheirId) {
  const Ledger& ledger = test_.ledger();
  const auto opening = ledger.ReadRecord(feed_.opening());
  const EventHeader& header = opening->events()[0].header;
  EXPECT_EQ(*ledger.RecordOfAct(0, lime_.id, *header.id), feed_.opening());
  EXPECT_TRUE(absl::IsNotFound(ledger.RecordOfAct(0, StreamId(), *header.id).status()));
}

TEST_F(ReaderTest, AKeyringHandedOutStaysAsItWas) {
  const Keyring& before = test_.ledger().keyring();
  EXPECT_EQ(&before, &test_.ledger().keyring());
  test_.AddParty("coral");
  EXPECT_EQ(before.FindParty("coral"), nullptr);
  EXPECT_NE(test_.ledger().keyring().FindParty("coral"), nullptr);
}

TEST_F(ReaderTest, TheRootOfAStoreIsThatOfItsTailToo) {
  EXPECT_EQ(*RootOfStoredLog(store_, head_.size), head_.root);
  auto last = store_.rows.lower_bound({'T'});
  --last;  // The newest spine.
  last->second.back() ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(RootOfStoredLog(store_, head_.size).status()));
}

}  // namespace
}  // namespace tally::ledger
