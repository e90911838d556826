// The judged and held states of one observed thing as stretches: steps 1 and 2 of the meter
// (availability.h) and nothing after them, so that several observers can be combined and other
// measures of states can be counted.
//
//   AvailabilityMeter meter = StateMeter(measure, range, knowledge);
//   for (...) TALLY_RETURN_IF_ERROR(meter.Add(observation));
//   StateLine line = TakeStates(meter);
//
// It is the meter itself that judges and holds, so that the two can never disagree.
//
// Invariant of a line: ordered, without gaps or empty stretches, neighbours differ, and together
// they are the range.
#pragma once

#include <optional>
#include <vector>

#include "replay/terms/availability.h"
#include "schema/instant.h"
#include "schema/terms.h"

namespace tally::replay {

struct StateStretch {
  Interval interval;
  State state = State::kUnknown;
  bool remaining = false;      // after K; the state is unknown
  std::optional<Cause> cause;  // the observation that began it; none before the first and after K
  friend bool operator==(const StateStretch&, const StateStretch&) = default;
};
using StateLine = std::vector<StateStretch>;

// A meter that reads `range` and only judges and holds. Of `measure`, rule and holding count.
AvailabilityMeter StateMeter(const AvailabilityByTime& measure, const Interval& range,
                             const Knowledge& knowledge);
// What a meter made by StateMeter found. Call once.
StateLine TakeStates(AvailabilityMeter& meter);

// The intervals of a line for which `chosen` holds: ordered, disjoint, joined.
template <typename Chosen>
std::vector<Interval> IntervalsWhere(const StateLine& line, Chosen&& chosen) {
  std::vector<Interval> intervals;
  for (const StateStretch& stretch : line) {
    if (!chosen(stretch)) continue;
    if (!intervals.empty() && intervals.back().limit == stretch.interval.first) {
      intervals.back().limit = stretch.interval.limit;
    } else {
      intervals.push_back(stretch.interval);
    }
  }
  return intervals;
}

// |intervals and within|, for disjoint intervals.
Duration LengthWithin(const std::vector<Interval>& intervals, const Interval& within);
// `intervals` without `removed`; both ordered and disjoint.
std::vector<Interval> Without(const std::vector<Interval>& intervals,
                              const std::vector<Interval>& removed);

}  // namespace tally::replay
