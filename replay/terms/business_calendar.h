// Business time: the hours of each weekday less holidays, in a zone, from a calendar document that
// lies in the ledger and is named by digest, so that a later list cannot alter an old result
// (GC-24). The text form is strict:
//
//   tally-calendar/1
//   zone: Europe/Berlin
//   hours: mon-fri 08:00-12:00 13:00-18:00
//   hours: sat 09:00-12:00
//   holiday: 2026-01-01 New Year
//   open: 2026-12-24 08:00-12:00 Christmas Eve
//
// Lines end with a line feed, words are one space apart. `hours` of a day do not touch and end by
// 24:00; a day without hours is closed; `open` replaces the hours of one day; days ascend within
// their kind, and none is both a holiday and open. Names are free text that does not begin with a
// digit. Times are local: their instants come from the zone, so a day with a clock change is as
// long as it is (GC-23); an edge inside a repeated hour means its first occurrence.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "replay/terms/civil.h"
#include "replay/terms/zone.h"
#include "schema/instant.h"

namespace tally::replay {

class BusinessCalendar {
 public:
  // InvalidArgument names line and fault. `zone` is the one that the text names.
  static absl::StatusOr<BusinessCalendar> Parse(absl::string_view text, Zone zone);
  // The zone that a calendar names, so that its rules can be found before it is parsed.
  static absl::StatusOr<std::string> ZoneNameOf(absl::string_view text);
  // Open at all times, in UTC: "24x7".
  static BusinessCalendar Always();

  bool IsBusinessDay(const CivilDay& day) const;
  // The open intervals that touch `range`, cut to it; ascending, disjoint.
  std::vector<Interval> OpenWithin(const Interval& range) const;
  // |[first, limit) and open|.
  Duration OpenTime(const Interval& range) const;
  // The earliest instant t >= start at which the open time of [start, t), less the time in `paused`
  // (ordered, disjoint), is `length`. OutOfRange if none comes in 20 years.
  absl::StatusOr<Instant> After(Instant start, Duration length,
                                const std::vector<Interval>& paused) const;
  // The n-th business day after the local day of `start` (day 0): its end at closing hour, or at
  // midnight (DOMAIN 3.17 rule 25). InvalidArgument unless n is at least 1.
  absl::StatusOr<Instant> EndOfBusinessDay(Instant start, int64_t days, bool at_midnight) const;
  // The n-th business day of a local month at `time_of_day`, e.g. the 5th at 17:00 (GC-50).
  absl::StatusOr<Instant> NthBusinessDay(int year, int month, int n, Duration time_of_day) const;
  const Zone& zone() const { return zone_; }

 private:
  class Reader;
  struct Hours {
    Duration from, until;  // since local midnight
  };
  explicit BusinessCalendar(Zone zone) : zone_(std::move(zone)) {}
  const std::vector<Hours>& HoursOf(const CivilDay& day) const;
  Interval Open(const CivilDay& day, const Hours& hours) const;

  Zone zone_;
  bool always_ = false;
  std::vector<Hours> weekdays_[7];               // from Monday
  std::map<CivilDay, std::vector<Hours>> days_;  // holidays have none
};

// The calendars of one agreement by the names that its terms use; "24x7" is always there.
using CalendarBook = std::map<std::string, BusinessCalendar, std::less<>>;

}  // namespace tally::replay
