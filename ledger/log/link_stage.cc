// The link stage: one batch after another against everything admitted before it.
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/appender.h"
#include "ledger/log/layout.h"
#include "ledger/log/recorded_time.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kCommitsUnderWayMax = 3;  // written, being signed for, and waiting

void ExpectBatch(const SignedBatch& batch, SegmentBuilder& segment) {
  size_t headers = 0;
  size_t bodies = 0;
  for (const Event& event : batch.events) {
    headers += event.header.size();
    bodies += event.body.size();
  }
  segment.Expect(batch.events.size(), headers, bodies);
}

// At least what the batch adds to a segment.
size_t SegmentBytesOf(const SignedBatch& batch) {
  constexpr size_t kTablesOfEvent = 2 * sizeof(uint32_t) + 1 + Salt::size();
  size_t bytes = kRecordBytes + kEvidenceBytes + sizeof(uint32_t);
  for (const Event& event : batch.events) {
    bytes += event.header.size() + event.body.size() + kTablesOfEvent;
  }
  return bytes;
}

}  // namespace

absl::Status Appender::CheckSignature(Candidate& candidate) const {
  const KeyFingerprint& fingerprint = candidate.checked.evidence.key;
  const KeyEntry* key = keyring_.Find(fingerprint);
  if (key == nullptr) {
    return absl::PermissionDeniedError(
        absl::StrCat("key ", fingerprint.ToHex(), " is not registered in this ledger"));
  }
  return CheckCandidateSignature(ledger_, *key->verifier, candidate);
}

absl::StatusOr<std::vector<const SigningKey*>> Appender::SignersOf(uint64_t size) const {
  const std::array<const SigningKey*, 2> keys = {options_.log_key, options_.next_log_key};
  return keyring_.log_keys().SignersOf(size, keys);
}

absl::Status Appender::CheckNextLogKey(const Candidate& candidate) const {
  if (!LogKeys::Completes(candidate.header())) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const LogKeyRegistered said,
                         DecodeLogKeyRegistered(candidate.batch.events[0].body));
  const SigningKey* next = options_.next_log_key;
  if (next != nullptr && LogVkey(options_.origin, next->public_key()) == said.vkey) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("log key: ", said.vkey, " is not at hand to sign what follows"));
}

absl::StatusOr<AppendReceipt> Appender::ReceiptOf(uint64_t index) {
  SegmentReader segments(options_.backend->store());
  TALLY_ASSIGN_OR_RETURN(const auto segment, segments.Containing(index));
  AppendReceipt receipt;
  receipt.index = index;
  receipt.already_known = true;
  receipt.recorded = InstantOfMilliseconds(segment->spine.recorded_ms());
  receipt.checkpoint_size = segment->spine.limit_index();
  return receipt;
}

absl::StatusOr<std::optional<AppendReceipt>> Appender::FindKnownAct(const Candidate& candidate,
                                                                    uint64_t scope) {
  const EventHeader& header = candidate.header();
  const Bytes key = layout::Act(scope, header.author, *header.id);
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value, rows_.Get(key));
  if (!value) return std::optional<AppendReceipt>();
  TALLY_ASSIGN_OR_RETURN(uint64_t index, DecodeNumberRow(*value));
  if (rows_.IsPending(key)) TALLY_RETURN_IF_ERROR(Drain());
  TALLY_ASSIGN_OR_RETURN(index, known_.FindAct(candidate, index));
  TALLY_ASSIGN_OR_RETURN(AppendReceipt receipt, ReceiptOf(index));
  return std::optional<AppendReceipt>(receipt);
}

absl::StatusOr<std::optional<AppendReceipt>> Appender::FindKnownFeed(const Candidate& candidate,
                                                                     const StreamRow& feed) {
  TALLY_ASSIGN_OR_RETURN(const Overlap overlap, OverlapOf(candidate, feed));
  if (overlap == Overlap::kNew) return std::optional<AppendReceipt>();
  TALLY_RETURN_IF_ERROR(Drain());
  if (overlap == Overlap::kMixed) {
    TALLY_ASSIGN_OR_RETURN(
        const absl::Status refusal,
        known_.RefusalWithLastEvidence(feed,
                                       "the batch mixes recorded and new positions: sign the new "
                                       "ones on what is recorded"));
    return refusal;
  }
  TALLY_ASSIGN_OR_RETURN(KnownBatches::Found found, known_.FindPositions(candidate, feed));
  if (found.equivocation) {
    // One for each position is enough to convict; it travels with the next commit.
    TALLY_ASSIGN_OR_RETURN(const auto kept, rows_.Get(found.equivocation->key));
    if (!kept) {
      TALLY_RETURN_IF_ERROR(
          rows_.Put(std::move(found.equivocation->key), std::move(found.equivocation->value)));
    }
  }
  TALLY_RETURN_IF_ERROR(found.status);
  TALLY_ASSIGN_OR_RETURN(AppendReceipt receipt, ReceiptOf(found.index));
  return std::optional<AppendReceipt>(receipt);
}

absl::StatusOr<std::optional<AppendReceipt>> Appender::FindKnown(const Candidate& candidate) {
  const KindRow* row = FindKind(candidate.kind());
  if (row == nullptr || candidate.kind() == BodyKind::kGenesis) {
    return std::optional<AppendReceipt>();  // The rules refuse it.
  }
  if (row->opening) return FindKnownAct(candidate, 0);
  const absl::StatusOr<StreamRow*> stream = streams_.Find(candidate.stream());
  if (absl::IsNotFound(stream.status())) return std::optional<AppendReceipt>();
  if (!stream.ok()) return stream.status();
  const StreamState& state = (*stream)->state;
  if (state.kind != row->stream) return std::optional<AppendReceipt>();
  if (state.kind == StreamKind::kFeed) return FindKnownFeed(candidate, **stream);
  return FindKnownAct(candidate, state.opening_index);
}

// A feed's author who lost the race is told the evidence on which to sign on.
absl::Status Appender::Refusal(const Candidate& candidate, const absl::Status& refused) {
  if (!absl::IsAborted(refused) || !IsFeedKind(candidate.kind())) return refused;
  TALLY_ASSIGN_OR_RETURN(const StreamRow* feed, streams_.Find(candidate.stream()));
  TALLY_RETURN_IF_ERROR(Drain());
  TALLY_ASSIGN_OR_RETURN(absl::Status refusal,
                         known_.RefusalWithLastEvidence(*feed, refused.message()));
  return refusal;
}

absl::StatusOr<Instant> Appender::TimeFor(const Item& item, RecordedTime& time) const {
  if (item.wish == Wish::kAtStart) return time.AtStart();
  const ByteView body = item.candidate.batch.events[0].body;
  if (item.candidate.kind() == BodyKind::kTimeAccepted) {
    TALLY_ASSIGN_OR_RETURN(const TimeAccepted accepted, DecodeTimeAccepted(body));
    return time.Accept(accepted.time);
  }
  if (item.candidate.kind() == BodyKind::kTimeCorrected) {
    TALLY_ASSIGN_OR_RETURN(const TimeCorrected corrected, DecodeTimeCorrected(body));
    return time.Correct(corrected.time);
  }
  return time.Next();
}

absl::StatusOr<AppendReceipt> Appender::Judge(Item& item, std::optional<Judged>& judged) {
  Candidate& candidate = item.candidate;
  if (!candidate.signature_checked) TALLY_RETURN_IF_ERROR(CheckSignature(candidate));
  TALLY_ASSIGN_OR_RETURN(const std::optional<AppendReceipt> known, FindKnown(candidate));
  if (known) return *known;
  // Earlier events are looked up in the store.
  if (rules_->LooksBack(candidate)) TALLY_RETURN_IF_ERROR(Drain());
  if (open_ != nullptr) {
    const size_t bytes = open_->segment->bytes() + SegmentBytesOf(candidate.batch);
    const bool own_time = IsTimeEvent(candidate.kind()) || item.wish == Wish::kAtStart;
    if (own_time || bytes > kSegmentBytesMax) {
      if (const absl::Status status = HandOver(); !status.ok()) {
        Poison(status);
        return poisoned();
      }
    }
  }
  RecordedTime time = time_;
  Instant recorded = open_time_;
  if (open_ == nullptr) {
    TALLY_ASSIGN_OR_RETURN(recorded, TimeFor(item, time));
  }
  const Place place{tree_->size(), recorded};
  absl::StatusOr<Admission> admission = rules_->Judge(candidate, place);
  if (!admission.ok()) return Refusal(candidate, admission.status());
  TALLY_RETURN_IF_ERROR(CheckNextLogKey(candidate));
  judged = Judged{*std::move(admission), place, time};
  AppendReceipt receipt;
  receipt.index = place.index;
  receipt.recorded = recorded;
  return receipt;
}

absl::Status Appender::Link(const Item& item, Judged judged, const AppendReceipt& receipt) {
  const Candidate& candidate = item.candidate;
  const Place place = judged.place;
  if (open_ == nullptr) {
    open_ = std::make_shared<InFlight>();
    open_->segment = std::make_unique<SegmentBuilder>(place.index, place.recorded.micros / 1000);
    ExpectBatch(candidate.batch, *open_->segment);
    open_time_ = place.recorded;
    time_ = judged.time;
  }
  const bool kept = IsKept(candidate.kind());
  const StreamRow* stream = judged.admission.stream;
  absl::StatusOr<Linked> linked;
  if (kept) {
    const absl::WriterMutexLock lock(&keys_mutex_);
    linked = linker_->Link(candidate, std::move(judged.admission), place);
  } else {
    linked = linker_->Link(candidate, std::move(judged.admission), place);
  }
  // From here on the caller is owed an answer by the commit, whatever becomes of it.
  open_->owed.push_back({item.call, item.slot, receipt});
  TALLY_RETURN_IF_ERROR(linked.status());
  if (kept) {
    StreamId party = stream == nullptr ? Rename<StreamId>(linked->leaf) : stream->state.id;
    if (stream != nullptr && stream->state.kind == StreamKind::kSystem) party = StreamId();
    open_->kept.push_back({place.index,
                           party,
                           candidate.header(),
                           candidate.batch.events[0].body,
                           {candidate.checked.evidence.key, place.recorded}});
  }
  open_->expected.push_back({candidate.before_hashing, linked->leaf});
  open_->segment->AddRecord(linked->record_bytes, candidate.batch.evidence);
  for (const Event& event : candidate.batch.events) {
    open_->segment->AddEvent(event.header, event.salt, event.body);
  }
  return absl::OkStatus();
}

absl::Status Appender::HandOver() {
  if (open_ == nullptr) return absl::OkStatus();
  std::shared_ptr<InFlight> commit = std::move(open_);
  open_ = nullptr;
  absl::Status derived = streams_.Flush();
  if (derived.ok()) derived = tree_->Flush();
  absl::StatusOr<std::vector<const SigningKey*>> signers = SignersOf(tree_->size());
  if (derived.ok()) derived = signers.status();
  if (signers.ok()) commit->signers = *std::move(signers);
  commit->number = rows_.commit();
  commit->commit.derived = rows_.Take();
  commit->commit.first = commit->segment->first_index();
  commit->commit.count = commit->segment->records();
  commit->head.ledger = ledger_;
  commit->head.size = tree_->size();
  commit->head.root = tree_->Root();
  commit->head.recorded_ms = open_time_.micros / 1000;
  // A commit whose rows are not known is never written, but its callers are answered in order.
  if (!derived.ok()) Poison(derived);
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return to_write_ == nullptr && to_head_.size() < kCommitsUnderWayMax;
  };
  const absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&has_room));
  handed_over_ = commit->number;
  to_head_.push_back(commit);
  to_write_ = std::move(commit);
  return derived;
}

absl::Status Appender::Drain() {
  TALLY_RETURN_IF_ERROR(HandOver());
  const auto drained = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return resolved_ == handed_over_;
  };
  const absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&drained));
  rows_.Forget(resolved_);
  return poison_;
}

}  // namespace tally::ledger
