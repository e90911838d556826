// The write and head stages: a commit becomes durable, then acknowledged.
//
// What a crash leaves: before the append, nothing; between append and barrier, a tail that the
// outside head does not cover, which the next start judges; after the barrier, an acknowledged
// commit whose callers may not have heard of it and ask again.
#include <utility>

#include "ledger/log/appender.h"
#include "schema/status.h"

namespace tally::ledger {

absl::Status Appender::Write(InFlight& commit) {
  TALLY_RETURN_IF_ERROR(poisoned());
  commit.commit.spine = commit.segment->EncodeSpine();
  commit.commit.bodies = commit.segment->EncodeBodies();
  commit.segment.reset();
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
        SignCheckpoint({options_.origin, commit->head.size, commit->head.root}, *options_.log_key);
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
