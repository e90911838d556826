// Several observers of one thing (DOMAIN 3.14, 3.17 rule 8).
//
// Any-down, all-down, quorum and fallback make one line of three values out of the monitors' lines;
// the combined line then goes through the meter like one observer's, so the unknown rule applies
// once and coverage is that of the combined line. Degraded is first what the terms count it as,
// except under fallback, where the state of the chosen monitor stands as it is.
//   any down   down if any known is down; else unknown if any is unknown; else up
//   all down   up if any known is up; else unknown if any is unknown; else down; or the silent are
//              passed over: then the known decide, and only if none is known it is unknown
//   quorum     down if at least k are known down; up if known down + unknown < k; else unknown, or
//              up where the silent are passed over
//   fallback   the first in the order of the terms that is known
// Under mean each monitor goes through the meter by itself, and the value is the plain mean. A
// monitor with an empty population (all its time removed) has no availability and no part in it.
//
// Except under fallback nothing hangs on the order of the monitors, the causes included.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/ratio.h"
#include "replay/terms/state_line.h"
#include "schema/terms.h"

namespace tally::replay {

// The lines of the monitors in the order of the terms, all over one range, as one line. Not for
// kMean.
StateLine Combine(const AvailabilityByTime& measure, const std::vector<StateLine>& monitors);

// `measure` for a line that is already judged and held: recorded status, held until the next.
AvailabilityByTime MeasureOfLine(const AvailabilityByTime& measure);
// Feeds a line, all that is known, to a meter made for MeasureOfLine with a watermark of
// Instant::Max().
absl::Status FeedLine(const StateLine& line, AvailabilityMeter& meter);

// What several monitors of one window come to under kMean. The value is exact; the times are plain
// means too, towards zero to the microsecond, and there is no picture.
struct MeanOfMonitors {
  Measured measured;
  AvailabilityRatio ratio;
};
absl::StatusOr<MeanOfMonitors> MeanOf(const std::vector<Measured>& monitors,
                                      const AvailabilityByTime& measure, const Window& window);

}  // namespace tally::replay
