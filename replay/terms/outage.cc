#include "replay/terms/outage.h"

#include <algorithm>

#include "schema/status.h"

namespace tally::replay {
namespace {

// The multiple of `quantum` at or before `at`; the one at or after it.
Instant QuantumBefore(Instant at, Duration quantum) {
  Wide number = Wide{at.micros} / quantum.micros - (at.micros % quantum.micros < 0 ? 1 : 0);
  Wide begins = std::max<Wide>(number * quantum.micros, Instant::Min().micros);
  return {static_cast<int64_t>(begins)};
}
Instant QuantumAfter(Instant at, Duration quantum) {
  Instant before = QuantumBefore(at, quantum);
  return before == at ? at : before + quantum;
}

}  // namespace

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
  if (!measure.minimum_outage) return;
  const MinimumOutage& rule = *measure.minimum_outage;
  // Saturating: a threshold beyond all time is never reached, whatever it was meant to be.
  Wide least = Wide{rule.quantum.micros} * rule.count;
  least_ = {static_cast<int64_t>(std::min<Wide>(least, Instant::Max().micros))};
  excluded_breaks_ = rule.excluded != ExcludedInRun::kIsPassedOver;
  if (rule.alignment == Alignment::kClock) {
    TALLY_CHECK(rule.quantum.micros > 0);
    clock_ = rule.quantum;
  }
}

void OutageCounter::Bad(const Interval& piece) { Extend(piece, true); }

void OutageCounter::Excluded(const Interval& piece) {
  if (excluded_breaks_) return EndRun();
  Extend(piece, false);
}

void OutageCounter::Extend(Interval piece, bool bad) {
  if (!clock_) {
    if (bad) Count(piece, run_);
    return;
  }
  if (!first_quantum_) first_quantum_ = QuantumAfter(piece.first, *clock_);
  piece.first = std::max(piece.first, *first_quantum_);
  if (piece.empty()) return;
  Instant whole = QuantumBefore(piece.limit, *clock_);
  if (piece.first < whole) {
    if (bad) Count({piece.first, whole}, quantum_);
    Complete();
    piece.first = whole;
  }
  if (bad) Count(piece, quantum_);
}

void OutageCounter::Count(const Interval& piece, BadTime& sums) const {
  Interval inside = Intersection(piece, window_);
  Duration length = Length(inside);
  sums.length.micros += Length(piece).micros;
  sums.counted.micros += length.micros;
  sums.unpaid.micros += paid_.empty() ? length.micros : Unpaid(inside).micros;
}

// The quantum that was open has ended within the run.
void OutageCounter::Complete() {
  run_.length.micros += quantum_.length.micros;
  run_.counted.micros += quantum_.counted.micros;
  run_.unpaid.micros += quantum_.unpaid.micros;
  quantum_ = {};
}

Duration OutageCounter::Unpaid(const Interval& piece) const {
  Duration unpaid = Length(piece);
  for (const Interval& paid : paid_) {
    unpaid.micros -= Length(Intersection(paid, piece)).micros;
  }
  return unpaid;
}

void OutageCounter::EndRun() {
  if (run_.length.micros > 0 && run_.length >= least_) {
    Snap snap = scope_ == SnapScope::kEachOutage ? snap_ : Snap::kNone;
    counted_.micros += Snapped(run_.counted, resolution_, snap).micros;
    counted_unpaid_.micros += Snapped(run_.unpaid, resolution_, snap).micros;
  }
  run_ = quantum_ = {};
  first_quantum_.reset();
}

void OutageCounter::Finish() {
  EndRun();
  if (scope_ != SnapScope::kWindowTotal) return;
  counted_ = Snapped(counted_, resolution_, snap_);
  counted_unpaid_ = Snapped(counted_unpaid_, resolution_, snap_);
}

}  // namespace tally::replay
