// The footer of a TZif file: the POSIX TZ string that says what clocks show after the last
// transition, for ever (RFC 8536 section 3.3).
//
//   CET-1CEST,M3.5.0,M10.5.0/3        the offset counts westwards: -1 is one hour ahead of UTC
//   <+1030>-10:30<+11>-11,M10.1.0,M4.1.0
//   IST-1GMT0,M10.5.0,M3.5.0/1        saving may be negative
//   EST5EDT,0/0,J365/25               saving all year: the end of one year is the next one's start
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tally::replay {

// What the clocks show from one transition to the next.
struct LocalType {
  int32_t offset_s = 0;  // local minus UTC, in seconds
  bool daylight_saving = false;
  std::string abbreviation;
  friend bool operator==(const LocalType&, const LocalType&) = default;
};

// One end of the yearly saving: "Mm.w.d", "Jn" or "n", and a time of that day.
struct RuleDay {
  enum class Form { kMonthWeekDay, kJulianWithoutLeapDay, kDayOfYear };
  Form form = Form::kMonthWeekDay;
  int month = 0, week = 0;     // kMonthWeekDay: week 5 is the last
  int day = 0;                 // weekday 0 to 6 (0 is Sunday), 1 to 365, or 0 to 365
  int32_t time_s = 2 * 3'600;  // seconds after midnight, -167 h to 167 h
};
// In local seconds since 1970, by the clock that runs before the change.
int64_t LocalSecondsOf(const RuleDay& day, int64_t year);

struct YearlyRule {
  struct Saving {
    LocalType type;
    RuleDay start, end;
  };
  LocalType standard;
  std::optional<Saving> saving;
};

enum class RuleTimes {
  kPosix,     // 0 to 24 h: TZif version 2
  kExtended,  // -167 to 167 h: version 3 and later
};
// InvalidArgument for anything but one whole rule; a saving without its two days is refused, since
// POSIX leaves their meaning to the implementation.
absl::StatusOr<YearlyRule> ParseYearlyRule(absl::string_view text, RuleTimes times);

}  // namespace tally::replay
