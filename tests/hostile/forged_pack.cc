#include "tests/hostile/forged_pack.h"

#include <sys/resource.h>

#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/partial_tree.h"
#include "ledger/chain/record.h"
#include "schema/status.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::hostile {

using ledger::SignedBatch;

namespace {

int64_t ProcessorMicros() {
  rusage usage{};
  TALLY_CHECK(::getrusage(RUSAGE_SELF, &usage) == 0);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * int64_t{1'000'000} +
         usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

}  // namespace

ForgedPack::ForgedPack(const ledger::Ledger& ledger, const ledger::PackScope& scope)
    : origin_(ledger.origin()), ledger_(ledger.id()), writer_(ledger.id(), scope) {
  for (uint64_t index = 0; index < ledger.head().size; ++index) {
    const auto record = ledger.ReadRecord(index);
    TALLY_CHECK(record.ok());
    recorded_ms_ = record->entry().recorded_ms;
    SignedBatch batch;
    batch.evidence = ledger::EncodeEvidence(record->evidence());
    for (const ledger::VerifiedEvent& event : record->events()) {
      batch.events.push_back({Bytes(event.header_bytes.begin(), event.header_bytes.end()),
                              Bytes(event.body.begin(), event.body.end()), event.salt});
    }
    streams_[record->stream()] = {record->record().sequence, Hash()};
    Write(record->record(), batch);
  }
  first_leaf_ = leaves_.front();
}

void ForgedPack::Write(const ledger::Record& record, const SignedBatch& batch) {
  writer_.AddRecord(leaves_.size(), recorded_ms_, record, *ledger::DecodeEvidence(batch.evidence));
  const int64_t begin = ProcessorMicros();
  for (const Event& event : batch.events) {
    ledger::PackEvent shown;
    shown.header = event.header;
    shown.shown = true;
    shown.salt = event.salt.view();
    shown.body = event.body;
    writer_.AddEvent(shown);
    // What a verifier cannot do without, kept from being optimised away by the comparison.
    TALLY_CHECK(ledger::BodyCommitment(event.salt, event.body) !=
                ledger::EventDigest(event.header));
  }
  hash_micros_ += ProcessorMicros() - begin;
  events_ += batch.events.size();
  ++signatures_;
  const Hash leaf = ledger::EntryLeaf(ledger::EntryOf(ledger::EncodeRecord(record), recorded_ms_));
  leaves_.push_back(leaf);
  Stream& stream = streams_[record.stream];
  ++stream.records;
  stream.newest = leaf;
}

void ForgedPack::Add(uint64_t opening, const SignedBatch& batch) {
  std::vector<Hash> digests;
  for (const Event& event : batch.events) digests.push_back(ledger::EventDigest(event.header));
  const Stream& stream = streams_.at(opening);
  Write({opening, stream.records, stream.newest, ledger::TreeRoot(digests),
         ledger::EvidenceDigest(batch.evidence)},
        batch);
}

uint64_t ForgedPack::Open(const SignedBatch& batch) {
  const uint64_t index = leaves_.size();
  streams_[index] = {0, first_leaf_};
  Add(index, batch);
  return index;
}

void ForgedPack::AddEntry() {
  const ledger::Entry entry{recorded_ms_, Hash()};
  writer_.AddEntry(leaves_.size(), entry);
  leaves_.push_back(ledger::EntryLeaf(entry));
}

double ForgedPack::CostSeconds() const {
  const auto key = ledger::TestKey("yardstick");
  const Bytes message(ledger::kBatchMessageBytes, 7);
  const ledger::Signature signature = key->Sign(message);
  const auto verifier = ledger::Verifier::Create(key->public_key());
  constexpr int kSample = 1000;
  const int64_t begin = ProcessorMicros();
  for (int i = 0; i < kSample; ++i) TALLY_CHECK((*verifier)->Verify(message, signature));
  const double each = static_cast<double>(ProcessorMicros() - begin) / 1e6 / kSample;
  return static_cast<double>(hash_micros_) / 1e6 + each * static_cast<double>(signatures_);
}

void ForgedPack::AddRaw(uint64_t opening, const Bytes& body, const ledger::SigningKey& key) {
  EventHeader header;
  header.kind = BodyKind::kStateReported;
  header.actor = ActorKind::kMonitor;
  header.source = 1;
  header.position = 1;
  header.stream = Rename<StreamId>(leaves_.at(opening));
  Salt salt;
  salt.bytes[0] = 1;
  header.body = ledger::BodyCommitment(salt, body);
  const auto batch = ledger::SignBatch(ledger_, {{EncodeHeader(header), body, salt}}, key);
  TALLY_CHECK(batch.ok());
  Add(opening, *batch);
}

Bytes ForgedPack::Finish(const ledger::SigningKey& log_key) && {
  return std::move(*this).FinishWith("", log_key);
}

Bytes ForgedPack::FinishWith(const std::string& lines, const ledger::SigningKey& log_key) && {
  const auto note =
      ledger::SignCheckpoint({origin_, leaves_.size(), ledger::TreeRoot(leaves_)}, log_key);
  TALLY_CHECK(note.ok());
  absl::StatusOr<Bytes> bytes = std::move(writer_).Finish(cuts_, {}, std::nullopt, *note + lines);
  if (!bytes.ok()) return {};
  return *std::move(bytes);
}

Bytes ForgedPack::FinishLarge(const std::vector<uint64_t>& cuts,
                              const ledger::SigningKey& log_key) && {
  ledger::TreeShape shape{ledger::kTreeSizeMax, {}, cuts};
  for (uint64_t index = 0; index < leaves_.size(); ++index) shape.leaves.push_back(index);
  const ledger::Entry last{recorded_ms_, Hash()};
  shape.leaves.push_back(shape.size - 1);
  writer_.AddEntry(shape.size - 1, last);
  leaves_.push_back(ledger::EntryLeaf(last));
  const auto proof = ledger::ProvePartialTree(
      shape, [](uint64_t, uint64_t) -> absl::StatusOr<Hash> { return Hash(); });
  TALLY_CHECK(proof.ok());
  const auto tree = ledger::PartialTree::Of(shape, leaves_, *proof);
  TALLY_CHECK(tree.ok());
  const auto note = ledger::SignCheckpoint({origin_, shape.size, tree->root()}, log_key);
  TALLY_CHECK(note.ok());
  absl::StatusOr<Bytes> bytes = std::move(writer_).Finish(cuts, *proof, std::nullopt, *note);
  if (!bytes.ok()) return {};
  return *std::move(bytes);
}

}  // namespace tally::hostile
