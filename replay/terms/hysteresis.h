// Availability with hysteresis (M3, ITU-T G.826): a thing becomes unavailable with the first of n
// consecutive bad intervals, and available again with the first of m consecutive good ones; either
// way those intervals belong to the new state. With one-second intervals and n = m = 10, bad 0 to
// 11, good 12 to 20, bad 21, good from 22 on is unavailable in [0, 22) (GC-10).
//
// Intervals begin at whole multiples of their length since 1970-01-01T00:00:00Z. A thing is
// available before anything is known of it. A run that knowledge cuts before it is long enough
// changes nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "schema/instant.h"

namespace tally::replay {

enum class BadInterval { kAnyOfIt, kAllOfIt };
struct HysteresisRule {
  Duration interval;         // above zero
  int64_t bad_to_begin = 0;  // at least 1, both
  int64_t good_to_end = 0;
  BadInterval bad = BadInterval::kAnyOfIt;
};

// The unavailable time within `known`. `bad` is ordered and disjoint, inside `known`.
std::vector<Interval> UnavailableTime(const std::vector<Interval>& bad, const Interval& known,
                                      const HysteresisRule& rule);

}  // namespace tally::replay
