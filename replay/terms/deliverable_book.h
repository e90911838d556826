// What is due in a window, and when each was done (M17, GC-50).
//
//   due   "stated": the first due date that a feed of "due stated by" gives for a name; it belongs
//         to the window of that date. "n-th business day": for each listed deliverable and each
//         month of the term one, named "NAME 2026-06" after the month that it is about, due on that
//         business day of the same or the next month; whether anybody delivers it or not.
//         Delays of the other party move the date (dependency.h).
//   done  delivered: the first delivery. accepted: the first acceptance. delivered and not
//   rejected:
//         of the versions (deliveries and resubmissions) the last one, unless it was rejected in
//         time; its own date, or that of the first version.
//
// A deliverable whose due date lies in an exclusion, or before the term, is left out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/counting.h"

namespace tally::replay {

struct Deliverable {
  std::string name;
  Instant due;  // as moved
  std::optional<Instant> done;
  std::vector<Cause> causes;
};

// Those of the window, by name.
absl::StatusOr<std::vector<Deliverable>> DeliverablesOf(const CountQuestion& question);

}  // namespace tally::replay
