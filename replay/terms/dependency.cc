#include "replay/terms/dependency.h"

#include <algorithm>
#include <optional>
#include <set>

#include "replay/terms/population.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

bool IsFor(const Rule& rule, const std::string& objective) {
  return rule.kind == "dependency" &&
         (rule.objectives.empty() ||
          std::binary_search(rule.objectives.begin(), rule.objectives.end(), objective));
}

bool IsStatedBy(const CountQuestion& question, const Rule& rule, const Item& item) {
  const Measure& measure = *question.objective->counted;
  TALLY_CHECK(item.source < measure.sources.size());
  const std::vector<std::string>& feeds = rule.choices.Texts("stated by");
  return std::find(feeds.begin(), feeds.end(), measure.sources[item.source].feed) != feeds.end();
}

// What the feeds say of one dependency.
struct Dependency {
  std::string obligor;
  std::optional<Instant> due, ended, noticed;
  std::vector<std::string> blocks;
  std::vector<Cause> causes;
};

using DependencyBook = std::map<std::string, Dependency, std::less<>>;

// A notice is an act between the parties: it counts at the ledger's time (rule 2).
Instant NoticeTimeOf(const Item& item) {
  return item.recorded.value_or(std::max(item.observed.first, item.reported));
}

DependencyBook BookOf(const CountQuestion& question, const Rule& rule) {
  DependencyBook book;
  for (const Item& item : question.items) {
    const DependencyEvent* event = std::get_if<DependencyEvent>(&item.body);
    if (event == nullptr) continue;
    Dependency& dependency = book[event->dependency];
    if (event->step == DependencyStep::kDelayNotice) {
      const Instant at = NoticeTimeOf(item);
      dependency.noticed = std::min(at, dependency.noticed.value_or(at));
      dependency.causes.push_back(item.cause);
      continue;
    }
    if (!IsStatedBy(question, rule, item)) continue;
    if (!dependency.due) dependency.due = event->due;
    if (dependency.obligor.empty()) dependency.obligor = event->obligor;
    const bool ends =
        event->step == DependencyStep::kDelivered || event->step == DependencyStep::kWaived;
    if (ends && !dependency.ended) dependency.ended = item.observed.first;
    dependency.blocks.insert(dependency.blocks.end(), event->blocks.begin(), event->blocks.end());
    dependency.causes.push_back(item.cause);
  }
  return book;
}

// The time for which the dependency was late and which counts; empty if none.
Interval DelayOf(const CountQuestion& question, const Rule& rule, const Dependency& dependency) {
  if (!dependency.due || dependency.obligor == question.objective->obligor) return {};
  Interval delay{*dependency.due, dependency.ended.value_or(question.knowledge.instant)};
  if (rule.choices.Is("notice", "needed")) {
    if (!dependency.noticed) return {};
    if (*dependency.noticed > *dependency.due + rule.choices.Length("notice within")) {
      if (rule.choices.Is("late notice", "no extension")) return {};
      delay.first = *dependency.noticed;
    }
  }
  return delay;
}

int64_t WholeDays(const std::vector<Interval>& delays) {
  int64_t micros = 0;
  for (const Interval& delay : delays) micros += Length(delay).micros;
  const int64_t day = Days(1).micros;
  return micros / day + (micros % day == 0 ? 0 : 1);
}

int64_t BusinessDays(const std::vector<Interval>& delays, const BusinessCalendar& calendar) {
  std::set<int64_t> days;
  for (const Interval& delay : delays) {
    const int64_t last = DayNumber(calendar.zone().DayAt(delay.limit - Duration{1}));
    for (int64_t day = DayNumber(calendar.zone().DayAt(delay.first)); day <= last; ++day) {
      if (calendar.IsBusinessDay(DayOfNumber(day))) days.insert(day);
    }
  }
  return static_cast<int64_t>(days.size());
}

// The same time of day on another day.
Instant OnDay(const Zone& zone, Instant at, const CivilDay& day) {
  CivilTime civil = zone.CivilAt(at);
  civil.day = day;
  return zone.FirstInstantOf(civil);
}

}  // namespace

absl::StatusOr<Dependencies> Dependencies::Of(const CountQuestion& question) {
  Dependencies dependencies(question);
  for (const Rule& rule : question.rules) {
    if (!IsFor(rule, question.objective->id)) continue;
    RuleDelays found{&rule, {}};
    for (const auto& [name, dependency] : BookOf(question, rule)) {
      const Interval delay = DelayOf(question, rule, dependency);
      if (!delay.empty()) {
        found.delays.push_back({delay, dependency.blocks, dependency.causes});
      }
    }
    dependencies.rules_.push_back(std::move(found));
  }
  return dependencies;
}

bool Dependencies::Blocks(const Delay& delay, absl::string_view deliverable) const {
  return std::any_of(delay.blocks.begin(), delay.blocks.end(), [&](const std::string& name) {
    return name == deliverable || name == question_->objective->id;
  });
}

absl::StatusOr<Instant> Dependencies::Moved(absl::string_view deliverable, Instant due) const {
  Instant latest = due;
  for (const RuleDelays& each : rules_) {
    std::vector<Interval> delays;
    for (const Delay& delay : each.delays) {
      if (Blocks(delay, deliverable)) delays.push_back(delay.interval);
    }
    std::vector<Interval> lost;
    Instant moved = due;
    for (const Interval& delay : Union(std::move(delays), {Instant::Min(), Instant::Max()})) {
      if (delay.first >= moved) break;
      lost.push_back(delay);
      TALLY_ASSIGN_OR_RETURN(moved, MovedBy(*each.rule, lost, due));
    }
    latest = std::max(latest, moved);
  }
  return latest;
}

absl::StatusOr<Instant> Dependencies::MovedBy(const Rule& rule, const std::vector<Interval>& delays,
                                              Instant due) const {
  const Choices& choices = rule.choices;
  if (choices.Is("extension", "elapsed time")) {
    for (const Interval& delay : delays) due = due + Length(delay);
    return due;
  }
  if (choices.Is("extension", "whole days")) {
    CivilDay day = question_->zone->DayAt(due);
    day.day += WholeDays(delays);
    return OnDay(*question_->zone, due, day);
  }
  TALLY_ASSIGN_OR_RETURN(const BusinessCalendar* calendar,
                         CalendarOf(*question_, choices, "calendar"));
  const int64_t days = BusinessDays(delays, *calendar);
  if (days == 0) return due;
  TALLY_ASSIGN_OR_RETURN(const Instant end, calendar->EndOfBusinessDay(due, days, true));
  return OnDay(calendar->zone(), due, calendar->zone().DayAt(end - Duration{1}));
}

std::vector<Cause> Dependencies::CausesFor(absl::string_view deliverable) const {
  std::vector<Cause> causes;
  for (const RuleDelays& each : rules_) {
    for (const Delay& delay : each.delays) {
      if (!Blocks(delay, deliverable)) continue;
      causes.insert(causes.end(), delay.causes.begin(), delay.causes.end());
    }
  }
  return causes;
}

}  // namespace tally::replay
