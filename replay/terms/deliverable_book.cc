#include "replay/terms/deliverable_book.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "replay/terms/dependency.h"
#include "replay/terms/population.h"
#include "schema/duty_choices.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// A due date for a month is at most so many months away from the month (and so the window) that it
// belongs to, unless a delay moved it; moved dates are looked for over a year.
constexpr int64_t kMonthsAround = 12;

using EventBook = std::map<std::string, std::vector<const Item*>, std::less<>>;

const DeliverableEvent& DeliverableOf(const Item& item) {
  return std::get<DeliverableEvent>(item.body);
}

EventBook EventsOf(const CountQuestion& question) {
  EventBook book;
  for (const Item& item : question.items) {
    const DeliverableEvent* event = std::get_if<DeliverableEvent>(&item.body);
    if (event != nullptr) book[event->deliverable].push_back(&item);
  }
  return book;
}

bool IsVersion(const CountQuestion& question, const Item& item) {
  const DeliverableStep step = DeliverableOf(item).step;
  return (step == DeliverableStep::kDelivered || step == DeliverableStep::kResubmitted) &&
         IsFrom(question, item, "delivered by");
}

bool IsWord(const CountQuestion& question, const Item& item, DeliverableStep step) {
  return DeliverableOf(item).step == step && IsFrom(question, item, "decided by");
}

std::optional<Instant> FirstVersion(const CountQuestion& question,
                                    const std::vector<const Item*>& events) {
  for (const Item* item : events) {
    if (IsVersion(question, *item)) return item->observed.first;
  }
  return std::nullopt;
}

// The version that stands, or none.
std::optional<Instant> StandingVersion(const CountQuestion& question,
                                       const std::vector<const Item*>& events) {
  const Choices& choices = question.objective->counted->choices;
  std::optional<Instant> version;
  bool rejected = false;
  for (const Item* item : events) {
    const Instant at = item->observed.first;
    if (IsVersion(question, *item)) {
      // One more delivery of what stands is no new version: its date does not get worse.
      if (version && !rejected) continue;
      version = at;
      rejected = false;
    } else if (version && IsWord(question, *item, DeliverableStep::kRejected)) {
      const bool in_time =
          !choices.Has("rejection within") || at <= *version + choices.Length("rejection within");
      rejected = rejected || in_time;
    }
  }
  return rejected ? std::nullopt : version;
}

std::optional<Instant> DoneAt(const CountQuestion& question,
                              const std::vector<const Item*>& events) {
  const Choices& choices = question.objective->counted->choices;
  if (choices.Is("done when", "delivered")) return FirstVersion(question, events);
  if (choices.Is("done when", "accepted")) {
    for (const Item* item : events) {
      if (IsWord(question, *item, DeliverableStep::kAccepted)) return item->observed.first;
    }
    return std::nullopt;
  }
  const std::optional<Instant> standing = StandingVersion(question, events);
  if (!standing || choices.Is("resubmission", "new date")) return standing;
  return FirstVersion(question, events);
}

// A due date before any delay, and the instant by which it belongs to a window.
struct Expected {
  std::string name;
  Instant due;
  std::optional<Instant> subject;  // none: by its due date
};

std::vector<Expected> StatedDates(const CountQuestion& question, const EventBook& book) {
  std::vector<Expected> expected;
  for (const auto& [name, events] : book) {
    const auto stated = std::find_if(events.begin(), events.end(), [&](const Item* item) {
      return DeliverableOf(*item).due && IsFrom(question, *item, "due stated by");
    });
    if (stated == events.end()) continue;
    expected.push_back({name, *DeliverableOf(**stated).due, std::nullopt});
  }
  return expected;
}

absl::StatusOr<std::vector<Expected>> DatesByMonth(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  TALLY_ASSIGN_OR_RETURN(const BusinessCalendar* calendar,
                         CalendarOf(question, choices, "due calendar"));
  TALLY_ASSIGN_OR_RETURN(const Duration time, ReadTimeOfDay(choices.Text("time of day")));
  const int day = static_cast<int>(choices.Count("business day"));
  const Zone& zone = *question.zone;
  const Interval& window = question.window.interval;
  CivilDay month = zone.DayAt(window.first);
  month = {month.year, month.month - kMonthsAround, 1};
  std::vector<Expected> expected;
  for (; zone.StartOfDay(month) < window.limit; ++month.month) {
    const Interval days{zone.StartOfDay(month), zone.StartOfDay({month.year, month.month + 1, 1})};
    if (Intersection(days, question.term).empty()) continue;
    const int64_t later = choices.Is("due in", "next month") ? 1 : 0;
    // Written as a real month: the counter may stand at month 13 or 0.
    const CivilDay due_in = DayOfNumber(DayNumber({month.year, month.month + later, 1}));
    const CivilDay about = DayOfNumber(DayNumber(month));
    TALLY_ASSIGN_OR_RETURN(const Instant due,
                           calendar->NthBusinessDay(static_cast<int>(due_in.year),
                                                    static_cast<int>(due_in.month), day, time));
    std::optional<Instant> subject;
    if (choices.Is("window of a deliverable", "subject")) {
      // A month that the term cuts begins, for it, where the term begins.
      subject = std::max(days.first, question.term.first);
    }
    for (const std::string& name : choices.Texts("deliverables")) {
      expected.push_back({absl::StrCat(name, " ", FormatDay(about).substr(0, 7)), due, subject});
    }
  }
  return expected;
}

}  // namespace

absl::StatusOr<std::vector<Deliverable>> DeliverablesOf(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const EventBook book = EventsOf(question);
  std::vector<Expected> expected;
  if (choices.Is("due", "stated")) {
    expected = StatedDates(question, book);
  } else {
    TALLY_ASSIGN_OR_RETURN(expected, DatesByMonth(question));
  }
  TALLY_ASSIGN_OR_RETURN(const Dependencies dependencies, Dependencies::Of(question));
  std::vector<Deliverable> deliverables;
  for (const Expected& each : expected) {
    TALLY_ASSIGN_OR_RETURN(const Instant due, dependencies.Moved(each.name, each.due));
    if (!question.window.interval.Contains(each.subject.value_or(due))) continue;
    // Nothing was owed before the term: of a month that it cuts, this was due in the other part.
    if (due < question.term.first) continue;
    if (IsInAny(question.exclusions, due)) continue;
    Deliverable deliverable{each.name, due, std::nullopt, dependencies.CausesFor(each.name)};
    if (const auto events = book.find(each.name); events != book.end()) {
      deliverable.done = DoneAt(question, events->second);
      for (const Item* item : events->second) deliverable.causes.push_back(item->cause);
    }
    deliverables.push_back(std::move(deliverable));
  }
  std::sort(deliverables.begin(), deliverables.end(),
            [](const Deliverable& a, const Deliverable& b) { return a.name < b.name; });
  return deliverables;
}

}  // namespace tally::replay
