// The write and head stages: a commit becomes durable, then acknowledged.
//
// What a crash leaves: before the append, nothing; between append and barrier, a tail that the
// outside head does not cover, which the next start judges; after the barrier, an acknowledged
// commit whose callers may not have heard of it and ask again.
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/appender.h"
#include "schema/status.h"

namespace tally::ledger {

// The segment's bytes are those that came in, before anything was hashed, and its records are those
// that the tree holds: what memory changed since then must not be stored under hashes and
// signatures of something else (T-12).
absl::Status Appender::CheckUnchanged(const InFlight& flight) {
  const Commit& commit = flight.commit;
  const auto borrow = [](const Bytes& bytes) {
    return std::shared_ptr<const Bytes>(std::shared_ptr<const Bytes>(), &bytes);
  };
  TALLY_ASSIGN_OR_RETURN(const SpineView spine,
                         SpineView::Open(borrow(commit.spine), commit.first));
  TALLY_ASSIGN_OR_RETURN(const BodiesView bodies,
                         BodiesView::Open(borrow(commit.bodies), commit.first, spine.events()));
  bool same = spine.records() == flight.expected.size();
  for (uint32_t i = 0; same && i < spine.records(); ++i) {
    ChecksumStream checksum;
    checksum.Add(spine.evidence(i));
    const auto [first, limit] = spine.EventsOf(i);
    for (uint32_t j = first; j < limit; ++j) {
      checksum.Add(spine.header(j));
      checksum.Add(bodies.salt(j).view());
      checksum.Add(bodies.body(j));
    }
    same = checksum.Value() == flight.expected[i].batch &&
           EntryLeaf(EntryOf(spine.record(i), spine.recorded_ms())) == flight.expected[i].leaf;
  }
  if (same) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the commit of record ", commit.first,
                                          ": its bytes changed in memory after they were hashed"));
}

absl::Status Appender::Write(InFlight& commit) {
  TALLY_RETURN_IF_ERROR(poisoned());
  commit.commit.spine = commit.segment->EncodeSpine();
  commit.commit.bodies = commit.segment->EncodeBodies();
  commit.segment.reset();
  if (options_.corrupt) options_.corrupt(commit.commit);
  commit.commit.spine_checksum = ChecksumOf(commit.commit.spine);
  commit.commit.bodies_checksum = ChecksumOf(commit.commit.bodies);
  TALLY_RETURN_IF_ERROR(CheckUnchanged(commit));
  return options_.backend->Append(options_.epoch, commit.commit);
}

void Appender::WriteLoop() {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return to_write_ != nullptr || link_ended_;
  };
  while (true) {
    std::shared_ptr<InFlight> commit;
    {
      const absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_work));
      commit = std::move(to_write_);
      to_write_ = nullptr;
      if (commit == nullptr) return;
      writing_ = true;
    }
    const absl::Status status = Write(*commit);
    if (!status.ok()) Poison(status);
    const absl::MutexLock lock(&mutex_);
    writing_ = false;
    commit->write_status = status;
    commit->written = true;
  }
}

absl::Status Appender::AdvanceHead(InFlight& commit, const absl::StatusOr<std::string>& note) {
  TALLY_RETURN_IF_ERROR(commit.write_status);
  TALLY_RETURN_IF_ERROR(note.status());
  commit.head.note = *note;
  TALLY_RETURN_IF_ERROR(options_.backend->Barrier(options_.epoch, commit.head));
  if (options_.published) options_.published(commit.head, commit.kept);
  return absl::OkStatus();
}

void Appender::Answer(InFlight& commit, const absl::Status& status) {
  for (Owed& owed : commit.owed) {
    owed.receipt.checkpoint_size = commit.head.size;
    if (status.ok()) {
      Give(owed.call, owed.slot, owed.receipt);
    } else {
      Give(owed.call, owed.slot, status);
    }
  }
}

void Appender::HeadLoop() {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !to_head_.empty() || link_ended_;
  };
  while (true) {
    std::shared_ptr<InFlight> commit;
    {
      const absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_work));
      if (to_head_.empty()) return;
      commit = to_head_.front();
    }
    // Signed while the write is under way; the signature leaves this function only in a synced
    // head.
    const absl::StatusOr<std::string> note =
        commit->signers.empty()
            ? absl::StatusOr<std::string>(absl::UnavailableError("no key signs this head"))
            : SignCheckpoint({options_.origin, commit->head.size, commit->head.root},
                             commit->signers);
    {
      const absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&commit->written));
    }
    absl::Status status = AdvanceHead(*commit, note);
    if (!status.ok()) {
      Poison(status);
      status = poisoned();
    }
    {
      const absl::MutexLock lock(&mutex_);
      resolved_ = commit->number;
      to_head_.pop_front();
    }
    Answer(*commit, status);
  }
}

}  // namespace tally::ledger
