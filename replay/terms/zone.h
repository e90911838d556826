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

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/civil.h"
#include "replay/terms/yearly_rule.h"
#include "schema/bytes.h"
#include "schema/instant.h"

namespace tally::replay {

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
  struct Piece {
    int64_t first_s;
    int64_t limit_s;
    const LocalType* type;
  };

  Zone() = default;
  absl::Status ReadBlock(ByteReader& reader, uint32_t transitions, uint32_t types,
                         uint32_t letters);
  Piece PieceAt(int64_t seconds) const;
  Piece RulePieceAt(int64_t seconds) const;

  std::vector<int64_t> transitions_;  // ascending, seconds since 1970
  std::vector<uint8_t> types_after_;  // one per transition
  std::vector<LocalType> types_;      // type 0 holds before the first transition
  YearlyRule rule_;                   // after the last transition
};

}  // namespace tally::replay
