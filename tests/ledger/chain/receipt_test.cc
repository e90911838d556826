// Goal: a receipt proves exactly the event it was made for, under the caller's keys and origin.
// Method: a log of seven batches; every event proven with and without its body; every bit of a
// receipt flipped, every truncation; parts of one receipt put into another; fields replaced.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/chain/record.h"
#include "tests/ledger/chain/batch_support.h"

namespace tally::ledger {
namespace {

using namespace tally::ledger::tests;

constexpr absl::string_view kReceiptOrigin = "example.com/receipts";
constexpr int64_t kRecordedMs = 1767225600000;

// A log of a feed batch, a claim, and five more feed batches of one event each.
class Receipts : public ::testing::Test {
 protected:
  Receipts() {
    batches_.push_back(SignBatch(TestLedger(1), Seal(FeedDrafts()), *TestKey(1)).value());
    batches_.push_back(SignBatch(TestLedger(1), Seal({ClaimDraft()}), *TestKey(1)).value());
    for (int i = 0; i < 5; ++i) {
      batches_.push_back(
          SignBatch(TestLedger(1), Seal({StateDraft(100 + i, 1, 0, i, State::kUp)}), *TestKey(1))
              .value());
    }
    for (size_t i = 0; i < batches_.size(); ++i) {
      const CheckedBatch checked = CheckBatchForm(batches_[i]).value();
      Record record;
      record.stream = 1;
      record.sequence = i;
      record.root = checked.root;
      record.evidence = EvidenceDigest(batches_[i].evidence);
      records_.push_back(EncodeRecord(record));
      digests_.push_back(checked.digests);
      leaves_.push_back(EntryLeaf(EntryOf(records_[i], kRecordedMs)));
    }
    checkpoint_ = SignCheckpoint({std::string(kReceiptOrigin), leaves_.size(), TreeRoot(leaves_)},
                                 *TestKey(9))
                      .value();
    keys_ = {{std::string(kReceiptOrigin), NoteKeyType::kEd25519, TestKey(9)->public_key()}};
  }

  Receipt Make(size_t index, std::optional<uint32_t> offset, bool with_body) const {
    Receipt receipt;
    receipt.recorded_ms = kRecordedMs;
    receipt.record = records_[index];
    receipt.evidence = batches_[index].evidence;
    receipt.index = index;
    receipt.path = InclusionPath(leaves_, index);
    receipt.checkpoint = checkpoint_;
    if (!offset) return receipt;
    const Event& event = batches_[index].events[*offset];
    receipt.event.emplace(Receipt::OneEvent{});
    receipt.event->offset = *offset;
    receipt.event->header = event.header;
    receipt.event->path = InclusionPath(digests_[index], *offset);
    if (with_body) receipt.event->body.emplace(event.salt, event.body);
    return receipt;
  }

  bool Proves(absl::string_view text) const {
    const auto receipt = DecodeReceipt(text);
    return receipt.ok() && CheckReceipt(*receipt, keys_, kReceiptOrigin).ok();
  }

  std::vector<SignedBatch> batches_;
  std::vector<Bytes> records_;
  std::vector<std::vector<Hash>> digests_;
  std::vector<Hash> leaves_;
  std::string checkpoint_;
  std::vector<VerifierKey> keys_;
};

TEST_F(Receipts, EveryEventIsProven) {
  for (size_t index = 0; index < batches_.size(); ++index) {
    EXPECT_TRUE(Proves(EncodeReceipt(Make(index, std::nullopt, false))));
    for (uint32_t offset = 0; offset < batches_[index].events.size(); ++offset) {
      for (bool with_body : {false, true}) {
        const Receipt receipt = Make(index, offset, with_body);
        const std::string text = EncodeReceipt(receipt);
        const auto decoded = DecodeReceipt(text);
        ASSERT_TRUE(decoded.ok()) << decoded.status();
        EXPECT_EQ(EncodeReceipt(*decoded), text);
        EXPECT_EQ(decoded->event->body.has_value(), with_body);
        EXPECT_TRUE(CheckReceipt(*decoded, keys_, kReceiptOrigin).ok());
      }
    }
  }
}

// T-27: no flipped bit of a receipt with a body leaves a proof.
TEST_F(Receipts, T27EveryFlippedBitIsRefused) {
  const std::string text = EncodeReceipt(Make(1, 0, true));
  ASSERT_TRUE(Proves(text));
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string bad = text;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(Proves(bad)) << bit;
  }
}

// T-28: cut, extended, doubled, lines swapped.
TEST_F(Receipts, T28OtherShapesAreRefused) {
  const std::string text = EncodeReceipt(Make(0, 3, true));
  for (size_t size = 0; size < text.size(); ++size) {
    ASSERT_FALSE(Proves(text.substr(0, size))) << size;
  }
  const std::string second = ToBase64(InclusionPath(leaves_, 0)[1].view()) + "\n";
  for (const std::string& bad :
       {text + "\n", text + "x", "\n" + text, text + text, " " + text,
        absl::StrReplaceAll(text, {{"index 0\n", "index 00\n"}}),
        absl::StrReplaceAll(text, {{"index 0\n", ""}}),
        absl::StrReplaceAll(text, {{"index 0\n", "index 0\nindex 0\n"}}),
        absl::StrReplaceAll(text, {{"extra ", "Extra "}}),
        absl::StrReplaceAll(text, {{"@v1", "@v2"}}), absl::StrReplaceAll(text, {{second, ""}}),
        absl::StrReplaceAll(text, {{second, second + second}})}) {
    ASSERT_NE(bad, text);
    EXPECT_FALSE(Proves(bad)) << bad;
  }
}

// T-24: keys and origin come from the caller, never from the file.
TEST_F(Receipts, T24OnlyTheCallersKeysCount) {
  const Receipt receipt = Make(0, 1, true);
  const std::vector<VerifierKey> other_key = {
      {std::string(kReceiptOrigin), NoteKeyType::kEd25519, TestKey(8)->public_key()}};
  EXPECT_EQ(CheckReceipt(receipt, other_key, kReceiptOrigin).code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(CheckReceipt(receipt, {}, kReceiptOrigin).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(CheckReceipt(receipt, keys_, "example.com/other").code(),
            absl::StatusCode::kPermissionDenied);
  Receipt forged = receipt;
  forged.checkpoint =
      SignCheckpoint({std::string(kReceiptOrigin), leaves_.size(), TreeRoot(leaves_)}, *TestKey(8))
          .value();
  EXPECT_FALSE(CheckReceipt(forged, keys_, kReceiptOrigin).ok());
}

// T-24, T-25: each part of one receipt in each place of another breaks it.
TEST_F(Receipts, T25PartsOfOtherReceiptsAreRefused) {
  const Receipt good = Make(0, 2, true);
  ASSERT_TRUE(CheckReceipt(good, keys_, kReceiptOrigin).ok());
  const Receipt other = Make(0, 3, true);
  const Receipt far = Make(2, 0, true);
  const std::vector<std::function<void(Receipt&)>> changes = {
      [&](Receipt& r) { r.recorded_ms += 1; },
      [&](Receipt& r) { r.record = far.record; },
      [&](Receipt& r) { r.evidence = far.evidence; },
      [&](Receipt& r) {
        r.evidence = far.evidence;
        r.event.reset();
      },
      [&](Receipt& r) { r.index = 1; },
      [&](Receipt& r) { r.path = far.path; },
      [&](Receipt& r) { r.event->offset = 3; },
      [&](Receipt& r) { r.event->offset = 8; },
      [&](Receipt& r) { r.event->header = other.event->header; },
      [&](Receipt& r) { r.event->path = other.event->path; },
      [&](Receipt& r) { r.event->path.pop_back(); },
      [&](Receipt& r) { r.event->body = other.event->body; },
      [&](Receipt& r) { r.event->body->first = other.event->body->first; },
      [&](Receipt& r) { r.event = far.event; }};
  for (size_t i = 0; i < changes.size(); ++i) {
    Receipt bad = good;
    changes[i](bad);
    EXPECT_EQ(CheckReceipt(bad, keys_, kReceiptOrigin).code(), absl::StatusCode::kDataLoss) << i;
  }
}

// A record whose evidence tells another range than its events is damage, however well it hashes.
TEST_F(Receipts, EvidenceMustTellTheEventsRange) {
  const std::vector<std::function<void(Evidence&)>> changes = {
      [](Evidence& e) { e.first = 12; }, [](Evidence& e) { e.last = 10; },
      [](Evidence& e) { e.newest.bytes[0] ^= 1; }, [](Evidence& e) { e.until = TestTime(7); }};
  for (const auto& change : changes) {
    Receipt receipt = Make(0, 7, true);
    Evidence evidence = DecodeEvidence(receipt.evidence).value();
    change(evidence);
    receipt.evidence = EncodeEvidence(evidence);
    Record record = DecodeRecord(receipt.record).value();
    record.evidence = EvidenceDigest(receipt.evidence);
    receipt.record = EncodeRecord(record);
    const Hash leaf = EntryLeaf(EntryOf(receipt.record, kRecordedMs));
    receipt.index = 0;
    receipt.path.clear();
    receipt.checkpoint =
        SignCheckpoint({std::string(kReceiptOrigin), 1, leaf}, *TestKey(9)).value();
    EXPECT_EQ(CheckReceipt(receipt, keys_, kReceiptOrigin).code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace tally::ledger
