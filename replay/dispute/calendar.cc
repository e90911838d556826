// Both timers are the zone's own count of days; only the choice of day 0 is made here.
#include "replay/dispute/calendar.h"

namespace tally::replay {

Instant DueAfterAct(const Zone& zone, Instant act, uint32_t days) {
  return zone.EndOfDayAfter(act, days);
}

Instant DueAfterWindow(const Zone& zone, const Interval& window, uint32_t days) {
  return zone.EndOfDayAfter(window.limit - Duration{1}, days);
}

Instant DueInMonths(const Zone& zone, const Interval& window, int64_t months) {
  const CivilDay last = zone.DayAt(window.limit - Duration{1});
  const int64_t ends = int64_t{last.month} + months + 1;
  return zone.StartOfDay(DayOfNumber(DayNumber({last.year, static_cast<int>(ends), 1})));
}

}  // namespace tally::replay
