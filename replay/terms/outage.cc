#include "replay/terms/outage.h"

#include <algorithm>

#include "schema/status.h"

namespace tally::replay {

Duration Snapped(Duration length, Duration resolution, Snap snap) {
  TALLY_CHECK(length.micros >= 0 && resolution.micros > 0);
  int64_t rest = length.micros % resolution.micros;
  if (snap == Snap::kNone || rest == 0) return length;
  Duration floor{length.micros - rest};
  return snap == Snap::kFloor ? floor : Duration{floor.micros + resolution.micros};
}

OutageCounter::OutageCounter(const AvailabilityByTime& measure, const Interval& window,
                             std::vector<Interval> paid)
    : resolution_(measure.resolution),
      snap_(measure.snap),
      scope_(measure.snap_scope),
      window_(window),
      paid_(std::move(paid)) {
  if (measure.minimum_outage) {
    // Saturating: a threshold beyond all time is never reached, whatever it was meant to be.
    Wide least = Wide{measure.minimum_outage->quantum.micros} * measure.minimum_outage->count;
    least_ = {static_cast<int64_t>(std::min<Wide>(least, Instant::Max().micros))};
  }
}

void OutageCounter::Bad(const Interval& piece) {
  Interval inside = Intersection(piece, window_);
  Duration length = Length(inside);
  run_length_.micros += Length(piece).micros;
  run_counted_.micros += length.micros;
  run_unpaid_.micros += paid_.empty() ? length.micros : Unpaid(inside).micros;
}

Duration OutageCounter::Unpaid(const Interval& piece) const {
  Duration unpaid = Length(piece);
  for (const Interval& paid : paid_) {
    unpaid.micros -= Length(Intersection(paid, piece)).micros;
  }
  return unpaid;
}

void OutageCounter::EndRun() {
  if (run_length_.micros == 0) return;
  if (run_length_ >= least_) {
    Snap snap = scope_ == SnapScope::kEachOutage ? snap_ : Snap::kNone;
    counted_.micros += Snapped(run_counted_, resolution_, snap).micros;
    counted_unpaid_.micros += Snapped(run_unpaid_, resolution_, snap).micros;
  }
  run_length_ = run_counted_ = run_unpaid_ = {};
}

void OutageCounter::Finish() {
  EndRun();
  if (scope_ != SnapScope::kWindowTotal) return;
  counted_ = Snapped(counted_, resolution_, snap_);
  counted_unpaid_ = Snapped(counted_unpaid_, resolution_, snap_);
}

}  // namespace tally::replay
