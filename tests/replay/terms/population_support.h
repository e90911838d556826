// Questions for tests of counted measures: one kind, its choices, items, one window.
//
// Feeds are "marketing", "sales" and "board", with one source each, numbered 0, 1, 2. The window is
// April 2026 in UTC unless a test says otherwise, and everything is known.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "replay/terms/counting.h"

namespace tally::replay {

inline constexpr uint32_t kMarketing = 0;
inline constexpr uint32_t kSales = 1;
inline constexpr uint32_t kBoard = 2;

class Population {
 public:
  // A choice with several values separates them by '|'.
  Population(std::string kind, std::map<std::string, std::string> choices);

  // Changes a choice; an empty value takes it away.
  Population& Choose(const std::string& name, const std::string& value);
  Population& Target(absl::string_view level);
  Population& Within(absl::string_view first, absl::string_view limit);
  Population& Excluding(absl::string_view first, absl::string_view limit);
  // K.
  Population& KnownAt(absl::string_view instant);
  Population& Calendar(const std::string& name, absl::string_view zone, absl::string_view text);

  template <typename Body>
  Item& Add(const Interval& observed, Body body, uint32_t source = kMarketing,
            ActorKind actor = ActorKind::kHuman) {
    Item item;
    item.observed = observed;
    item.reported = observed.limit;
    item.actor = actor;
    item.source = source;
    item.cause = {items.size(), 0};
    item.body = std::move(body);
    items.push_back(std::move(item));
    return items.back();
  }
  template <typename Body>
  Item& Add(absl::string_view at, Body body, uint32_t source = kMarketing,
            ActorKind actor = ActorKind::kHuman) {
    return Add(Interval{Read(at), Read(at)}, std::move(body), source, actor);
  }

  // Puts items in their order and counts; the choices must be all that the kind asks for. The
  // measure's own status, which tests of refusals read:
  absl::StatusOr<Counted> Try() const;
  // The same where an answer is expected: anything else fails the test.
  Counted Count() const;
  // "n/d", "none", or "n/d indeterminate".
  std::string Value() const;

  Objective objective;
  Window window;
  Knowledge knowledge;
  std::vector<Interval> exclusions;
  std::vector<Item> items;
  std::vector<MemberValue> members;
  std::vector<Window> earlier;
  std::vector<Instant> watermarks;
  std::vector<Rule> rules;
  Interval term = {Instant::Min(), Instant::Max()};
  Zone zone = Zone::Utc();
  CalendarBook calendars;

 private:
  static Instant Read(absl::string_view instant);
  std::map<std::string, std::string> choices_;
};

Choices MakeChoices(const std::map<std::string, std::string>& choices);

}  // namespace tally::replay
