// All that takes time out of one window, from terms and acts, each part with its reason: what the
// parties agreed when they signed, days that recur, announced maintenance that the rules admit, and
// what was decided about exclusions and attributions.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/case_file.h"
#include "replay/dispute/exclusion_standing.h"
#include "replay/terms/window_outcome.h"
#include "replay/window_plan.h"

namespace tally::replay {

struct WindowExclusions {
  std::vector<Interval> time;         // the union, also around the window: runs look past its edges
  std::vector<AdmittedTime> reasons;  // of what touches the window, cut to it
  std::vector<OpenMatter> open;       // undecided matters that touch it: the figure is provisional
  std::vector<IncidentTime>
      incidents;                  // decided, also outside the window: items may be part of one
  std::vector<OpenMatter> noted;  // said about time that counts all the same, and why it does
  std::vector<OpenMatter> late;   // proposed after the closing, and decided by nobody
  bool after_closing = false;     // decided after the closing that is in force
  std::optional<Instant> ruled;   // the newest decision by an expert or arbitrator inside
  std::optional<Restatement> restating;  // the newest decision inside after that closing
};

// Bad time over a range, for caps that are used by down time.
using BadTimeOver = std::function<absl::StatusOr<std::vector<Interval>>(const Interval& range)>;

// What decisions are seen from.
struct SeenFrom {
  const Closing* closing = nullptr;  // in force; nullptr while there is none
  std::optional<Instant> knowledge;  // absent: K
};
// Time is looked for from `from`, which is not after the window, to a month after it; where items
// are counted, which may end long after their window, to K and at least 100 days after it.
absl::StatusOr<WindowExclusions> ExclusionsOfWindow(const CaseFile& file, const PlannedWindow& plan,
                                                    const SeenFrom& seen, Instant from,
                                                    const BadTimeOver& bad_time);
// Its `restating` alone, which takes no evidence.
std::optional<Restatement> RestatingDecision(const CaseFile& file, const PlannedWindow& plan,
                                             const SeenFrom& seen);

// Adds what is excluded in a part of a window to what is excluded in all of it.
void Join(WindowExclusions part, WindowExclusions& all);

}  // namespace tally::replay
