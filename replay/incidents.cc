// Decisions are gathered by name; a window without an incident is the same question with more
// exclusions and fewer items.
#include "replay/incidents.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/terms/exclusion.h"

namespace tally::replay {
namespace {

constexpr Interval kAllTime = {Instant::Min(), Instant::Max()};

}  // namespace

std::vector<Incident> IncidentsOf(const std::vector<IncidentTime>& decided) {
  std::map<std::string, Incident> by_name;
  for (const IncidentTime& each : decided) {
    Incident& incident = by_name[each.incident];
    incident.name = each.incident;
    incident.time.insert(incident.time.end(), each.time.begin(), each.time.end());
    incident.acts.insert(incident.acts.end(), each.acts.begin(), each.acts.end());
  }
  std::vector<Incident> incidents;
  for (auto& [name, incident] : by_name) {
    incident.time = Union(std::move(incident.time), kAllTime);
    incidents.push_back(std::move(incident));
  }
  return incidents;
}

bool MayBelongToIncident(const Terms& terms, const Objective& objective,
                         const WindowFigures& figures) {
  bool pays = figures.verdict == Verdict::kBreached && figures.credit.has_value() &&
              figures.credit->rounded.minor != 0;
  return pays && std::any_of(terms.rules.begin(), terms.rules.end(), [&](const Rule& rule) {
           return rule.kind == "same incident" && HoldsFor(rule, objective.id);
         });
}

std::vector<Interval> TimeWithout(const Incident* incident, std::vector<Interval> exclusions) {
  if (incident == nullptr) return exclusions;
  exclusions.insert(exclusions.end(), incident->time.begin(), incident->time.end());
  return Union(std::move(exclusions), kAllTime);
}

void LeaveOut(const std::string& incident, std::vector<Item>& items) {
  // Items are in order of time, so the last word of each ticket remains.
  std::map<std::pair<uint32_t, std::string>, std::string> part_of;  // by source and ticket
  for (const Item& item : items) {
    const auto* event = std::get_if<TicketEvent>(&item.body);
    if (event == nullptr || event->incident.empty()) continue;
    part_of[{item.source, event->ticket}] = event->incident;
  }
  std::erase_if(items, [&](const Item& item) {
    const auto* event = std::get_if<TicketEvent>(&item.body);
    if (event == nullptr) return false;
    auto found = part_of.find({item.source, event->ticket});
    return found != part_of.end() && found->second == incident;
  });
}

bool IsWithoutFailure(const WindowFigures& figures) {
  if (figures.verdict == Verdict::kMet) return true;
  return figures.empty && figures.verdict == Verdict::kNoResult;
}

DerivationStep IncidentStep(const Incident& incident, const WindowFigures& without) {
  return {.step = "incident",
          .formula = absl::StrCat(
              "without incident ", incident.name, " the objective would ",
              without.verdict == Verdict::kMet ? "have been met" : "have had nothing to measure"),
          .result = incident.name,
          .clause = "",
          .shows_causes = false};
}

std::vector<IncidentChoice> ChoicesKnown(const ExclusionFold& acts, Instant knowledge) {
  std::vector<IncidentChoice> choices;
  for (const IncidentChosen& each : acts.choices()) {
    if (each.stamp.recorded > knowledge) continue;
    choices.push_back({each.incident, each.objective, each.stamp.time});
  }
  return choices;
}

}  // namespace tally::replay
