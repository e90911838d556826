// What makes one sequence of windows a chronic failure (DOMAIN 3.12, 3.17 rules 17 and 32): one
// predicate for each way of a `chronic failure` rule, fed with closed windows, oldest first.
//
//   failures in a row           the last k windows failed
//   failures in windows         k of the last n failed
//   high credits                in k of the last n the credit was at least x % of the fee
//   every n failures            k failures in the last n windows; each counts for one right only
//   every n failures in months  the same among windows that end in the last n local months
//   average below floor         the mean of the last n values, plain or by length, is below x %
//   long outage                 in k of the last n an outage was longer than h
//   cap reached                 in k of the last n the credit of the window reached a cap
//
// A window without a result breaks the sequence, is skipped, or counts: as a failure, and in an
// average as a value of zero; a carried result is always skipped. For an average a window without a
// value has no result, for outages one without a picture; where there is one, the verdict does not
// matter. An outage that goes on over the edge of two windows is one: it counts from the window in
// which it becomes longer than h.
//
// Figures as closed are those that a closing states: verdict, value and credit, and the outages and
// caps that a rule of its terms asks for. A closing made before it stated these, or under terms
// that did not ask, leaves them as they are computed now.
//
// A failure that was earned back is none in what completes at the time of that or later.
//
// A mean is exact where 128 bits hold it. Where they do not it is enclosed, each value within
// 2^-60, and refused (OutOfRange) if the floor lies in between: never guessed.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/sequence.h"

namespace tally::replay {

enum class SequenceFigures { kAsClosed, kNow };

class SequencePredicate {
 public:
  explicit SequencePredicate(SequenceFigures figures) : figures_(figures) {}

  // Takes the next window, which outlives this; true if it completes the sequence of `rule`.
  absl::StatusOr<bool> Completes(const Rule& rule, const SequenceWindow& window);
  // The windows that made it complete when it last was, ascending.
  const std::vector<const SequenceWindow*>& failures() const { return failures_; }

 private:
  enum class Mark { kFailed, kGood, kBreak, kSkip };
  struct Seen {
    const SequenceWindow* window = nullptr;
    bool failed = false;
    Fraction value;  // averages
  };
  const FigureAsClosed* Closed(const WindowOutcome& outcome) const;
  absl::StatusOr<Mark> MarkOf(const Rule& rule, const SequenceWindow& window);
  Mark MarkByVerdict(const Rule& rule, const SequenceWindow& window) const;
  std::optional<Fraction> ValueOf(const WindowOutcome& outcome) const;
  absl::StatusOr<bool> IsHigh(const Rule& rule, const SequenceWindow& window) const;
  // The longest outage of the window, with what it was before the window began.
  std::optional<Duration> LongestOutage(const WindowOutcome& outcome);
  bool ReachedCap(const SequenceWindow& window, const std::string& cap) const;
  void Forget(const Rule& rule, const WindowOutcome& newest);
  absl::StatusOr<bool> IsBelowFloor(const Rule& rule) const;

  SequenceFigures figures_;
  std::deque<Seen> last_;
  std::vector<const SequenceWindow*> failures_;
  // An outage that was open when the window before ended.
  std::optional<Instant> outage_until_;
  Duration outage_so_far_;
};

}  // namespace tally::replay
