// Rights that arise from a sequence of windows (DOMAIN 3.12, 3.17 rule 32), and failures of the
// expected level that pay only when they repeat (rule 21).
//
// The sequence of one objective is its closed windows, oldest first; what completes it stands in
// sequence_predicate.h. The right arises at the ledger time of the closing that completes the
// predicate, must be used within its notice time, and lapses otherwise. While a right is open the
// same rule gives no second one; when it has lapsed or was waived, the next window whose closing
// completes the predicate gives a new one.
//
// The sequence is tested on closed figures, and again on what is computed now. A right that only
// the closed figures give was removed by the restatement or ruling that changed them: it is void
// unless it was used before that; afterwards only a ruling about the use itself decides. One that
// only the figures of now give arises with what restored it.
//
// A failure that was earned back, where it then no longer counts, is one until the closing that
// completed the run: it counts in what was complete before that, and a right that rested on it is
// void from then on, unless it was used before. A sum that was owed by then stays owed.
//
// Notice time runs from the closing, or from the newest ruling inside a window of the sequence
// where the terms say so and there is one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/window_outcome.h"

namespace tally::replay {

// One window of the sequence: what it was, and what of it the pipeline left.
struct SequenceWindow {
  const WindowOutcome* outcome = nullptr;  // outlives the call
  Money granted;
  // What earned it back, where the terms say that it then no longer counts.
  std::optional<Restatement> forgiven = {};
  std::vector<std::string> caps_reached = {};  // rules that its credit came up to
};
enum class RightState { kOpen, kExercised, kWaived, kLapsed, kVoid };
// An act about a right that was found to be by its holder.
struct Exercise {
  std::string rule;
  std::string objective;
  Interval window;  // that completed the right
  Instant at;       // that counts
  Cause act;
  RightState makes = RightState::kExercised;  // or kWaived
  Instant effective;                          // the end of the term that it states
};
struct ArisenRight {
  const Rule* rule = nullptr;
  const Terms* terms = nullptr;  // that the rule is of
  std::string objective;
  std::string obligor, obligee;    // roles
  Interval window;                 // that completed the predicate
  std::vector<Interval> failures;  // the windows of the sequence that count, ascending
  std::vector<Cause> causes;       // their closings
  Instant arose;
  std::optional<Instant> exercise_until;  // none: no limit, or nothing to exercise
  RightState state = RightState::kOpen;
  std::optional<Money> lump_sum;       // owed at once
  std::optional<Restatement> removed;  // what took it away; it may have been used before
  std::optional<Exercise> used;
};
// Rights of one objective up to `knowledge`, in the order in which they arose. `windows` are those
// of the objective, ascending; windows that are not closed are passed over.
absl::StatusOr<std::vector<ArisenRight>> RightsOf(const std::vector<SequenceWindow>& windows,
                                                  const std::vector<Exercise>& exercised,
                                                  Instant knowledge);

// Whether a failure above the minimum level pays now: for each outcome of one objective, ascending.
// True for everything that no "expected level" rule is about.
std::vector<bool> PayingFailures(const std::vector<const WindowOutcome*>& windows);

}  // namespace tally::replay
