// Tickets (DOMAIN 3.1, M10 to M12, M15). Every kind goes the same way: the events become tickets,
// the tickets runs (ticket_clock.h), and the runs that belong to the window are counted. The kinds
// that time nothing are counted here.
#include "replay/terms/count_tickets.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// How far an open run is timed beyond the last event when nothing bounds what is known.
constexpr Duration kBeyondEvents = Days(20 * 366);

// The event that reopens the ticket in time after its first resolution.
const Item* ReopenedAfter(const Ticket& ticket, size_t resolution,
                          const std::optional<Duration>& within) {
  const Instant resolved = ticket.items[resolution]->observed.first;
  for (size_t i = resolution + 1; i < ticket.items.size(); ++i) {
    const Item* item = ticket.items[i];
    if (EventOf(*item).step != TicketStep::kReopened) continue;
    if (!within || item->observed.first - resolved <= *within) return item;
  }
  return nullptr;
}

std::optional<Duration> ReopenedWithin(const Choices& choices) {
  if (!choices.Has("reopened within")) return std::nullopt;
  return choices.Length("reopened within");
}

absl::Status FinishShare(const TicketDesk& desk, int64_t part, absl::string_view formula,
                         CountedLines& lines, Counted& counted) {
  lines.MinimumSample(desk.choices.Count("minimum sample"));
  if (counted.population == 0) {
    lines.Line("value", "no tickets", "none");
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(counted.value, Fraction::Of(part, counted.population));
  lines.Value(absl::StrCat(formula, ": ", part, " / ", counted.population),
              PercentOfShare(*counted.value));
  return absl::OkStatus();
}

absl::Status CountReopened(const TicketDesk& desk, CountedLines& lines, Counted& counted) {
  const std::optional<Duration> within = ReopenedWithin(desk.choices);
  std::vector<Cause> causes;
  TicketsLeftOut left_out;
  for (const Ticket& ticket : desk.tickets) {
    const std::optional<size_t> resolution = FirstResolution(ticket, desk.rules);
    if (!resolution) continue;
    const TicketRun run{.ticket = &ticket,
                        .start = ticket.items.front()->observed.first,
                        .stop = ticket.items[*resolution]->observed.first,
                        .started = ticket.items.front()->cause,
                        .stopped = ticket.items[*resolution]->cause,
                        .paused = {}};
    if (!desk.question.window.interval.Contains(*run.stop)) continue;
    if (desk.IsLeftOut(run.start)) {
      ++left_out.excluded;
    } else if (!desk.HasPriority(run)) {
      ++left_out.other_priority;
    } else {
      ++counted.population;
      const Item* reopened = ReopenedAfter(ticket, *resolution, within);
      if (reopened != nullptr) causes.push_back(reopened->cause);
    }
  }
  counted.failed = static_cast<int64_t>(causes.size());
  lines.Line("tickets", "first resolved in the window", absl::StrCat(counted.population));
  left_out.Show(lines);
  lines.Causes(std::move(causes));
  return FinishShare(desk, counted.failed, "reopened / resolved", lines, counted);
}

absl::Status CountFirstContact(const TicketDesk& desk, CountedLines& lines, Counted& counted) {
  const std::optional<Duration> within = ReopenedWithin(desk.choices);
  const bool by_start = desk.choices.Is("window of a ticket", "start");
  const std::vector<std::string> categories = desk.choices.Has("categories")
                                                  ? desk.choices.Texts("categories")
                                                  : std::vector<std::string>();
  std::vector<Cause> causes;
  TicketsLeftOut left_out;
  for (const Ticket& ticket : desk.tickets) {
    const std::optional<size_t> resolution = FirstResolution(ticket, desk.rules);
    const Item& first = *ticket.items.front();
    const Item* resolved = resolution ? ticket.items[*resolution] : nullptr;
    const Item* decides = by_start ? &first : resolved;
    if (decides == nullptr || !desk.question.window.interval.Contains(decides->observed.first)) {
      continue;
    }
    if (desk.IsLeftOut(first.observed.first)) {
      ++left_out.excluded;
      continue;
    }
    if (!categories.empty() && std::find(categories.begin(), categories.end(),
                                         CategoryAt(ticket, Instant::Max())) == categories.end()) {
      continue;
    }
    ++counted.population;
    const bool undone = resolution && within && ReopenedAfter(ticket, *resolution, within);
    if (resolved == nullptr || !EventOf(*resolved).first_contact || undone) {
      causes.push_back(resolved == nullptr ? first.cause : resolved->cause);
    }
  }
  counted.failed = static_cast<int64_t>(causes.size());
  lines.Line("tickets",
             by_start ? "eligible, opened in the window" : "eligible, first resolved in the window",
             absl::StrCat(counted.population));
  left_out.Show(lines);
  lines.Causes(std::move(causes));
  return FinishShare(desk, counted.population - counted.failed,
                     "resolved at first contact / eligible", lines, counted);
}

}  // namespace

bool TicketDesk::IsLeftOut(Instant start) const {
  return std::any_of(leaves_out.begin(), leaves_out.end(),
                     [start](const Interval& excluded) { return excluded.Contains(start); });
}

absl::string_view TicketDesk::PriorityOf(const TicketRun& run, absl::string_view word) const {
  if (word == "at start") return PriorityAt(*run.ticket, run.start);
  if (word == "at stop") return PriorityAt(*run.ticket, run.stop.value_or(horizon));
  TALLY_CHECK(word == "last known");
  return PriorityAt(*run.ticket, Instant::Max());
}

bool TicketDesk::HasPriority(const TicketRun& run) const {
  const absl::string_view word = choices.Word("priority");
  if (word == "not used") return true;
  const std::vector<std::string>& wanted = choices.Texts("priorities");
  return std::find(wanted.begin(), wanted.end(), PriorityOf(run, word)) != wanted.end();
}

TicketDesk TicketDeskOf(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  TicketDesk desk{.question = question,
                  .choices = choices,
                  .rules = ClockRulesOf(choices),
                  .tickets = TicketsOf(question.items),
                  .horizon = std::min(question.knowledge.instant, question.knowledge.watermark),
                  .clock_stops = {},
                  .leaves_out = {}};
  Instant latest = question.window.interval.limit;
  for (const Item& item : question.items) latest = std::max(latest, item.observed.first);
  desk.horizon = std::min(desk.horizon, latest + kBeyondEvents);
  if (choices.Is("excluded time", "stops the clock")) {
    desk.clock_stops = question.exclusions;
  } else {
    desk.leaves_out = question.exclusions;
  }
  return desk;
}

absl::StatusOr<OpenHours> OpenHoursOf(const TicketDesk& desk) {
  TALLY_CHECK(desk.question.calendars != nullptr);
  const std::string& name = desk.choices.Text("calendar");
  const auto calendar = desk.question.calendars->find(name);
  if (calendar == desk.question.calendars->end()) {
    return absl::InvalidArgumentError(absl::StrCat("calendar \"", name, "\" is not known"));
  }
  Interval over = desk.question.window.interval;
  over.limit = std::max(over.limit, desk.horizon);
  for (const Item& item : desk.question.items) {
    over.first = std::min(over.first, item.observed.first);
    over.limit = std::max(over.limit, item.observed.first);
  }
  return OpenHours(calendar->second, over);
}

bool HasEventIn(const Ticket& ticket, const Interval& window) {
  return std::any_of(ticket.items.begin(), ticket.items.end(),
                     [&](const Item* item) { return window.Contains(item->observed.first); });
}

void TicketsLeftOut::Show(CountedLines& lines) const {
  lines.LineIfAny("not started", "tickets with events in the window that never started", unstarted);
  lines.LineIfAny("excluded", "left out: they start inside an exclusion", excluded);
  lines.LineIfAny("other priority", "left out: their priority is not of these terms",
                  other_priority);
  lines.LineIfAny("open", "left out: not stopped yet", open);
  lines.LineIfAny("undecided", "still open within their time", undecided);
  lines.LineIfAny("overdue", "left out: still open past their time", overdue);
}

std::string SecondsText(const Fraction& seconds) {
  return seconds.denominator() == 1 ? absl::StrCat(FormatWide(seconds.numerator()), " s")
                                    : absl::StrCat(FormatRounded(seconds, 6), " s");
}

absl::StatusOr<Counted> CountTickets(const CountQuestion& question) {
  const absl::string_view kind = question.objective->counted->kind;
  const TicketDesk desk = TicketDeskOf(question);
  Counted counted;
  CountedLines lines(question, counted);
  absl::Status status;
  if (kind == "tickets in time") {
    status = CountTicketsInTime(desk, lines, counted);
  } else if (kind == "mean ticket time") {
    status = CountMeanTicketTime(desk, lines, counted);
  } else if (kind == "percentile of ticket time") {
    status = CountTicketPercentile(desk, lines, counted);
  } else if (kind == "tickets reopened") {
    status = CountReopened(desk, lines, counted);
  } else {
    TALLY_CHECK(kind == "first contact resolution");
    status = CountFirstContact(desk, lines, counted);
  }
  TALLY_RETURN_IF_ERROR(status);
  return counted;
}

}  // namespace tally::replay
