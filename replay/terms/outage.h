// Runs of bad time (M2): which outages count, and for how much.
//
// Fed with consecutive pieces of the time line, the counter joins bad pieces to runs, tests a run's
// whole length when it ends, snaps it if each outage is snapped, and adds it up. It keeps three
// lengths of the run it is in, whatever the number of pieces.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "schema/instant.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally::replay {

// `length` as a multiple of `resolution`, by the snap rule. Lengths are not negative.
Duration Snapped(Duration length, Duration resolution, Snap snap);

class OutageCounter {
 public:
  OutageCounter() = default;
  // `paid` is ordered and disjoint.
  OutageCounter(const AvailabilityByTime& measure, const Interval& window,
                std::vector<Interval> paid);

  void Bad(const Interval& piece);
  void Good();
  void Excluded();
  // Ends the last run; the totals are then final.
  void Finish();

  Duration counted() const { return counted_; }
  Duration counted_unpaid() const { return counted_unpaid_; }

 private:
  Duration Unpaid(const Interval& piece) const;

  std::optional<MinimumOutage> minimum_;
  Duration resolution_;
  Snap snap_ = Snap::kNone;
  SnapScope scope_ = SnapScope::kUnset;
  Interval window_;
  std::vector<Interval> paid_;
  // The run: its length for the test, and what of it lies in the window.
  Duration run_length_, run_counted_, run_unpaid_;
  Duration counted_, counted_unpaid_;
};

}  // namespace tally::replay
