// Both timers are the zone's own count of days; only the choice of day 0 is made here.
#include "replay/dispute/calendar.h"

namespace tally::replay {

Instant DueAfterAct(const Zone& zone, Instant act, uint32_t days) {
  return zone.EndOfDayAfter(act, days);
}

Instant DueAfterWindow(const Zone& zone, const Interval& window, uint32_t days) {
  return zone.EndOfDayAfter(window.limit - Duration{1}, days);
}

}  // namespace tally::replay
