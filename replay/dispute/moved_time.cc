// Shifts are taken in log order; each moves what the ones before it left. Time that is suspended
// twice, for one deadline and for all of them, stands still once.
#include "replay/dispute/moved_time.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/terms/availability.h"

namespace tally::replay {
namespace {

// `stopped`: what was suspended so far, disjoint; its length is in the time that was moved.
void Move(const TimeShift& shift, Instant since, std::vector<Interval>& stopped, MovedTime& moved) {
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
  for (const Interval& each : stopped) moved.due = moved.due - Length(each);
  stopped.push_back({shift.from, *shift.until});
  stopped = Union(std::move(stopped), {since, Instant::Max()});
  for (const Interval& each : stopped) moved.due = moved.due + Length(each);
}

}  // namespace

MovedTime MovedByConsent(absl::string_view what, absl::string_view object, Instant since,
                         Instant due, const std::vector<TimeShift>& shifts) {
  MovedTime moved{.due = due};
  std::vector<Interval> stopped;
  const std::string whole = absl::StrCat(std::string(what), " ", std::string(object));
  for (const TimeShift& shift : shifts) {
    const bool named = shift.deadline.empty() || absl::string_view(shift.deadline) == what ||
                       shift.deadline == whole;
    if (named) Move(shift, since, stopped, moved);
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
