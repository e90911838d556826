// A time zone read from the TZif bytes that lie in the ledger (RFC 8536), and civil time by it.
//
// Nothing of the machine's own zone data is used, so a later tzdb release cannot move a period
// that was agreed before it (T-54). The reader is exact or refuses: every count, index, order and
// trailing byte is checked; leap-second files ("right/...") are refused because an Instant has no
// leap seconds; a file without a rule for the time after its last transition (no footer, version
// 1) is refused because it does not say what later months are.
//
// Two questions are answered. From instant to civil there is always exactly one answer. From civil
// to instant this file has one rule: the *first instant whose local time is at or after* the civil
// time asked for. So a skipped time (gap) means the instant of the jump; a repeated time (overlap)
// means its first occurrence; a skipped day (Pacific/Apia 2011-12-30) has length zero. The rule is
// monotone: consecutive days, months and years tile time, no hour is lost or counted twice (T-53).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/bytes.h"
#include "schema/instant.h"

namespace tally::replay {

// A day of the proleptic Gregorian calendar. Any month and day numbers are admitted where a
// CivilDay is input, and mean what counting on gives: month 13 is January of the next year.
struct CivilDay {
  int64_t year = 1970;
  int64_t month = 1;
  int64_t day = 1;
  friend auto operator<=>(const CivilDay&, const CivilDay&) = default;
};
// Days since 1970-01-01, exact for all years that this file meets (-300,000 to 300,000).
int64_t DayNumber(const CivilDay& day);
CivilDay DayOfNumber(int64_t number);

struct CivilTime {
  CivilDay day;
  int hour = 0, minute = 0, second = 0;
  int micro = 0;
  friend auto operator<=>(const CivilTime&, const CivilTime&) = default;
};

// What the clocks show from one transition to the next.
struct LocalType {
  int32_t offset_s = 0;         // local minus UTC, in seconds
  bool daylight_saving = false;
  std::string abbreviation;
  friend bool operator==(const LocalType&, const LocalType&) = default;
};

// One end of the footer's yearly rule: "Mm.w.d", "Jn" or "n", and a time of that day.
struct RuleDay {
  enum class Form { kMonthWeekDay, kJulianWithoutLeapDay, kDayOfYear };
  Form form = Form::kMonthWeekDay;
  int month = 0, week = 0;      // kMonthWeekDay: week 5 is the last
  int day = 0;                  // weekday 0 to 6, 1 to 365, or 0 to 365
  int32_t time_s = 0;           // seconds after local midnight, -167 h to 167 h
};
struct YearlyRule {
  LocalType standard;
  struct Saving { LocalType type; RuleDay start, end; };
  std::optional<Saving> saving;
};

class Zone {
 public:
  // InvalidArgument names the first thing that is wrong.
  static absl::StatusOr<Zone> Parse(ByteView tzif);
  static Zone Utc();

  const LocalType& TypeAt(Instant at) const;
  CivilTime CivilAt(Instant at) const;
  CivilDay DayAt(Instant at) const { return CivilAt(at).day; }

  // The first instant whose local time is at or after `civil`.
  Instant FirstInstantOf(const CivilTime& civil) const;
  // The first instant of a local day, and the instant at which it is over.
  Instant StartOfDay(const CivilDay& day) const { return FirstInstantOf({.day = day}); }
  Instant EndOfDay(const CivilDay& day) const {
    return StartOfDay({day.year, day.month, day.day + 1});
  }
  // The end of the n-th local day after the day of `at`, which is day 0: where a timer of n
  // calendar days ends, end exclusive (DOMAIN 3.17 rule 25, GC-41).
  Instant EndOfDayAfter(Instant at, int64_t days) const;

 private:
  // From `first_s` (seconds since 1970) to the next piece's first_s one local type holds.
  struct Piece { int64_t first_s; int64_t limit_s; const LocalType* type; };

  Zone() = default;
  Piece PieceAt(int64_t seconds) const;
  Piece RulePieceAt(int64_t seconds) const;

  std::vector<int64_t> transitions_;     // ascending, seconds since 1970
  std::vector<uint8_t> types_after_;     // one per transition
  std::vector<LocalType> types_;         // type 0 holds before the first transition
  YearlyRule rule_;                      // after the last transition
};

// The footer alone, without its line ends: "CET-1CEST,M3.5.0,M10.5.0/3", "<+1030>-10:30<+11>...".
// `extended` admits times beyond 0 to 24 h (TZif version 3 and later).
enum class RuleTimes { kPosix, kExtended };
absl::StatusOr<YearlyRule> ParseYearlyRule(absl::string_view text, RuleTimes times);

}  // namespace tally::replay
