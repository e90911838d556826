// The ledger's own time: one value for each commit, in whole milliseconds, never decreasing.
//
// A wall clock can be set. A step forward of more than an hour against the boot clock (at the
// start: more than 31 days past the last recorded time) is refused until the operator confirms it
// with `time accepted`; a clock that stands more than an hour behind the last recorded time is
// refused until it is right again or `time corrected` makes one lower time legal, once. Smaller
// steps back are bridged by repeating the last recorded time.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "schema/environment.h"
#include "schema/instant.h"
#include "schema/kind.h"

namespace tally::ledger {

// The time that a record carries in milliseconds. Bytes of a stranger can say any number: one that
// no Instant holds is the first or the last of them, and never an overflow.
Instant InstantOfMilliseconds(int64_t milliseconds);

inline constexpr Duration kClockStepMax = Hours(1);
inline constexpr Duration kStartGapMax = Days(31);

// A value: what must not count before a batch is admitted is tried on a copy.
class RecordedTime {
 public:
  // `last`: recorded time of the last record, if there is one. The clock outlives the object.
  RecordedTime(Clock& clock, std::optional<Instant> last) : clock_(&clock), last_(last) {}

  // The time for a commit that begins now. FailedPrecondition says what to do.
  absl::StatusOr<Instant> Next();
  // The time for a commit that holds a confirmation of `confirmed` and nothing else. It accepts
  // what Next refuses if the clock lies within an hour of `confirmed`.
  absl::StatusOr<Instant> Accept(Instant confirmed);   // `time accepted`
  absl::StatusOr<Instant> Correct(Instant confirmed);  // `time corrected`: may lower the time
  // The time for what the ledger itself records at its start, whatever the clock says.
  Instant AtStart();

 private:
  struct Reading {
    Instant wall;
    Duration boot;
  };
  Reading Read();
  Instant Take(const Reading& reading, Instant time);

  Clock* clock_;
  std::optional<Instant> last_;
  std::optional<Reading> trusted_;  // the last reading that was accepted in this process
};

// The two acts by which the operator rules on the time.
inline bool IsTimeEvent(BodyKind kind) {
  return kind == BodyKind::kTimeAccepted || kind == BodyKind::kTimeCorrected;
}

// True if a record of `time corrected` to `corrected` may have the recorded time `recorded`.
bool IsCorrection(Instant corrected, Instant recorded);

// What whoever verifies is told of such a record.
std::string StepNote(uint64_t index, Instant before, Instant after);

}  // namespace tally::ledger
