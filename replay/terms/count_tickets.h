// What the ticket measures share: the tickets of one question with the choices that time them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "replay/terms/count_desk.h"
#include "replay/terms/ticket_clock.h"

namespace tally::replay {

// Knowledge ends at the horizon, the earlier of K and the feed's watermark. A run that is still
// going on is overdue once its time is used up at the horizon; before that it is undecided and in
// no count. A ticket that starts inside an exclusion is left out, or the exclusion stops its clock.
struct TicketDesk {
  const CountQuestion& question;
  const Choices& choices;
  ClockRules rules;
  std::vector<Ticket> tickets;
  Instant horizon;
  std::vector<Interval> clock_stops;  // exclusions that stop the clock
  std::vector<Interval> leaves_out;   // or that leave tickets out

  std::vector<TicketRun> Runs(const Ticket& ticket) const {
    return RunsOf(ticket, rules, horizon, clock_stops);
  }
  bool IsLeftOut(Instant start) const;
  // The priority that counts, by a word of the terms, for a run that may still be going on.
  absl::string_view PriorityOf(const TicketRun& run, absl::string_view word) const;
  // Whether the choices "priority" and "priorities" count the run.
  bool HasPriority(const TicketRun& run) const;
};
// `question` outlives it.
TicketDesk TicketDeskOf(const CountQuestion& question);
// Of the calendar that the choices name, over all events and what is known. InvalidArgument for a
// calendar that the book lacks.
absl::StatusOr<OpenHours> OpenHoursOf(const TicketDesk& desk);

bool HasEventIn(const Ticket& ticket, const Interval& window);

// What was left out of a count, and why.
struct TicketsLeftOut {
  int64_t unstarted = 0, excluded = 0, other_priority = 0, undecided = 0, overdue = 0, open = 0;
  void Show(CountedLines& lines) const;
};

std::string SecondsText(const Fraction& seconds);

// One kind each.
absl::Status CountTicketsInTime(const TicketDesk& desk, CountedLines& lines, Counted& counted);
absl::Status CountTicketPercentile(const TicketDesk& desk, CountedLines& lines, Counted& counted);
absl::Status CountMeanTicketTime(const TicketDesk& desk, CountedLines& lines, Counted& counted);

}  // namespace tally::replay
