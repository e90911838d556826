// One pass over a ticket's events finds its stops, another its pauses; the calendar is asked only
// about the finished intervals.
#include "replay/terms/ticket_clock.h"

#include <algorithm>
#include <map>
#include <utility>

#include "schema/status.h"

namespace tally::replay {
namespace {

bool Holds(const std::vector<std::string>& texts, absl::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// How far along a step shows its ticket to be; 0 for steps that stop nothing.
int Reach(TicketStep step) {
  switch (step) {
    case TicketStep::kResponded:
      return 1;
    case TicketStep::kResolved:
      return 2;
    case TicketStep::kClosed:
      return 3;
    default:
      return 0;
  }
}

bool Stops(const Item& item, const ClockRules& rules, TicketStep to) {
  const TicketEvent& event = EventOf(item);
  if (Reach(event.step) < Reach(to)) return false;
  if (item.actor == ActorKind::kAutomation && !rules.automation_stops) return false;
  if (item.actor == ActorKind::kMonitor && !rules.monitor_stops) return false;
  return !Holds(rules.not_stopped_by, event.reason);
}

// The pauses of a ticket that the terms count, as they were recorded; they may overlap.
std::vector<Interval> PausesOf(const Ticket& ticket, const ClockRules& rules, Instant horizon) {
  std::vector<Interval> pauses;
  std::map<absl::string_view, Instant> going_on;
  for (const Item* item : ticket.items) {
    const TicketEvent& event = EventOf(*item);
    const Instant at = item->observed.first;
    switch (event.step) {
      case TicketStep::kPaused:
        if (Holds(rules.pauses, event.reason)) going_on.emplace(event.reason, at);
        break;
      case TicketStep::kResumed:
      case TicketStep::kResolved:
      case TicketStep::kClosed: {
        const bool all = event.step != TicketStep::kResumed || event.reason.empty();
        for (auto pause = going_on.begin(); pause != going_on.end();) {
          if (all || pause->first == event.reason) {
            pauses.push_back({pause->second, at});
            pause = going_on.erase(pause);
          } else {
            ++pause;
          }
        }
        break;
      }
      default:
        break;
    }
  }
  for (const auto& [reason, first] : going_on) pauses.push_back({first, horizon});
  return pauses;
}

// Where runs begin and end, before the reopen rule has chosen.
struct ClockSpan {
  const Item* start = nullptr;
  const Item* stop = nullptr;  // nullptr: still running
};

// The first begins with the ticket; each later one with the reopening after a stop.
std::vector<ClockSpan> SpansOf(const Ticket& ticket, const ClockRules& rules) {
  const auto start = std::find_if(ticket.items.begin(), ticket.items.end(), [&](const Item* item) {
    return EventOf(*item).step == rules.from;
  });
  if (start == ticket.items.end()) return {};
  std::vector<ClockSpan> spans = {{*start, nullptr}};
  for (const Item* item : ticket.items) {
    ClockSpan& last = spans.back();
    if (EventOf(*item).step == TicketStep::kReopened && last.stop != nullptr) {
      spans.push_back({item, nullptr});
    } else if (last.stop == nullptr && Stops(*item, rules, rules.to)) {
      last.stop = item;
    }
  }
  return spans;
}

std::vector<ClockSpan> Choose(std::vector<ClockSpan> spans, const ClockRules& rules) {
  // An answer cannot be undone by a reopening.
  const bool first =
      rules.to == TicketStep::kResponded || rules.reopened == ReopenRule::kFirstResolution;
  if (spans.empty() || (rules.reopened == ReopenRule::kEachResolution && !first)) {
    return spans;
  }
  const Item* stop = first ? spans.front().stop : spans.back().stop;
  return {{spans.front().start, stop}};
}

absl::string_view TextAt(const Ticket& ticket, Instant at, std::string TicketEvent::*text) {
  absl::string_view found;
  for (const Item* item : ticket.items) {
    const TicketEvent& event = EventOf(*item);
    if (item->observed.first <= at && !(event.*text).empty()) found = event.*text;
  }
  return found;
}

}  // namespace

const TicketEvent& EventOf(const Item& item) {
  const auto* event = std::get_if<TicketEvent>(&item.body);
  TALLY_CHECK(event != nullptr);
  return *event;
}

std::vector<Ticket> TicketsOf(std::span<const Item> items) {
  std::map<std::pair<uint32_t, absl::string_view>, std::vector<const Item*>> found;
  for (const Item& item : items) {
    const auto* event = std::get_if<TicketEvent>(&item.body);
    if (event != nullptr) found[{item.source, event->ticket}].push_back(&item);
  }
  std::vector<Ticket> tickets;
  tickets.reserve(found.size());
  for (auto& [key, steps] : found) tickets.push_back({key.first, key.second, std::move(steps)});
  return tickets;
}

ClockRules ClockRulesOf(const Choices& choices) {
  ClockRules rules;
  if (choices.Is("clock from", "classified")) rules.from = TicketStep::kClassified;
  if (choices.Is("clock to", "responded")) rules.to = TicketStep::kResponded;
  if (choices.Is("clock to", "closed")) rules.to = TicketStep::kClosed;
  rules.monitor_stops = choices.Is("stopped by", "anyone");
  rules.automation_stops = rules.monitor_stops || choices.Is("stopped by", "human or automation");
  if (choices.Has("not stopped by")) rules.not_stopped_by = choices.Texts("not stopped by");
  if (choices.Has("pauses")) rules.pauses = choices.Texts("pauses");
  if (choices.Is("reopened", "final resolution")) rules.reopened = ReopenRule::kFinalResolution;
  if (choices.Is("reopened", "each resolution")) rules.reopened = ReopenRule::kEachResolution;
  return rules;
}

std::vector<TicketRun> RunsOf(const Ticket& ticket, const ClockRules& rules, Instant horizon,
                              const std::vector<Interval>& also_paused) {
  std::vector<TicketRun> runs;
  const std::vector<ClockSpan> spans = Choose(SpansOf(ticket, rules), rules);
  if (spans.empty()) return runs;
  std::vector<Interval> pauses = PausesOf(ticket, rules, horizon);
  pauses.insert(pauses.end(), also_paused.begin(), also_paused.end());
  for (const ClockSpan& span : spans) {
    TicketRun run;
    run.ticket = &ticket;
    run.start = span.start->observed.first;
    run.started = span.start->cause;
    if (span.stop != nullptr) {
      run.stop = span.stop->observed.first;
      run.stopped = span.stop->cause;
    }
    // Also after the stop: a deadline that lies beyond it may belong to a later window for them.
    if (!pauses.empty()) run.paused = Union(pauses, {run.start, Instant::Max()});
    runs.push_back(std::move(run));
  }
  return runs;
}

std::optional<size_t> FirstResolution(const Ticket& ticket, const ClockRules& rules) {
  for (size_t i = 0; i < ticket.items.size(); ++i) {
    if (Stops(*ticket.items[i], rules, TicketStep::kResolved)) return i;
  }
  return std::nullopt;
}

absl::string_view PriorityAt(const Ticket& ticket, Instant at) {
  return TextAt(ticket, at, &TicketEvent::priority);
}
absl::string_view CategoryAt(const Ticket& ticket, Instant at) {
  return TextAt(ticket, at, &TicketEvent::category);
}
absl::string_view SiteAt(const Ticket& ticket, Instant at) {
  return TextAt(ticket, at, &TicketEvent::site);
}

std::vector<PriorityChange> PrioritiesWithin(const Ticket& ticket, const Interval& within) {
  std::vector<PriorityChange> changes;
  const absl::string_view first = PriorityAt(ticket, within.first);
  if (!first.empty()) changes.push_back({within.first, first});
  for (const Item* item : ticket.items) {
    const Instant at = item->observed.first;
    const absl::string_view priority = EventOf(*item).priority;
    if (at <= within.first || at > within.limit || priority.empty()) continue;
    if (changes.empty() || changes.back().priority != priority) changes.push_back({at, priority});
  }
  return changes;
}

OpenHours::OpenHours(const BusinessCalendar& calendar, const Interval& over)
    : calendar_(calendar), over_(over), open_(calendar.OpenWithin(over)) {
  int64_t sum = 0;
  before_.reserve(open_.size());
  for (const Interval& open : open_) {
    before_.push_back(sum);
    sum += Length(open).micros;
  }
}

int64_t OpenHours::Before(Instant at) const {
  const auto next =
      std::upper_bound(open_.begin(), open_.end(), at,
                       [](Instant t, const Interval& open) { return t < open.first; });
  if (next == open_.begin()) return 0;
  const size_t index = static_cast<size_t>(next - open_.begin()) - 1;
  return before_[index] + (std::min(at, open_[index].limit) - open_[index].first).micros;
}

Duration OpenHours::Within(const Interval& range) const {
  if (range.empty()) return {};
  TALLY_CHECK(over_.first <= range.first && range.limit <= over_.limit);
  return {Before(range.limit) - Before(range.first)};
}

Duration OpenHours::Elapsed(const TicketRun& run, Instant until) const {
  if (until <= run.start) return {};
  Duration elapsed = Within({run.start, until});
  for (const Interval& pause : run.paused) {
    elapsed.micros -= Within(Intersection(pause, {run.start, until})).micros;
  }
  TALLY_CHECK(elapsed.micros >= 0);
  return elapsed;
}

std::optional<Instant> OpenHours::Deadline(const TicketRun& run, Duration target) const {
  absl::StatusOr<Instant> deadline = calendar_.After(run.start, target, run.paused);
  if (!deadline.ok()) return std::nullopt;
  return *deadline;
}

}  // namespace tally::replay
