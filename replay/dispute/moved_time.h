// Deadlines that the parties moved by consent (DOMAIN 3.18, 3): extended to an instant, or
// suspended from one instant to another. One rule for all deadlines between them.
//
// Consent moves a deadline that has not passed when the second side gives it, and only a deadline
// between the two who gave it; which those are the caller knows.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "replay/dispute/claim_act.h"

namespace tally::replay {

struct MovedTime {
  Instant due;
  bool suspended = false;  // and not resumed: it never passes

  Instant end() const { return suspended ? kInstantLast : due; }
};
// `what` is the deadline's name and `object` what it is about, as results list them; the time for
// it began at `since`.
MovedTime MovedByConsent(absl::string_view what, absl::string_view object, Instant since,
                         Instant due, const std::vector<TimeShift>& shifts);
// Those of `shifts` to which both parties agreed.
std::vector<TimeShift> ShiftsBetween(const std::vector<TimeShift>& shifts, const StreamId& a,
                                     const StreamId& b);

}  // namespace tally::replay
