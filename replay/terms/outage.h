// Runs of bad time (M2): which outages count, and for how much.
//
// Fed with consecutive pieces of the time line, the counter joins bad pieces to runs, tests a run's
// whole length when it ends, snaps it if each outage is snapped, and adds it up. It keeps a few
// lengths of the run it is in, whatever the number of pieces.
//
// The length test asks whether the run is at least count x quantum long. Sliding: wherever it
// begins; probes one quantum apart give the same answer as counting them. Clock: of the run only
// the whole quanta of the clock count, those that begin at multiples of the quantum since
// 1970-01-01T00:00:00Z (GC-08: 10:00:30 to 10:02:30 is two minutes sliding and one by the clock).
// Excluded time that is passed over adds no length, but a quantum that is bad outside of it is
// whole.
#pragma once

#include <optional>
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

  // A bad piece that follows the run so far without a gap.
  void Bad(const Interval& piece);
  // Excluded time, likewise: ends the run, or is passed over.
  void Excluded(const Interval& piece);
  // Time that is neither.
  void EndRun();
  // Ends the last run and snaps the total; the counts are then final.
  void Finish();

  Duration counted() const { return counted_; }
  Duration counted_unpaid() const { return counted_unpaid_; }

 private:
  // Bad time: its length for the test, and what of it lies in the window.
  struct BadTime {
    Duration length, counted, unpaid;
  };
  void Extend(Interval piece, bool bad);
  void Count(const Interval& piece, BadTime& sums) const;
  void Complete();
  Duration Unpaid(const Interval& piece) const;

  Duration least_;                 // the length at which a run counts
  std::optional<Duration> clock_;  // the quantum, if quanta are those of the clock
  bool excluded_breaks_ = true;
  Duration resolution_;
  Snap snap_;
  SnapScope scope_;
  Interval window_;
  std::vector<Interval> paid_;
  BadTime run_;
  // By the clock: where the first whole quantum of the run begins, and what is bad in the quantum
  // that is not yet complete.
  std::optional<Instant> first_quantum_;
  BadTime quantum_;
  Duration counted_, counted_unpaid_;
};

}  // namespace tally::replay
