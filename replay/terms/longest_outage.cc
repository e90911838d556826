#include "replay/terms/longest_outage.h"

#include <algorithm>

namespace tally::replay {
namespace {

bool IsBad(SegmentKind kind, const AvailabilityByTime& measure) {
  switch (kind) {
    case SegmentKind::kDown:
      return true;
    case SegmentKind::kDegraded:
      return measure.degraded == CountsAs::kDown;
    case SegmentKind::kUnknown:
      return measure.unknown == CountsAs::kDown;
    case SegmentKind::kUp:
    case SegmentKind::kExcluded:
    case SegmentKind::kRemaining:
      break;
  }
  return false;
}

bool IsPassedOver(SegmentKind kind, const AvailabilityByTime& measure) {
  return kind == SegmentKind::kExcluded && measure.minimum_outage &&
         measure.minimum_outage->excluded == ExcludedInRun::kIsPassedOver;
}

}  // namespace

bool HasOutages(const Objective& objective) {
  if (objective.counted) return false;
  const AvailabilityByTime& measure = objective.measure;
  return measure.monitors.empty() || measure.policy != MonitorPolicy::kMean;
}

OutagesOfWindow OutagesIn(const std::vector<Stretch>& picture, const AvailabilityByTime& measure) {
  OutagesOfWindow outages;
  Duration run;
  bool from_begin = true;  // nothing has ended an outage yet
  for (const Stretch& stretch : picture) {
    if (IsBad(stretch.kind, measure)) {
      run.micros += Length(stretch.interval).micros;
      outages.longest = std::max(outages.longest, run);
    } else if (!IsPassedOver(stretch.kind, measure)) {
      if (from_begin) outages.at_begin = run;
      from_begin = false;
      run = {};
    }
  }
  outages.at_end = run;
  outages.throughout = from_begin;
  if (from_begin) outages.at_begin = run;
  return outages;
}

}  // namespace tally::replay
