#include "ledger/log/embedded_log.h"

#include <deque>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "ledger/log/claim.h"
#include "ledger/log/erasing.h"
#include "ledger/log/layout.h"
#include "ledger/log/quarantine.h"
#include "ledger/log/segment.h"
#include "ledger/log/start.h"
#include "ledger/log/undo.h"
#include "ledger/store/checksum.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

class EmbeddedLog final : public LogBackend {
 public:
  EmbeddedLog(EmbeddedLogOptions options, EmbeddedLogSeam seam)
      : options_(std::move(options)), seam_(std::move(seam)) {}

  absl::StatusOr<Claimed> Claim() override;
  absl::Status Append(uint64_t epoch, const Commit& commit) override;
  absl::Status Barrier(uint64_t epoch, const HeadSlot& head) override;
  absl::Status Erase(uint64_t epoch) override;
  const Store& store() const override {
    TALLY_CHECK(store_ != nullptr);
    return *store_;
  }
  absl::Status Seal(uint64_t epoch) override;

 private:
  // A commit that the outside head does not cover yet, or whose undo still lies in the store.
  struct Pending {
    uint64_t first = 0;
    uint64_t limit = 0;
  };
  enum class State { kUnclaimed, kOpen, kPoisoned, kSealed };

  absl::Status CheckOpen(uint64_t epoch) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Ends this run: what the failed step left is unknown. Gives the status to return.
  absl::Status Poison(absl::string_view step, const absl::Status& status);
  absl::Status CheckForm(const Commit& commit) const;
  absl::Status CheckReadBack(const Bytes& key, const Checksum& expected) const;
  absl::Status WriteCommit(const Commit& commit, const HeadSlot& covered,
                           const std::vector<uint64_t>& settled);
  // Undo records that the head inside makes needless once it says `covered`.
  std::vector<uint64_t> Settled(const HeadSlot& covered) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(const std::vector<uint64_t>& settled) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Reach(absl::string_view point) const {
    if (options_.failpoint) options_.failpoint(point);
  }

  const EmbeddedLogOptions options_;
  const EmbeddedLogSeam seam_;
  // Set by Claim, then constant; each synchronises itself or is used by one caller at a time.
  std::unique_ptr<Store> store_;
  std::unique_ptr<HeadFile> head_file_ ABSL_GUARDED_BY(barrier_mutex_);

  absl::Mutex append_mutex_;   // one Append at a time; before barrier_mutex_ and mutex_
  absl::Mutex barrier_mutex_;  // one Barrier at a time; before mutex_
  mutable absl::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kUnclaimed;
  std::string poison_ ABSL_GUARDED_BY(mutex_);
  HeadSlot head_ ABSL_GUARDED_BY(mutex_);  // as outside
  uint64_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Pending> pending_ ABSL_GUARDED_BY(mutex_);
};

absl::Status EmbeddedLog::CheckOpen(uint64_t epoch) const {
  switch (state_) {
    case State::kUnclaimed:
      return absl::FailedPreconditionError("the log was not claimed");
    case State::kSealed:
      return absl::FailedPreconditionError("the log is sealed");
    case State::kPoisoned:
      return absl::UnavailableError("the log refuses writes until a restart: " + poison_);
    case State::kOpen:
      break;
  }
  if (epoch == head_.epoch) return absl::OkStatus();
  return absl::AbortedError("fenced: epoch " + std::to_string(epoch) + " is over, the log is in " +
                            std::to_string(head_.epoch));
}

absl::Status EmbeddedLog::Poison(absl::string_view step, const absl::Status& status) {
  const absl::MutexLock lock(&mutex_);
  if (state_ == State::kOpen) {
    state_ = State::kPoisoned;
    poison_ = std::string(step) + ": " + std::string(status.message());
  }
  return absl::UnavailableError("the outcome is unknown, ask again after a restart: " + poison_);
}

absl::StatusOr<Claimed> EmbeddedLog::Claim() {
  const absl::MutexLock append_lock(&append_mutex_);
  const absl::MutexLock barrier_lock(&barrier_mutex_);
  {
    const absl::MutexLock lock(&mutex_);
    if (state_ != State::kUnclaimed) return absl::FailedPreconditionError("claimed before");
  }
  TALLY_ASSIGN_OR_RETURN(ClaimedLog claimed,
                         options_.create ? CreateLog(options_, seam_) : ClaimLog(options_, seam_));
  store_ = std::move(claimed.store);
  head_file_ = std::move(claimed.head_file);
  const absl::MutexLock lock(&mutex_);
  head_ = head_file_->newest();
  next_ = claimed.size;
  for (const auto& [first, limit] : claimed.undos) pending_.push_back({first, limit});
  state_ = State::kOpen;
  return Claimed{.epoch = head_.epoch, .head = head_, .recovery = std::move(claimed.recovery)};
}

// The two values must belong together and name the records that the commit names: what is not
// readable later must never be made durable now.
absl::Status EmbeddedLog::CheckForm(const Commit& commit) const {
  // The views share ownership with nothing: they live shorter than `commit`.
  const auto borrow = [](const Bytes& bytes) {
    return std::shared_ptr<const Bytes>(std::shared_ptr<const Bytes>(), &bytes);
  };
  const auto spine = SpineView::Open(borrow(commit.spine), commit.first);
  if (!spine.ok()) return absl::InvalidArgumentError(spine.status().message());
  const auto bodies = BodiesView::Open(borrow(commit.bodies), commit.first, spine->events());
  if (!bodies.ok()) return absl::InvalidArgumentError(bodies.status().message());
  if (commit.spine.size() + commit.bodies.size() > kSegmentBytesMax) {
    return absl::InvalidArgumentError("the commit is longer than the limit of a segment");
  }
  if (spine->records() != commit.count) {
    return absl::InvalidArgumentError("the commit names " + std::to_string(commit.count) +
                                      " records, its spine holds " +
                                      std::to_string(spine->records()));
  }
  return absl::OkStatus();
}

std::vector<uint64_t> EmbeddedLog::Settled(const HeadSlot& covered) const {
  std::vector<uint64_t> settled;
  for (const Pending& commit : pending_) {
    if (commit.limit <= covered.size) settled.push_back(commit.first);
  }
  return settled;
}

void EmbeddedLog::Forget(const std::vector<uint64_t>& settled) {
  // Settled commits are the oldest ones.
  for (size_t i = 0; i < settled.size(); ++i) pending_.pop_front();
}

absl::Status EmbeddedLog::WriteCommit(const Commit& commit, const HeadSlot& covered,
                                      const std::vector<uint64_t>& settled) {
  TALLY_ASSIGN_OR_RETURN(const Undo undo,
                         MakeUndo(*store_, commit.first, commit.count, commit.derived));
  const Bytes spine_key = layout::Spine(commit.first);
  const Bytes bodies_key = layout::Bodies(commit.first);
  WriteSet writes;
  writes.borrowed = {{spine_key, commit.spine}, {bodies_key, commit.bodies}};
  for (const WriteSet::Put& put : commit.derived.puts) {
    writes.borrowed.push_back({put.key, put.value});
  }
  const auto& lent = commit.derived.borrowed;
  writes.borrowed.insert(writes.borrowed.end(), lent.begin(), lent.end());
  writes.deletes = commit.derived.deletes;
  writes.deletes.push_back(layout::Recovery());
  for (uint64_t first : settled) writes.deletes.push_back(layout::Undo(first));
  writes.puts.push_back({layout::Undo(commit.first), EncodeUndo(undo)});
  writes.puts.push_back({layout::Head(), EncodeHeadSlot(covered)});
  return store_->Commit(writes);
}

absl::Status EmbeddedLog::CheckReadBack(const Bytes& key, const Checksum& expected) const {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> found, store_->Get(key));
  if (found.has_value() && ChecksumOf(*found) == expected) return absl::OkStatus();
  return absl::DataLossError("the stored bytes of key " + ToHex(key) +
                             " are not the bytes that were given");
}

absl::Status EmbeddedLog::Append(uint64_t epoch, const Commit& commit) {
  const absl::MutexLock append_lock(&append_mutex_);
  HeadSlot covered;
  std::vector<uint64_t> settled;
  {
    const absl::MutexLock lock(&mutex_);
    TALLY_RETURN_IF_ERROR(CheckOpen(epoch));
    if (commit.first != next_) {
      return absl::AbortedError("the next record is " + std::to_string(next_) + ", not " +
                                std::to_string(commit.first));
    }
    covered = head_;
    settled = Settled(covered);
  }
  const Checksum spine =
      commit.spine_checksum.has_value() ? *commit.spine_checksum : ChecksumOf(commit.spine);
  const Checksum bodies =
      commit.bodies_checksum.has_value() ? *commit.bodies_checksum : ChecksumOf(commit.bodies);
  TALLY_RETURN_IF_ERROR(CheckForm(commit));
  Reach("append.before-write");
  absl::Status status = WriteCommit(commit, covered, settled);
  Reach("append.after-write");
  if (status.ok()) status = CheckReadBack(layout::Spine(commit.first), spine);
  if (status.ok()) status = CheckReadBack(layout::Bodies(commit.first), bodies);
  if (!status.ok()) return Poison("append", status);
  Reach("append.after-read-back");
  const absl::MutexLock lock(&mutex_);
  Forget(settled);
  next_ = commit.first + commit.count;
  pending_.push_back({commit.first, next_});
  return absl::OkStatus();
}

absl::Status EmbeddedLog::Barrier(uint64_t epoch, const HeadSlot& head) {
  const absl::MutexLock barrier_lock(&barrier_mutex_);
  HeadSlot next = head;
  {
    const absl::MutexLock lock(&mutex_);
    TALLY_RETURN_IF_ERROR(CheckOpen(epoch));
    // The outside head never claims what the store lacks.
    if (head.size > next_) {
      return absl::InvalidArgumentError("the head covers " + std::to_string(head.size) +
                                        " records, the store holds " + std::to_string(next_));
    }
    bool is_end = head.size == head_.size;
    for (const Pending& commit : pending_) is_end = is_end || head.size == commit.limit;
    if (!is_end) return absl::InvalidArgumentError("the head ends inside a commit");
    next.generation = head_.generation + 1;
    next.epoch = epoch;
  }
  Reach("barrier.before-head");
  const absl::Status advanced = head_file_->Advance(next);
  // A head that breaks a rule was refused before anything was written.
  if (absl::IsInvalidArgument(advanced)) return advanced;
  if (!advanced.ok()) return Poison("barrier", advanced);
  Reach("barrier.after-head");
  const absl::MutexLock lock(&mutex_);
  head_ = std::move(next);
  return absl::OkStatus();
}

absl::Status EmbeddedLog::Erase(uint64_t epoch) {
  const absl::MutexLock append_lock(&append_mutex_);
  uint64_t size = 0;
  {
    const absl::MutexLock lock(&mutex_);
    TALLY_RETURN_IF_ERROR(CheckOpen(epoch));
    size = head_.size;
  }
  TALLY_ASSIGN_OR_RETURN(const bool any, HasErasuresToCarryOut(*store_, size));
  if (!any) return absl::OkStatus();
  // The logs that the last unclean stop left are links to files that are to go.
  absl::Status status = RemoveLinks(options_.directory);
  if (status.ok()) status = CarryOutErasures(*store_, size, options_.failpoint);
  return status.ok() ? status : Poison("erase", status);
}

absl::Status EmbeddedLog::Seal(uint64_t epoch) {
  const absl::MutexLock append_lock(&append_mutex_);
  const absl::MutexLock barrier_lock(&barrier_mutex_);
  WriteSet writes;
  {
    const absl::MutexLock lock(&mutex_);
    TALLY_RETURN_IF_ERROR(CheckOpen(epoch));
    if (head_.size != next_) {
      return absl::FailedPreconditionError("records " + std::to_string(head_.size) + " to " +
                                           std::to_string(next_ - 1) +
                                           " are not acknowledged: a clean close would hide that");
    }
    writes.puts.push_back({layout::Head(), EncodeHeadSlot(head_)});
    for (uint64_t first : Settled(head_)) writes.deletes.push_back(layout::Undo(first));
    pending_.clear();
    state_ = State::kSealed;
  }
  Reach("seal.before-write");
  TALLY_RETURN_IF_ERROR(store_->Commit(writes));
  Reach("seal.after-write");
  TALLY_RETURN_IF_ERROR(store_->CloseCleanly());
  Reach("seal.after-close");
  return absl::OkStatus();
}

}  // namespace

EmbeddedLogSeam EmbeddedLogSeam::System() {
  return {.open_store = [](const Store::Options& options) { return Store::Open(options); },
          .head_calls = HeadFileCalls::System()};
}

std::string StoreDirectory(const EmbeddedLogOptions& options) {
  return options.directory + "/store";
}

absl::StatusOr<std::unique_ptr<LogBackend>> OpenEmbeddedLog(const EmbeddedLogOptions& options,
                                                            const EmbeddedLogSeam& seam) {
  if (options.directory.empty() || options.head_path.empty()) {
    return absl::InvalidArgumentError("a log needs a directory and the path of its head file");
  }
  TALLY_CHECK(options.root_at != nullptr);
  return std::unique_ptr<LogBackend>(std::make_unique<EmbeddedLog>(options, seam));
}

absl::StatusOr<std::unique_ptr<LogBackend>> OpenEmbeddedLog(const EmbeddedLogOptions& options) {
  return OpenEmbeddedLog(options, EmbeddedLogSeam::System());
}

}  // namespace tally::ledger
