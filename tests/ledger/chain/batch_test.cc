// Goal: what is signed and kept of a signature has its frozen layout and binds ledger, stream,
// range, links and events; nothing signed for one purpose counts for another.
// Method: layouts spelled out by hand; every field and every bit changed; the cross product of
// purposes and ledgers.
#include "ledger/chain/batch.h"

#include <gtest/gtest.h>

#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "tests/ledger/chain/batch_support.h"

namespace tally::ledger {
namespace {

using namespace tally::ledger::tests;

Evidence SampleEvidence() {
  Evidence evidence;
  evidence.key.bytes.fill(0xa1);
  evidence.signature.fill(0xb2);
  evidence.first = 0x0102030405060708;
  evidence.last = 0x1112131415161718;
  evidence.count = 3;
  evidence.from = {-2};
  evidence.until = {0x2122232425262728};
  evidence.previous.bytes.fill(0xc3);
  evidence.newest.bytes.fill(0xd4);
  return evidence;
}

std::string Repeated(const char* byte, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += byte;
  return text;
}

TEST(Evidence, LayoutIsFrozen) {
  const Bytes bytes = EncodeEvidence(SampleEvidence());
  EXPECT_EQ(ToHex(bytes), "01010000" + Repeated("a1", 32) + Repeated("b2", 64) +
                              "0102030405060708"
                              "1112131415161718"
                              "0000000000000003"
                              "fffffffffffffffe"
                              "2122232425262728" +
                              Repeated("c3", 32) + Repeated("d4", 32));
  EXPECT_EQ(bytes.size(), kEvidenceBytes);
  EXPECT_EQ(DecodeEvidence(bytes).value(), SampleEvidence());
  const Bytes prefixed = [&] {
    Bytes all = FromHex("54535601").value();
    all.insert(all.end(), bytes.begin(), bytes.end());
    return all;
  }();
  EXPECT_EQ(EvidenceDigest(bytes), Sha256Of({prefixed}));
}

TEST(Evidence, OtherLengthsVersionsAndAlgorithmsAreRefused) {
  Bytes bytes = EncodeEvidence(SampleEvidence());
  for (size_t at = 0; at < 4; ++at) {
    for (int value = 0; value < 256; ++value) {
      Bytes changed = bytes;
      changed[at] = static_cast<uint8_t>(value);
      EXPECT_EQ(DecodeEvidence(changed).ok(), changed == bytes) << at << " " << value;
    }
  }
  bytes.resize(2 * kEvidenceBytes, 0);
  for (size_t size = 0; size <= bytes.size(); ++size) {
    EXPECT_EQ(DecodeEvidence(ByteView(bytes).first(size)).ok(), size == kEvidenceBytes) << size;
  }
}

TEST(BatchMessage, LayoutIsFrozen) {
  LedgerId ledger;
  ledger.bytes.fill(0x11);
  StreamId stream;
  stream.bytes.fill(0x22);
  Hash root;
  root.bytes.fill(0x33);
  const Bytes message = BatchMessage(ledger, stream, SampleEvidence(), root);
  EXPECT_EQ(message.size(), kBatchMessageBytes);
  EXPECT_EQ(ToHex(message),
            "74616c6c79737469636b2f62617463682f7631"
            "0000000000" +
                Repeated("11", 32) + Repeated("22", 32) +
                "0102030405060708"
                "1112131415161718"
                "0000000000000003"
                "fffffffffffffffe"
                "2122232425262728" +
                Repeated("c3", 32) + Repeated("d4", 32) + Repeated("33", 32));
}

TEST(PossessionMessage, LayoutIsFrozen) {
  LedgerId ledger;
  ledger.bytes.fill(0x11);
  KeyFingerprint key;
  key.bytes.fill(0x22);
  KeyFingerprint registrar;
  registrar.bytes.fill(0x33);
  Hash party;
  party.bytes.fill(0x44);
  const Bytes message = PossessionMessage(ledger, key, registrar, party);
  EXPECT_EQ(message.size(), kPossessionMessageBytes);
  EXPECT_EQ(ToHex(message),
            "74616c6c79737469636b2f706f73736573732f7631"
            "000000" +
                Repeated("11", 32) + Repeated("22", 32) + Repeated("33", 32) + Repeated("44", 32));
}

TEST(SignBatch, FeedEvidenceSaysWhatTheEventsGive) {
  const auto key = TestKey(1);
  const std::vector<Event> events = Seal(FeedDrafts());
  const auto batch = SignBatch(TestLedger(1), events, *key);
  ASSERT_TRUE(batch.ok()) << batch.status();
  const Evidence evidence = DecodeEvidence(batch->evidence).value();
  EXPECT_EQ(evidence.key, key->fingerprint());
  EXPECT_EQ(evidence.first, 1u);
  EXPECT_EQ(evidence.last, 11u);
  EXPECT_EQ(evidence.count, 8u);
  EXPECT_EQ(evidence.from, TestTime(0));
  EXPECT_EQ(evidence.until, TestTime(8));
  EXPECT_TRUE(evidence.previous.IsZero());
  EXPECT_EQ(evidence.newest, EventDigest(events.back().header));
  EXPECT_EQ(StreamOf(*batch).value(), TestStream(1));
}

TEST(SignBatch, ActEvidenceHasNoRange) {
  const auto batch = SignBatch(TestLedger(1), Seal({ClaimDraft()}), *TestKey(1)).value();
  const Evidence evidence = DecodeEvidence(batch.evidence).value();
  EXPECT_EQ(evidence.first, 0u);
  EXPECT_EQ(evidence.last, 0u);
  EXPECT_EQ(evidence.count, 1u);
  EXPECT_EQ(evidence.from.micros, 0);
  EXPECT_EQ(evidence.until.micros, 0);
  EXPECT_TRUE(evidence.previous.IsZero());
  EXPECT_EQ(evidence.newest, EventDigest(batch.events[0].header));
}

TEST(SignBatch, LimitsAreRefused) {
  const auto key = TestKey(1);
  const auto code = [&](std::vector<Event> events) {
    return SignBatch(TestLedger(1), std::move(events), *key).status().code();
  };
  EXPECT_EQ(code({}), absl::StatusCode::kInvalidArgument);
  const Event event = Seal(FeedDrafts())[0];
  EXPECT_EQ(code(std::vector<Event>(kBatchEventsMax, event)), absl::StatusCode::kOk);
  EXPECT_EQ(code(std::vector<Event>(kBatchEventsMax + 1, event)),
            absl::StatusCode::kInvalidArgument);
  Event large = event;
  large.body.resize(kBatchBytesMax - large.header.size() - Salt::size());
  EXPECT_EQ(code({large}), absl::StatusCode::kOk);
  large.body.push_back(0);
  EXPECT_EQ(code({large}), absl::StatusCode::kInvalidArgument);
  Event broken = event;
  broken.header.pop_back();
  EXPECT_EQ(code({event, broken}), absl::StatusCode::kInvalidArgument);
}

// T-41: the signature binds ledger and stream.
TEST(BatchSignature, T41AnotherLedgerStreamOrKeyIsRefused) {
  const auto key = TestKey(1);
  const auto verifier = Verifier::Create(key->public_key()).value();
  const auto stranger = Verifier::Create(TestKey(2)->public_key()).value();
  for (const std::vector<Draft>& drafts : {FeedDrafts(), std::vector<Draft>{ClaimDraft()}}) {
    const auto batch = SignBatch(TestLedger(1), Seal(drafts), *key).value();
    const CheckedBatch checked = CheckBatchForm(batch).value();
    const StreamId stream = StreamOf(batch).value();
    EXPECT_TRUE(CheckBatchSignature(TestLedger(1), checked, stream, *verifier));
    EXPECT_FALSE(CheckBatchSignature(TestLedger(2), checked, stream, *verifier));
    EXPECT_FALSE(CheckBatchSignature(TestLedger(1), checked, TestStream(9), *verifier));
    EXPECT_FALSE(CheckBatchSignature(TestLedger(1), checked, stream, *stranger));
    // A key that calls itself another is still not it.
    CheckedBatch renamed = checked;
    renamed.evidence.key = stranger->fingerprint();
    EXPECT_FALSE(CheckBatchSignature(TestLedger(1), renamed, stream, *stranger));
    // The message does not name the key, so who signed is what the evidence says, or nobody.
    EXPECT_FALSE(CheckBatchSignature(TestLedger(1), renamed, stream, *verifier));
  }
}

// Every field of the message is under the signature.
TEST(BatchSignature, EveryBitOfTheMessageIsBound) {
  const auto key = TestKey(1);
  const auto verifier = Verifier::Create(key->public_key()).value();
  const Bytes message = BatchMessage(TestLedger(1), TestStream(1), SampleEvidence(), Hash());
  const Signature signature = key->Sign(message);
  ASSERT_TRUE(verifier->Verify(message, signature));
  for (size_t bit = 0; bit < message.size() * 8; bit += 3) {
    Bytes changed = message;
    changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(verifier->Verify(changed, signature)) << bit;
  }
}

// T-41: one key signs for each purpose and ledger; each signature holds for its own message only.
TEST(BatchSignature, T41PurposesNeverMix) {
  const auto key = TestKey(1);
  const auto verifier = Verifier::Create(key->public_key()).value();
  std::vector<Bytes> messages;
  for (uint8_t ledger : {uint8_t{1}, uint8_t{2}}) {
    const Bytes batch = BatchMessage(TestLedger(ledger), TestStream(1), SampleEvidence(), Hash());
    const Bytes possession = PossessionMessage(TestLedger(ledger), key->fingerprint(),
                                               TestKey(2)->fingerprint(), Hash());
    const std::string note = CheckpointText({TestLedger(ledger).ToHex(), 7, EmptyTreeHash()});
    const std::string cosignature = CosignatureMessage(note, 1767139200);
    const ByteView note_bytes = AsBytes(note);
    const ByteView cosignature_bytes = AsBytes(cosignature);
    messages.push_back(batch);
    messages.push_back(possession);
    messages.emplace_back(note_bytes.begin(), note_bytes.end());
    messages.emplace_back(cosignature_bytes.begin(), cosignature_bytes.end());
    // No signed message of ours is text that a note or a cosignature could be.
    const ByteView batch_context = ByteView(batch).first(24);
    const ByteView possession_context = ByteView(possession).first(24);
    EXPECT_GT(std::ranges::count(batch_context, uint8_t{0}), 0);
    EXPECT_GT(std::ranges::count(possession_context, uint8_t{0}), 0);
    EXPECT_FALSE(std::ranges::equal(batch_context, possession_context));
    EXPECT_FALSE(SignNote(AsText(batch), "name", *key).ok());
    EXPECT_FALSE(SignNote(AsText(possession), "name", *key).ok());
  }
  for (size_t signed_as = 0; signed_as < messages.size(); ++signed_as) {
    const Signature signature = key->Sign(messages[signed_as]);
    for (size_t read_as = 0; read_as < messages.size(); ++read_as) {
      EXPECT_EQ(verifier->Verify(messages[read_as], signature), signed_as == read_as);
    }
  }
}

// T-47: who signed, and how, is no part of an event's or a batch's name.
TEST(SignBatch, T47DigestsDoNotDependOnTheSignature) {
  const std::vector<Event> events = Seal(FeedDrafts());
  const auto first = SignBatch(TestLedger(1), events, *TestKey(1)).value();
  const auto second = SignBatch(TestLedger(1), events, *TestKey(2)).value();
  EXPECT_NE(first.evidence, second.evidence);
  const auto form = CheckBatchForm(first), other = CheckBatchForm(second);
  ASSERT_TRUE(form.ok()) << form.status();
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(form->digests, other->digests);
  EXPECT_EQ(form->root, other->root);
}

TEST(StreamOf, NeedsOneReadableHeader) {
  EXPECT_EQ(StreamOf({}).status().code(), absl::StatusCode::kInvalidArgument);
  SignedBatch batch = SignBatch(TestLedger(1), Seal(FeedDrafts()), *TestKey(1)).value();
  batch.events[0].header.resize(8);
  EXPECT_EQ(StreamOf(batch).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tally::ledger
