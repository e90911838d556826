// Callers and the link thread. What follows a commit that left here is in commit_stages.cc.
#include "ledger/log/appender.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/admit_stage.h"
#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kQueueMax = 16;  // batches of at most 4 MiB: stops callers from filling the memory

}  // namespace

struct Appender::Call {
  explicit Call(size_t batches) : outcomes(batches), open(batches) {}
  absl::Mutex mutex;
  std::vector<std::optional<absl::StatusOr<AppendReceipt>>> outcomes ABSL_GUARDED_BY(mutex);
  size_t open ABSL_GUARDED_BY(mutex);
};

Appender::Appender(AppenderOptions options)
    : options_(std::move(options)),
      ledger_(options_.ledger),
      rows_(options_.backend->store()),
      streams_(rows_),
      keyring_(options_.keyring),
      time_(*options_.clock, options_.last_recorded),
      known_(options_.backend->store()),
      recorded_(options_.backend->store()) {}

absl::StatusOr<std::unique_ptr<Appender>> Appender::Start(AppenderOptions options) {
  TALLY_CHECK(options.backend != nullptr && options.clock != nullptr && options.log_key != nullptr);
  const uint64_t size = options.size;
  std::unique_ptr<Appender> appender(new Appender(std::move(options)));
  TALLY_ASSIGN_OR_RETURN(appender->tree_, LogTree::Load(appender->rows_, size));
  appender->rules_.emplace(appender->ledger_, appender->streams_, *appender->tree_,
                           appender->keyring_, Extent::kWhole, &appender->recorded_);
  appender->linker_.emplace(appender->ledger_, appender->streams_, *appender->tree_,
                            appender->keyring_);
  Appender* self = appender.get();
  appender->link_thread_ = std::thread([self] { self->LinkLoop(); });
  appender->write_thread_ = std::thread([self] { self->WriteLoop(); });
  appender->head_thread_ = std::thread([self] { self->HeadLoop(); });
  return appender;
}

Appender::~Appender() { Stop(); }

void Appender::Stop() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread* thread : {&link_thread_, &write_thread_, &head_thread_}) {
    if (thread->joinable()) thread->join();
  }
}

void Appender::Give(Call* call, size_t slot, absl::StatusOr<AppendReceipt> outcome) {
  // The caller may free the call as soon as the mutex is released.
  const absl::MutexLock lock(&call->mutex);
  TALLY_CHECK(!call->outcomes[slot].has_value() && call->open > 0);
  call->outcomes[slot] = std::move(outcome);
  --call->open;
}

void Appender::Submit(Item item) {
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return queue_.size() < kQueueMax || stopping_;
  };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&has_room));
  if (!stopping_) {
    queue_.push_back(std::move(item));
    return;
  }
  Give(item.call, item.slot, absl::FailedPreconditionError("the ledger is closed for appending"));
}

std::vector<absl::StatusOr<AppendReceipt>> Appender::Append(std::vector<SignedBatch> batches) {
  Call call(batches.size());
  const auto make = [&](size_t slot) {
    std::shared_ptr<const Verifier> verifier;
    if (const auto evidence = DecodeEvidence(batches[slot].evidence); evidence.ok()) {
      const absl::ReaderMutexLock lock(&keys_mutex_);
      if (const KeyEntry* key = keyring_.Find(evidence->key)) verifier = key->verifier;
    }
    // A key that a batch under way registers is not known here yet: link checks its signature.
    return MakeCandidate(options_.ledger, std::move(batches[slot]), verifier);
  };
  AdmitInOrder(batches.size(), make, [&](size_t slot, absl::StatusOr<Candidate> candidate) {
    if (candidate.ok()) {
      Submit({*std::move(candidate), Wish::kAppend, &call, slot});
    } else {
      Give(&call, slot, candidate.status());
    }
  });
  const auto answered = [&call]()
                            ABSL_EXCLUSIVE_LOCKS_REQUIRED(call.mutex) { return call.open == 0; };
  const absl::MutexLock lock(&call.mutex);
  call.mutex.Await(absl::Condition(&answered));
  std::vector<absl::StatusOr<AppendReceipt>> outcomes;
  outcomes.reserve(call.outcomes.size());
  for (auto& outcome : call.outcomes) outcomes.push_back(*std::move(outcome));
  return outcomes;
}

absl::StatusOr<AppendReceipt> Appender::DryRun(SignedBatch batch) {
  return Ask(std::move(batch), Wish::kDryRun);
}

absl::StatusOr<AppendReceipt> Appender::AppendAtStart(SignedBatch batch) {
  return Ask(std::move(batch), Wish::kAtStart);
}

absl::StatusOr<AppendReceipt> Appender::Ask(SignedBatch batch, Wish wish) {
  TALLY_ASSIGN_OR_RETURN(Candidate candidate,
                         MakeCandidate(options_.ledger, std::move(batch), nullptr));
  Call call(1);
  Submit({std::move(candidate), wish, &call, 0});
  const auto answered = [&call]()
                            ABSL_EXCLUSIVE_LOCKS_REQUIRED(call.mutex) { return call.open == 0; };
  const absl::MutexLock lock(&call.mutex);
  call.mutex.Await(absl::Condition(&answered));
  return *std::move(call.outcomes[0]);
}

absl::Status Appender::poisoned() const {
  const absl::MutexLock lock(&mutex_);
  return poison_;
}

void Appender::Poison(const absl::Status& status) {
  const absl::MutexLock lock(&mutex_);
  if (!poison_.ok()) return;
  poison_ = absl::UnavailableError(absl::StrCat(
      "the outcome is unknown: ask again with the same position or id after a restart (",
      status.message(), ")"));
}

void Appender::LinkLoop() {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    // A commit leaves when nobody adds to it and the writer is free: that is group commit.
    const bool writer_idle = to_write_ == nullptr && !writing_;
    return !queue_.empty() || (open_ != nullptr && writer_idle) || stopping_;
  };
  while (true) {
    std::optional<Item> item;
    bool stop = false;
    {
      const absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_work));
      if (!queue_.empty()) {
        item = std::move(queue_.front());
        queue_.pop_front();
      } else {
        stop = stopping_;
      }
    }
    if (item) {
      Process(*std::move(item));
    } else {
      if (const absl::Status status = HandOver(); !status.ok()) Poison(status);
      if (stop) break;
    }
  }
  const absl::MutexLock lock(&mutex_);
  link_ended_ = true;
}

void Appender::Process(Item item) {
  {
    const absl::MutexLock lock(&mutex_);
    rows_.Forget(resolved_);
  }
  if (const absl::Status poison = poisoned(); !poison.ok()) {
    Give(item.call, item.slot, poison);
    return;
  }
  std::optional<Judged> judged;
  absl::StatusOr<AppendReceipt> outcome = Judge(item, judged);
  if (!outcome.ok() || !judged || item.wish == Wish::kDryRun) {
    Give(item.call, item.slot, std::move(outcome));
    return;
  }
  const BodyKind kind = item.candidate.kind();
  const bool completes = LogKeys::Completes(item.candidate.header());
  absl::Status linked = Link(item, *std::move(judged), *outcome);
  const bool full = linked.ok() && (open_->segment->events() >= kSegmentEventsTarget ||
                                    open_->segment->bytes() >= kSegmentBytesTarget);
  // Heads end their commit, and so does an event that decides about recorded time, or about who
  // signs what follows.
  const bool ends = kind == BodyKind::kHeads || IsTimeEvent(kind) || completes;
  if (linked.ok() && (full || ends)) linked = HandOver();
  if (!linked.ok()) Poison(linked);
}

}  // namespace tally::ledger
