// Days and times of the proleptic Gregorian calendar, without any zone.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "schema/number.h"

namespace tally::replay {

inline constexpr int64_t kSecondsPerDay = 86'400;
inline constexpr int64_t kMicrosPerSecond = 1'000'000;

// Any month and day numbers are admitted where a CivilDay is input, and mean what counting on
// gives: month 13 is January of the next year, day 0 is the last day of the month before.
struct CivilDay {
  int64_t year = 1970;
  int64_t month = 1;
  int64_t day = 1;
  friend auto operator<=>(const CivilDay&, const CivilDay&) = default;
};
struct CivilTime {
  CivilDay day;
  int hour = 0, minute = 0, second = 0;
  int micro = 0;
  friend auto operator<=>(const CivilTime&, const CivilTime&) = default;
};

// The quotient rounded down, as calendars need it before 1970. `divisor` is positive.
constexpr int64_t FloorDivide(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

bool IsLeapYear(int64_t year);
// Days since 1970-01-01. Exact for every year between -10^9 and 10^9.
int64_t DayNumber(const CivilDay& day);
CivilDay DayOfNumber(int64_t number);
// 0 is Sunday.
int WeekdayOf(int64_t day_number);

// The reading of a clock that shows `civil`, as microseconds since it showed 1970-01-01T00:00:00.
// Wide, because the day may lie beyond what an Instant can hold.
Wide LocalMicros(const CivilTime& civil);
CivilTime CivilOfLocalMicros(Wide micros);

// "2026-02-28"
std::string FormatDay(const CivilDay& day);

}  // namespace tally::replay
