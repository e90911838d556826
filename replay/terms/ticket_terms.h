// Tickets in flight across an amendment (DOMAIN 3.17 rule 15): which terms time a run.
//
//   terms at start   those in force when its clock started, whole: clock, pauses, calendar, target
//   terms at stop    those in force when it stopped; of a run that is still going on, those in
//                    force at the end of what is known
//   strictest        both, each whole; the run is late if it is late by either, so that the earlier
//                    deadline decides
// What starts and stops a run may differ between terms: it is looked for under each terms in turn,
// and the first in whose own time it falls are those. So each ticket has one answer, whichever
// window asks, and is counted once.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/count_tickets.h"
#include "replay/terms/counting.h"

namespace tally::replay {

struct TimedRun {
  const TicketDesk* desk = nullptr;  // by whose choices it is timed
  const OpenHours* hours = nullptr;
  TicketRun run;
};
// One run of a ticket, by the terms that time it: one, or two different ones for `strictest`, the
// newer last.
using Timings = std::vector<TimedRun>;

class TicketTimer {
 public:
  // `desk` outlives it. InvalidArgument for a calendar that a book lacks.
  static absl::StatusOr<TicketTimer> Of(const TicketDesk& desk);
  std::vector<Timings> RunsOf(const Ticket& ticket) const;
  // All desks that may stand in a timing, the question's own first.
  std::vector<const TicketDesk*> Desks() const;

 private:
  struct Terms {
    Instant from;
    CountQuestion question;
    std::unique_ptr<TicketDesk> desk;
    std::unique_ptr<OpenHours> hours;
  };
  explicit TicketTimer(const TicketDesk& desk) : own_(&desk) {}
  // Index of the terms in whose time the run of that ordinal starts, or stops.
  enum class By { kStart, kStop };
  size_t TermsOf(const std::vector<std::vector<TicketRun>>& runs, size_t ordinal, By by) const;

  const TicketDesk* own_;
  std::unique_ptr<OpenHours> hours_;
  std::vector<std::unique_ptr<Terms>> terms_;  // ascending; empty: the question's own alone
};

}  // namespace tally::replay
