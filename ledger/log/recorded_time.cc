// Judging the wall clock by the boot clock and by the ledger's last record.
#include "ledger/log/recorded_time.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr int64_t kMicrosInMillisecond = 1000;

Instant WholeMilliseconds(Instant time) {
  int64_t remainder = time.micros % kMicrosInMillisecond;
  if (remainder < 0) remainder += kMicrosInMillisecond;
  return Instant{time.micros - remainder};
}

bool IsNear(Instant a, Instant b) { return a <= b + kClockStepMax && b <= a + kClockStepMax; }

absl::Status NotNear(Instant confirmed, Instant wall) {
  return absl::FailedPreconditionError(absl::StrCat("the clock shows ", FormatInstant(wall),
                                                    ", more than an hour from the confirmed ",
                                                    FormatInstant(confirmed)));
}

}  // namespace

Instant InstantOfMilliseconds(int64_t milliseconds) {
  int64_t micros = 0;
  if (!__builtin_mul_overflow(milliseconds, int64_t{1000}, &micros)) return {micros};
  return milliseconds < 0 ? Instant::Min() : Instant::Max();
}

bool IsCorrection(Instant corrected, Instant recorded) { return IsNear(corrected, recorded); }

std::string StepNote(uint64_t index, Instant before, Instant after) {
  return absl::StrCat("record ", index, " (`time corrected`) set the recorded time back from ",
                      FormatInstant(before), " to ", FormatInstant(after),
                      ": what fell due between was due again");
}

RecordedTime::Reading RecordedTime::Read() {
  return {WholeMilliseconds(clock_->Now()), clock_->SinceBoot()};
}

Instant RecordedTime::Take(const Reading& reading, Instant time) {
  trusted_ = reading;
  last_ = time;
  return time;
}

absl::StatusOr<Instant> RecordedTime::Next() {
  const Reading reading = Read();
  if (trusted_) {
    const Instant expected = trusted_->wall + Duration{reading.boot.micros - trusted_->boot.micros};
    if (reading.wall > expected + kClockStepMax) {
      return absl::FailedPreconditionError(
          absl::StrCat("the clock stepped forward to ", FormatInstant(reading.wall), " where ",
                       FormatInstant(expected),
                       " was expected: set it right, or confirm it with `time accept`"));
    }
  } else if (last_ && reading.wall > *last_ + kStartGapMax) {
    return absl::FailedPreconditionError(
        absl::StrCat("the clock shows ", FormatInstant(reading.wall),
                     ", more than 31 days after the last record (", FormatInstant(*last_),
                     "): set it right, or confirm it with `time accept`"));
  }
  if (last_ && reading.wall + kClockStepMax < *last_) {
    return absl::FailedPreconditionError(
        absl::StrCat("the clock shows ", FormatInstant(reading.wall),
                     ", more than an hour before the last record (", FormatInstant(*last_),
                     "): set it right, or confirm it with `time correct`"));
  }
  return Take(reading, last_ ? std::max(*last_, reading.wall) : reading.wall);
}

absl::StatusOr<Instant> RecordedTime::Accept(Instant confirmed) {
  const Reading reading = Read();
  if (!IsNear(confirmed, reading.wall)) return NotNear(confirmed, reading.wall);
  if (last_ && reading.wall + kClockStepMax < *last_)
    return Next();  // Only `time corrected` goes back.
  return Take(reading, last_ ? std::max(*last_, reading.wall) : reading.wall);
}

absl::StatusOr<Instant> RecordedTime::Correct(Instant confirmed) {
  const Reading reading = Read();
  if (!IsNear(confirmed, reading.wall)) return NotNear(confirmed, reading.wall);
  return Take(reading, reading.wall);
}

Instant RecordedTime::AtStart() {
  absl::StatusOr<Instant> next = Next();
  if (next.ok()) return *next;
  TALLY_CHECK(last_.has_value());  // Without a last record every first reading is accepted.
  return *last_;
}

}  // namespace tally::ledger
