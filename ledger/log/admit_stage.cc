// Whoever finishes a batch hands on what is ready in front; the other goes on admitting.
//
// Invariants: slots are given out, made and taken once each, taken in ascending order, one at a
// time and without the mutex; next_ <= taken_ + kAheadMax. A thread waits only when the slots ahead
// are all out, so the other one is making the front slot or handing on, and then moves taken_.
#include "ledger/log/admit_stage.h"

#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace tally::ledger {
namespace {

constexpr size_t kAloneBelow = 4;  // a thread costs about as much as admitting one small batch
constexpr size_t kAheadMax = 4;    // batches made and not taken yet

class OrderedRun {
 public:
  OrderedRun(size_t count, const MakeOne& make, const TakeOne& take)
      : make_(make), take_(take), ready_(count) {}

  void Work() {
    while (const std::optional<size_t> slot = NextSlot()) {
      absl::StatusOr<Candidate> candidate = make_(*slot);
      const absl::MutexLock lock(&mutex_);
      ready_[*slot] = std::move(candidate);
      HandOn();
    }
  }

 private:
  std::optional<size_t> NextSlot() {
    const auto may_go_on = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return next_ == ready_.size() || next_ < taken_ + kAheadMax;
    };
    const absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&may_go_on));
    if (next_ == ready_.size()) return std::nullopt;
    return next_++;
  }

  // Nobody waits here: if the other thread hands on, it will see what was made ready meanwhile.
  void HandOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (handing_on_) return;
    handing_on_ = true;
    while (taken_ < ready_.size() && ready_[taken_].has_value()) {
      const size_t slot = taken_;
      absl::StatusOr<Candidate> candidate = *std::move(ready_[slot]);
      ready_[slot].reset();
      mutex_.Unlock();
      take_(slot, std::move(candidate));
      mutex_.Lock();
      ++taken_;
    }
    handing_on_ = false;
  }

  const MakeOne& make_;
  const TakeOne& take_;
  absl::Mutex mutex_;
  std::vector<std::optional<absl::StatusOr<Candidate>>> ready_ ABSL_GUARDED_BY(mutex_);
  size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
  bool handing_on_ ABSL_GUARDED_BY(mutex_) = false;
};

// No thread when the system has none to give: then the caller does everything, a little later.
std::thread Start(OrderedRun& run) {
  try {
    return std::thread([&run] { run.Work(); });
  } catch (const std::system_error&) {
    return std::thread();
  }
}

}  // namespace

void AdmitInOrder(size_t count, const MakeOne& make, const TakeOne& take) {
  OrderedRun run(count, make, take);
  if (count < kAloneBelow) {
    run.Work();
    return;
  }
  std::thread other = Start(run);
  run.Work();
  if (other.joinable()) other.join();
}

}  // namespace tally::ledger
