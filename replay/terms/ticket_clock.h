// The clock of a ticket (DOMAIN 3.1, M10): from its events to the runs that are timed, and from a
// run to its elapsed service time and its deadline.
//
//   elapsed(run, t)  = |[start, t) and open and not paused|, never below zero
//   deadline(run, T) = the earliest t >= start with elapsed(run, t) = T
//
// What the steps of a ticket mean here, in the order of its events:
//   start      the first event with the step that starts the clock
//   stop       the first event of a stopping step by somebody, and for a reason, that counts. A
//              ticket that is closed is resolved, and one that is resolved has been answered: each
//              of these steps is also the steps before it.
//   reopened   ends a resolved run; nothing else does. Which run's stop counts is a choice.
//   paused     begins a pause of its reason, unless one is going on. Only reasons that the terms
//              list count; they may overlap, and their union is taken out.
//   resumed    ends the pause of its reason, or all of them if it names none
//   resolved, closed   end all pauses
// A stop that was recorded before the start is a run of length zero.
//
// In-flight tickets (DOMAIN 3.17 rule 15): one set of rules times a run whole. Whose rules, and
// what two sets make together, is chosen in ticket_terms.h.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "replay/terms/business_calendar.h"
#include "replay/terms/counting.h"
#include "schema/choice.h"
#include "schema/evidence.h"

namespace tally::replay {

// One ticket of one source: its events in the order given. Points into the items.
struct Ticket {
  uint32_t source = 0;
  absl::string_view name;
  std::vector<const Item*> items;
};
// Ascending by source and name; items with other bodies are passed over. `items` outlive them.
std::vector<Ticket> TicketsOf(std::span<const Item> items);
const TicketEvent& EventOf(const Item& item);

enum class ReopenRule { kFirstResolution, kFinalResolution, kEachResolution };

// The clock's choices, read once. Points into the terms and the calendar.
struct ClockRules {
  TicketStep from = TicketStep::kOpened;
  TicketStep to = TicketStep::kResolved;
  bool automation_stops = false;
  bool monitor_stops = false;
  std::vector<std::string> not_stopped_by;  // reasons
  std::vector<std::string> pauses;          // reasons
  ReopenRule reopened = ReopenRule::kFirstResolution;
};
// For the choices of any kind of ticket measure: what a kind does not ask for keeps its default.
ClockRules ClockRulesOf(const Choices& choices);

// One stretch of a ticket that is timed.
struct TicketRun {
  const Ticket* ticket = nullptr;
  Instant start;
  std::optional<Instant> stop;  // none: still running
  Cause started, stopped;
  std::vector<Interval> paused;  // ordered, disjoint, from the start on
};
// Its runs by the rules: none if it never started, one but for `each resolution`. Time is known
// until `horizon`; exclusions that stop the clock are given as `also_paused`.
std::vector<TicketRun> RunsOf(const Ticket& ticket, const ClockRules& rules, Instant horizon,
                              const std::vector<Interval>& also_paused);
// The first event that resolves the ticket, as an index into its items.
std::optional<size_t> FirstResolution(const Ticket& ticket, const ClockRules& rules);

// The priority, category or site after all events at or before `at`; empty: none was stated.
absl::string_view PriorityAt(const Ticket& ticket, Instant at);
absl::string_view CategoryAt(const Ticket& ticket, Instant at);
absl::string_view SiteAt(const Ticket& ticket, Instant at);

struct PriorityChange {
  Instant at;
  absl::string_view priority;
};
// The priority at `within.first`, if one was stated by then, and each change up to and with
// `within.limit`, in order; neighbours differ.
std::vector<PriorityChange> PrioritiesWithin(const Ticket& ticket, const Interval& within);

// Open time of many ranges: the calendar's hours laid out once, then two searches a range.
class OpenHours {
 public:
  // `calendar` outlives this object; `over` holds every range that is asked for.
  OpenHours(const BusinessCalendar& calendar, const Interval& over);
  Duration Within(const Interval& range) const;
  // |[run.start, until) and open and not paused|
  Duration Elapsed(const TicketRun& run, Instant until) const;
  // None if it does not come within 20 years.
  std::optional<Instant> Deadline(const TicketRun& run, Duration target) const;

 private:
  int64_t Before(Instant at) const;  // open microseconds of `over` before `at`

  const BusinessCalendar& calendar_;
  Interval over_;
  std::vector<Interval> open_;
  std::vector<int64_t> before_;  // open time before each of them
};

}  // namespace tally::replay
