// Timers of calendar days in the zone of the terms (DOMAIN rule 25, GC-41 c).
//
// Day 0 is the local day of the act; the timer ends at the end of day n, end exclusive: the last
// instant before it is in time, the next is late. A window's end is exclusive too, so its day 0 is
// the local day of its last instant: "5 days after February" ends with the 5th of March.
#pragma once

#include "replay/terms/zone.h"
#include "schema/instant.h"

namespace tally::replay {

Instant DueAfterAct(const Zone& zone, Instant act, uint32_t days);
Instant DueAfterWindow(const Zone& zone, const Interval& window, uint32_t days);
// The end of the n-th local month after the one that holds the window's last instant.
Instant DueInMonths(const Zone& zone, const Interval& window, int64_t months);

}  // namespace tally::replay
