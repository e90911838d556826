// Goal: a record is made only from bytes whose every hash leads to the leaf. Method: one segment,
// each byte flipped, each wrong leaf.
#include "ledger/log/record_verifier.h"

#include "ledger/chain/digest.h"
#include "ledger/log/layout.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

class RecordVerifierTest : public ::testing::Test {
 protected:
  RecordVerifierTest() {
    TestLedger test;
    TestParty& lime = test.AddParty("lime");
    TestFeed& feed = test.AddFeed("uptime", lime);
    feed.Register(1, "site").Report(1, State::kUp, At("2026-02-01T00:00:00Z"));
    index_ = test.Append(feed.Sign()).index;
    leaf_ = test.ledger().ReadRecord(index_)->leaf();
    test.Close();
    Store::Options options;
    options.directory = test.store_directory();
    store_.rows = MapStore(**Store::Open(options)).rows;
    test.Reopen();
  }
  absl::StatusOr<VerifiedRecord> Verify(const Hash& leaf) {
    const SegmentReader reader(store_);
    const auto segment = reader.StartingAt(index_);
    if (!segment.ok()) return segment.status();
    return RecordVerifier::Verify(*segment, index_, leaf);
  }
  MapStore store_;
  uint64_t index_ = 0;
  Hash leaf_;
};

TEST_F(RecordVerifierTest, AGoodRecordSaysWhatItHolds) {
  const auto record = Verify(leaf_);
  ASSERT_TRUE(record.ok()) << record.status();
  ASSERT_EQ(record->events().size(), 2u);
  const VerifiedEvent& event = record->events()[1];
  EXPECT_EQ(event.header.kind, BodyKind::kStateReported);
  EXPECT_EQ(event.digest, EventDigest(event.header_bytes));
  EXPECT_EQ(BodyCommitment(event.salt, event.body), event.header.body);
  EXPECT_EQ(record->evidence().newest, event.digest);
}

TEST_F(RecordVerifierTest, AnotherLeafIsRefused) {
  leaf_.bytes[7] ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(Verify(leaf_).status()));
}

TEST_F(RecordVerifierTest, T04EveryFlippedByteIsRefused) {
  for (const Bytes& key : {layout::Spine(index_), layout::Bodies(index_)}) {
    Bytes& value = store_.rows[key];
    for (size_t at = 0; at < value.size(); ++at) {
      value[at] ^= 0x40;
      EXPECT_TRUE(absl::IsDataLoss(Verify(leaf_).status())) << ToHex(key) << " byte " << at;
      value[at] ^= 0x40;
    }
  }
  EXPECT_TRUE(Verify(leaf_).ok());
}

TEST_F(RecordVerifierTest, AMissingBodyIsToldAndJudgedByTheCursor) {
  const SegmentReader reader(store_);
  const auto segment = reader.StartingAt(index_);
  ASSERT_TRUE(segment.ok());
  SegmentBuilder builder(index_, (*segment)->spine.recorded_ms());
  builder.AddRecord((*segment)->spine.record(0), (*segment)->spine.evidence(0));
  builder.AddEvent((*segment)->spine.header(0), (*segment)->bodies.salt(0),
                   (*segment)->bodies.body(0));
  builder.AddErasedEvent((*segment)->spine.header(1));
  store_.rows[layout::Spine(index_)] = builder.EncodeSpine();
  store_.rows[layout::Bodies(index_)] = builder.EncodeBodies();
  // Whether an erasure names it is the cursor's question (erasing_test.cc).
  const auto record = Verify(leaf_);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_FALSE(record->events()[0].erased);
  EXPECT_TRUE(record->events()[1].erased);
}

}  // namespace
}  // namespace tally::ledger
