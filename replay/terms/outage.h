// Runs of bad time (M2): which outages count, and for how much.
//
// Fed with consecutive pieces of the time line, the counter joins bad pieces to runs, tests a run's
// whole length when it ends, snaps it if each outage is snapped, and adds it up. It keeps three
// lengths of the run it is in, whatever the number of pieces.
//
// The length test asks whether the run is at least count x quantum long, wherever it begins
// ("sliding": GC-08); probes one quantum apart give the same answer as counting them.
#pragma once

#include <vector>

#include "schema/instant.h"
#include "schema/terms.h"

namespace tally::replay {

// `length`, which is not negative, as a multiple of `resolution` by the snap rule.
Duration Snapped(Duration length, Duration resolution, Snap snap);

class OutageCounter {
 public:
  // `paid` is ordered and disjoint: of bad time inside it, nothing is unpaid.
  OutageCounter(const AvailabilityByTime& measure, const Interval& window,
                std::vector<Interval> paid);

  // A bad piece that follows the run so far without a gap, or after excluded time passed over.
  void Bad(const Interval& piece);
  // Time that is not bad, or excluded time where it breaks a run.
  void EndRun();
  // Ends the last run and snaps the total; the counts are then final.
  void Finish();

  Duration counted() const { return counted_; }
  Duration counted_unpaid() const { return counted_unpaid_; }

 private:
  Duration Unpaid(const Interval& piece) const;

  Duration least_;  // the length at which a run counts
  Duration resolution_;
  Snap snap_;
  SnapScope scope_;
  Interval window_;
  std::vector<Interval> paid_;
  // The run: its length for the test, and what of it lies in the window.
  Duration run_length_, run_counted_, run_unpaid_;
  Duration counted_, counted_unpaid_;
};

}  // namespace tally::replay
