// Tickets, calls and questions for tests of the desk's measures: every choice stated, each test
// changes what it is about.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "replay/terms/counting.h"
#include "schema/choice.h"

namespace tally::replay {

using StatedChoices = std::map<std::string, std::vector<std::string>>;

inline Instant DeskTime(absl::string_view text) {
  absl::StatusOr<Instant> instant = ParseInstant(text);
  EXPECT_TRUE(instant.ok()) << text;
  return instant.value_or(Instant{});
}

// An objective with that measure; the choices must be all that its row asks for.
inline Objective DeskObjective(const std::string& kind, const StatedChoices& stated) {
  Objective objective;
  objective.id = "desk";
  std::vector<Choice> choices;
  for (const auto& [name, values] : stated) choices.push_back({name, values});
  objective.counted = Measure{kind, {{"desk", "desk"}}, Choices(choices)};
  const VocabularyRow* row = FindInVocabulary(ThingKind::kMeasure, kind);
  EXPECT_NE(row, nullptr) << kind;
  if (row != nullptr) {
    const absl::Status status = objective.counted->choices.Check(*row);
    EXPECT_TRUE(status.ok()) << kind << ": " << status;
  }
  return objective;
}

// `stated` with some choices changed; a choice without values is taken out.
inline StatedChoices With(StatedChoices stated, const StatedChoices& changes) {
  for (const auto& [name, values] : changes) {
    if (values.empty()) {
      stated.erase(name);
    } else {
      stated[name] = values;
    }
  }
  return stated;
}

// In time within four hours around the clock, from opened to resolved by a human.
inline StatedChoices PlainInTime() {
  return {{"clock from", {"opened"}},
          {"clock to", {"resolved"}},
          {"stopped by", {"human"}},
          {"not stopped by", {"none"}},
          {"calendar", {"24x7"}},
          {"pauses", {"none"}},
          {"excluded time", {"leaves tickets out"}},
          {"reopened", {"final resolution"}},
          {"priority", {"not used"}},
          {"target", {"4 h"}},
          {"in time", {"elapsed within target"}},
          {"window of a ticket", {"start"}},
          {"open and overdue", {"failed"}},
          {"minimum sample", {"0"}}};
}
inline StatedChoices PlainPercentile(const std::string& percentile) {
  StatedChoices stated = With(PlainInTime(), {{"target", {}},
                                              {"in time", {}},
                                              {"open and overdue", {}},
                                              {"window of a ticket", {"stop"}}});
  stated["percentile"] = {percentile};
  return stated;
}
inline StatedChoices PlainMean() {
  return With(PlainPercentile("50"),
              {{"percentile", {}}, {"outliers", {"counted"}}, {"mean of", {"tickets"}}});
}

// Events of tickets, in the order of a feed.
class TicketLog {
 public:
  TicketLog& Add(const std::string& ticket, absl::string_view at, TicketStep step,
                 const TicketEvent& words = {}, ActorKind actor = ActorKind::kHuman) {
    Item item;
    item.observed = {DeskTime(at), DeskTime(at)};
    item.reported = item.observed.first;
    item.actor = actor;
    item.cause = {items_.size(), 0};
    TicketEvent event = words;
    event.ticket = ticket;
    event.step = step;
    item.body = event;
    items_.push_back(std::move(item));
    return *this;
  }
  // In the order that a caller of CountDesk gives.
  std::vector<Item> items() const {
    std::vector<Item> sorted = items_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Item& a, const Item& b) {
      return a.observed.first < b.observed.first;
    });
    return sorted;
  }

 private:
  std::vector<Item> items_;
};

inline TicketEvent Because(const std::string& reason) {
  TicketEvent words;
  words.reason = reason;
  return words;
}
inline TicketEvent Priority(const std::string& priority) {
  TicketEvent words;
  words.priority = priority;
  return words;
}

struct Desk {
  Interval window = {DeskTime("2026-01-01T00:00:00Z"), DeskTime("2027-01-01T00:00:00Z")};
  Knowledge knowledge = {Instant::Max(), Instant::Max()};
  CalendarBook calendars = {{"24x7", BusinessCalendar::Always()}};
  std::vector<Interval> exclusions = {};

  absl::StatusOr<Counted> Try(const Objective& objective, std::span<const Item> items) const {
    const Zone utc = Zone::Utc();
    CountQuestion question;
    question.objective = &objective;
    question.zone = &utc;
    question.calendars = &calendars;
    question.window = {.interval = window};
    question.knowledge = knowledge;
    question.exclusions = exclusions;
    question.items = items;
    return CountDesk(question);
  }
  Counted Count(const std::string& kind, const StatedChoices& stated,
                std::span<const Item> items) const {
    absl::StatusOr<Counted> counted = Try(DeskObjective(kind, stated), items);
    EXPECT_TRUE(counted.ok()) << counted.status();
    return counted.value_or(Counted{});
  }
  Counted Count(const std::string& kind, const StatedChoices& stated, const TicketLog& log) const {
    const std::vector<Item> items = log.items();
    return Count(kind, stated, items);
  }
};

// "2 of 3" in time, for a share in time; "none" for an empty population.
inline std::string InTime(const Counted& counted) {
  if (!counted.value) return "none";
  return std::to_string(counted.population - counted.failed) + " of " +
         std::to_string(counted.population);
}

}  // namespace tally::replay
