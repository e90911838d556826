// Timers of acts: from the instant at which one begins to the first instant that is too late
// (DOMAIN 3.17 rule 25).
//
// Days are local days of the zone or of the business calendar; day 0 is the local day of the
// beginning, and the timer ends with day n, end exclusive. A timer of business days can end at the
// closing hour, and can take a beginning after that hour for one on the next business day.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "replay/terms/business_calendar.h"
#include "replay/terms/zone.h"
#include "schema/instant.h"
#include "schema/terms.h"

namespace tally::replay {

enum class TimerUnit : uint8_t { kElapsedDays, kCalendarDays, kBusinessDays };

struct Timer {
  TimerUnit unit = TimerUnit::kCalendarDays;
  int64_t number = 0;
  const BusinessCalendar* calendar = nullptr;  // business days
  bool ends_at_midnight = true;                // else at the closing hour
  bool late_is_next_day = false;               // business days: begun after the closing hour
};

// The choices of a timer in a rule of the vocabulary: "counted in", "number", and for business days
// "calendar", "day ends", "after closing". NotFound for a calendar that the book does not have.
absl::StatusOr<Timer> TimerOf(const Choices& choices, const CalendarBook& calendars);

// The end of the timer, exclusive. OutOfRange if the calendar has no such day within its years.
absl::StatusOr<Instant> DueBy(const Timer& timer, const Zone& zone, Instant begins);

}  // namespace tally::replay
