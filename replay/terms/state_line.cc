// The picture of a meter without exclusions is the line: one stretch for each state that was judged
// and held, and the time after K.
#include "replay/terms/state_line.h"

#include <algorithm>
#include <limits>

#include "schema/status.h"

namespace tally::replay {
namespace {

StateStretch StretchOf(const Stretch& painted) {
  StateStretch stretch{.interval = painted.interval, .cause = painted.cause};
  switch (painted.kind) {
    case SegmentKind::kUp:
      stretch.state = State::kUp;
      return stretch;
    case SegmentKind::kDown:
      stretch.state = State::kDown;
      return stretch;
    case SegmentKind::kDegraded:
      stretch.state = State::kDegraded;
      return stretch;
    case SegmentKind::kUnknown:
      return stretch;
    case SegmentKind::kRemaining:
      stretch.remaining = true;
      return stretch;
    case SegmentKind::kExcluded:
      break;
  }
  TALLY_CHECK(false);  // nothing is excluded from a line
}

}  // namespace

AvailabilityMeter StateMeter(const AvailabilityByTime& measure, const Interval& range,
                             const Knowledge& knowledge) {
  AvailabilityByTime states = measure;
  states.minimum_outage.reset();
  states.resolution = Duration{1};
  states.snap = Snap::kNone;
  states.snap_scope = SnapScope::kUnset;
  Window window;
  window.interval = range;
  MeterOptions options;
  options.causes_max = 0;
  options.picture_max = std::numeric_limits<size_t>::max();
  return AvailabilityMeter(states, window, {}, knowledge, options);
}

StateLine TakeStates(AvailabilityMeter& meter) {
  Interval range = meter.reads();
  Measured measured = meter.Finish();
  StateLine line;
  line.reserve(measured.picture.size());
  for (const Stretch& painted : measured.picture) line.push_back(StretchOf(painted));
  TALLY_CHECK(!line.empty() && line.front().interval.first == range.first &&
              line.back().interval.limit == range.limit);
  return line;
}

Duration LengthWithin(const std::vector<Interval>& intervals, const Interval& within) {
  Duration length;
  for (const Interval& interval : intervals) {
    length.micros += Length(Intersection(interval, within)).micros;
  }
  return length;
}

std::vector<Interval> Without(const std::vector<Interval>& intervals,
                              const std::vector<Interval>& removed) {
  std::vector<Interval> parts;
  size_t next = 0;
  for (const Interval& interval : intervals) {
    Instant kept = interval.first;  // everything before this is decided
    while (next < removed.size() && removed[next].limit <= kept) ++next;
    for (size_t i = next; i < removed.size() && removed[i].first < interval.limit; ++i) {
      if (kept < removed[i].first) parts.push_back({kept, removed[i].first});
      kept = std::max(kept, removed[i].limit);
    }
    if (kept < interval.limit) parts.push_back({kept, interval.limit});
  }
  return parts;
}

}  // namespace tally::replay
