// One switch over the units; only the beginning after hours is decided here.
#include "replay/dispute/timer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/calendar.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr int64_t kTimerDaysMax = 36'600;  // a century: a longer timer never ends a dispute

// The instant that counts as the beginning: after the closing hour, one on the next business day,
// where the terms say so.
absl::StatusOr<Instant> Received(const Timer& timer, Instant begins) {
  if (!timer.late_is_next_day) return begins;
  const CivilDay day = timer.calendar->zone().DayAt(begins);
  if (!timer.calendar->IsBusinessDay(day)) return begins;
  TALLY_ASSIGN_OR_RETURN(
      const Instant closes,
      timer.calendar->EndOfBusinessDay(timer.calendar->zone().StartOfDay(day) - Duration{1}, 1,
                                       /*at_midnight=*/false));
  if (begins < closes) return begins;
  TALLY_ASSIGN_OR_RETURN(const Instant next, timer.calendar->EndOfBusinessDay(begins, 1, false));
  return next - Duration{1};  // inside that day, also where it closes at midnight
}

}  // namespace

absl::StatusOr<Timer> TimerOf(const Choices& choices, const CalendarBook& calendars) {
  Timer timer;
  timer.number = std::min(choices.Count("number"), kTimerDaysMax);
  if (choices.Is("counted in", "elapsed days")) {
    timer.unit = TimerUnit::kElapsedDays;
  } else if (choices.Is("counted in", "business days")) {
    timer.unit = TimerUnit::kBusinessDays;
    const auto found = calendars.find(choices.Text("calendar"));
    if (found == calendars.end()) {
      return absl::NotFoundError(
          absl::StrCat("the terms name no calendar '", choices.Text("calendar"), "'"));
    }
    timer.calendar = &found->second;
    timer.ends_at_midnight = choices.Is("day ends", "at midnight");
    timer.late_is_next_day = choices.Is("after closing", "counts as the next business day");
  }
  return timer;
}

absl::StatusOr<Instant> DueBy(const Timer& timer, const Zone& zone, Instant begins) {
  switch (timer.unit) {
    case TimerUnit::kElapsedDays:
      return begins + Days(timer.number);
    case TimerUnit::kCalendarDays:
      return DueAfterAct(zone, begins, static_cast<uint32_t>(timer.number));
    case TimerUnit::kBusinessDays:
      break;
  }
  TALLY_ASSIGN_OR_RETURN(const Instant received, Received(timer, begins));
  return timer.calendar->EndOfBusinessDay(received, timer.number, timer.ends_at_midnight);
}

}  // namespace tally::replay
