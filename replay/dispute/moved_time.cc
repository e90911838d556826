// Shifts are taken in log order; each moves what the ones before it left.
#include "replay/dispute/moved_time.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace tally::replay {
namespace {

void Move(const TimeShift& shift, Instant since, MovedTime& moved) {
  if (moved.suspended || shift.stamp.time >= moved.due) return;
  if (shift.kind == TimeShift::Kind::kExtended) {
    moved.due = std::max(moved.due, *shift.until);
    return;
  }
  if (shift.from >= moved.due) return;
  if (!shift.until.has_value()) {
    moved.suspended = true;
    return;
  }
  const Instant from = std::max(shift.from, since);
  if (*shift.until > from) moved.due = moved.due + (*shift.until - from);
}

}  // namespace

MovedTime MovedByConsent(absl::string_view what, absl::string_view object, Instant since,
                         Instant due, const std::vector<TimeShift>& shifts) {
  MovedTime moved{.due = due};
  const std::string whole = absl::StrCat(std::string(what), " ", std::string(object));
  for (const TimeShift& shift : shifts) {
    const bool named = shift.deadline.empty() || absl::string_view(shift.deadline) == what ||
                       shift.deadline == whole;
    if (named) Move(shift, since, moved);
  }
  return moved;
}

std::vector<TimeShift> ShiftsBetween(const std::vector<TimeShift>& shifts, const StreamId& a,
                                     const StreamId& b) {
  std::vector<TimeShift> between;
  for (const TimeShift& shift : shifts) {
    if (shift.Between(a, b)) between.push_back(shift);
  }
  return between;
}

}  // namespace tally::replay
