// Goal: the first wrong thing of a record has a name. Method: one record, one part at a time made
// wrong while the parts above it are kept.
#include "ledger/log/audit_record.h"

#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

class AuditRecordTest : public ::testing::Test {
 protected:
  AuditRecordTest() {
    TestParty& lime = test_.AddParty("lime");
    TestFeed& feed = test_.AddFeed("uptime", lime);
    feed.Register(1, "site");
    index_ = test_.Append(feed.Sign()).index;
    test_.Close();
    Store::Options options;
    options.directory = test_.store_directory();
    MapStore store(**Store::Open(options));
    const auto segment = SegmentReader(store).StartingAt(index_);
    TALLY_CHECK(segment.ok());
    const auto copy = [](ByteView view) { return Bytes(view.begin(), view.end()); };
    record_ = copy((*segment)->spine.record(0));
    evidence_ = copy((*segment)->spine.evidence(0));
    event_ = {copy((*segment)->spine.header(0)), copy((*segment)->bodies.body(0)),
              (*segment)->bodies.salt(0)};
    test_.Reopen();
  }
  std::string Wrong() {
    SegmentBuilder builder(index_, 1);
    builder.AddRecord(record_, evidence_);
    builder.AddEvent(event_.header, event_.salt, event_.body);
    auto spine = SpineView::Open(std::make_shared<const Bytes>(builder.EncodeSpine()), index_);
    auto bodies =
        BodiesView::Open(std::make_shared<const Bytes>(builder.EncodeBodies()), index_, 1);
    TALLY_CHECK(spine.ok() && bodies.ok());
    const StoredSegment segment{*std::move(spine), *std::move(bodies)};
    return AuditRecordBytes(segment, index_, test_.ledger().id(), test_.ledger().keyring(), {})
        .wrong;
  }
  TestLedger test_;
  uint64_t index_ = 0;
  Bytes record_, evidence_;
  Event event_;
};

TEST_F(AuditRecordTest, NothingIsWrongWithAGoodRecord) { EXPECT_EQ(Wrong(), ""); }

TEST_F(AuditRecordTest, EachPartHasItsName) {
  const auto with = [&](Bytes& part, size_t at) {
    part[at] ^= 1;
    const std::string wrong = Wrong();
    part[at] ^= 1;
    return wrong;
  };
  EXPECT_EQ(with(record_, 0), "record-form");
  EXPECT_EQ(with(record_, 60), "batch-root");
  EXPECT_EQ(with(record_, 90), "evidence-digest");
  EXPECT_EQ(with(evidence_, 60), "evidence-digest");
  EXPECT_EQ(with(event_.header, 100), "event-form");
  EXPECT_EQ(with(event_.body, 0), "event-form");
  event_.salt.bytes[0] ^= 1;
  EXPECT_EQ(Wrong(), "event-form");
  event_.salt.bytes[0] ^= 1;
  // Evidence changed together with its digest: the signature is what is left.
  evidence_[60] ^= 1;
  Record record = *DecodeRecord(record_);
  record.evidence = EvidenceDigest(evidence_);
  record_ = EncodeRecord(record);
  EXPECT_EQ(Wrong(), "batch-signature");
}

}  // namespace
}  // namespace tally::ledger
