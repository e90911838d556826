// Goal: an event is found by its place, and nothing is found where none stands. Method: a small
// ledger's store against its cursor.
#include "ledger/log/stored_events.h"

#include "gtest/gtest.h"
#include "ledger/store/store.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

TEST(StoredEvents, AreThoseOfTheLedger) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "coral").Report(1, State::kUp, At("2026-02-01T00:00:00Z"));
  const uint64_t index = test.Append(feed.Sign()).index;
  const VerifiedRecord record = test.ledger().ReadRecord(index).value();
  const VerifiedEvent expected = record.events()[1];
  test.Close();
  Store::Options options;
  options.directory = test.store_directory();
  const auto store = Store::Open(options).value();
  const StoredEvents events(*store);
  const auto found = events.At({index, 1});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->stream, feed.opening());
  EXPECT_EQ(found->digest, expected.digest);
  EXPECT_EQ(found->header, expected.header);
  EXPECT_EQ(found->body, Bytes(expected.body.begin(), expected.body.end()));
  EXPECT_TRUE(absl::IsNotFound(events.At({index, 2}).status()));
  EXPECT_TRUE(absl::IsNotFound(events.At({index + 1, 0}).status()));
  EXPECT_TRUE(absl::IsNotFound(events.At({UINT64_MAX, 0}).status()));
}

}  // namespace
}  // namespace tally::ledger
