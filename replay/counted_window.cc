// Evidence and question of a counted window. The items are what the terms' sources said from the
// beginning of the term on, as far as the window can rest on it; the windows before this one stand
// beside it, for what is carried over.
#include "replay/counted_window.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_split.h"
#include "replay/incidents.h"
#include "replay/projection/item_list.h"
#include "replay/terms/exclusion.h"
#include "schema/status.h"
#include "schema/vocabulary_desk.h"

namespace tally::replay {
namespace {

// To where the feed of each source is complete; never past the cut-off of what counts.
std::vector<Instant> WatermarksOf(const CaseFile& file, const PlannedWindow& plan,
                                  const EvidenceScope& scope) {
  const uint64_t size = std::min(scope.size, file.axes().size);
  const Instant last = scope.late_counts ? Instant::Max() : scope.cutoff;
  std::vector<Instant> watermarks;
  for (const SourceRef& ref : plan.objective->counted->sources) {
    const FeedFold* feed = file.FeedOf(*plan.version, ref.feed);
    std::optional<Instant> stated = feed == nullptr ? std::nullopt : feed->Watermark(size);
    watermarks.push_back(std::min(stated.value_or(Instant::Min()), last));
  }
  return watermarks;
}

// What the terms of the window say about tickets that an amendment falls into.
InFlight InFlightOf(const PlannedWindow& plan) {
  for (const Rule& rule : plan.version->terms->rules) {
    const std::vector<std::string>& about = rule.objectives;
    const bool holds =
        about.empty() || std::find(about.begin(), about.end(), plan.objective->id) != about.end();
    if (rule.kind != "in-flight tickets" || !holds) continue;
    if (rule.choices.Is("governed by", "terms at start")) return InFlight::kTermsAtStart;
    if (rule.choices.Is("governed by", "terms at stop")) return InFlight::kTermsAtStop;
    return InFlight::kStrictest;
  }
  return InFlight::kTermsOfWindow;
}

// The terms that govern one instant after the other, as far as anything is known. Terms without
// the objective, or that measure something else by it, time no ticket.
std::vector<TermsOfTickets> TermsInTurn(const CaseFile& file, const PlannedWindow& plan) {
  std::set<Instant> edges = {Instant::Min()};
  for (const TermsVersion* version : file.versions()) {
    if (version->effective <= file.axes().status()) edges.insert(version->effective);
  }
  std::vector<TermsOfTickets> turns;
  for (Instant edge : edges) {
    const TermsVersion* version = file.Governing({plan.objective->id, {edge, edge + Duration{1}}});
    if (version == nullptr) continue;
    for (const Objective& objective : version->terms->objectives) {
      const bool same = objective.id == plan.objective->id && objective.counted &&
                        objective.counted->kind == plan.objective->counted->kind;
      const bool goes_on = same && !turns.empty() && turns.back().objective == &objective;
      if (!same || goes_on) continue;
      turns.push_back(
          {turns.empty() ? Instant::Min() : edge, &objective, &file.CalendarsOf(*version)});
    }
  }
  return turns;
}

// The windows of the objective before this one, ascending.
absl::StatusOr<std::vector<Window>> EarlierWindows(const CaseFile& file,
                                                   const PlannedWindow& plan) {
  std::vector<Window> earlier;
  const Interval before{plan.version->terms->from, plan.window.interval.first};
  if (before.empty()) return earlier;
  TALLY_ASSIGN_OR_RETURN(earlier, WindowsOf(file, *plan.version, *plan.objective, before));
  std::erase_if(earlier, [&](const Window& window) {
    return window.interval.limit > plan.window.interval.first;
  });
  return earlier;
}

bool IsFor(const Rule& rule, absl::string_view kind, const Objective& objective) {
  return rule.kind == kind && HoldsFor(rule, objective.id);
}

// None for a calendar or targets that cannot be used: they are refused where things are timed.
std::optional<TicketDue> TicketDueOf(const Measure& measure, const CalendarBook& calendars) {
  const bool lead = measure.kind != "tickets in time";
  const auto calendar =
      calendars.find(measure.choices.Text(lead ? "rejection calendar" : "calendar"));
  if (calendar == calendars.end()) return std::nullopt;
  TicketDue due{&calendar->second, {}};
  if (lead) {
    due.longest = measure.choices.Length("rejection within");
    return due;
  }
  if (measure.choices.Is("priority", "not used")) {
    due.longest = measure.choices.Length("target");
    return due;
  }
  const auto targets = ReadTicketTargets(measure.choices.Texts("targets"));
  if (!targets.ok()) return std::nullopt;
  for (const auto& [priority, target] : *targets) due.longest = std::max(due.longest, target);
  return due;
}

// The deliverables that some dependency blocks, in whatever version it is said.
std::set<std::string> BlockedIn(const std::vector<const SourceEvidence*>& sources) {
  std::set<std::string> blocked;
  for (const SourceEvidence* source : sources) {
    if (source == nullptr) continue;
    for (const StoredItem& stored : source->items) {
      const auto* event = std::get_if<DependencyEvent>(&stored.item.body);
      if (event != nullptr) blocked.insert(event->blocks.begin(), event->blocks.end());
    }
  }
  return blocked;
}

// What falls due is near less than the table of kinds says where something else can move it.
void LimitDue(const CaseFile& file, const TermsVersion& version, const Objective& objective,
              const std::vector<const SourceEvidence*>& sources, Reaching& reaching) {
  const Measure& measure = *objective.counted;
  const std::vector<Rule>& rules = version.terms->rules;
  const auto ruled = [&](absl::string_view kind) {
    return std::any_of(rules.begin(), rules.end(),
                       [&](const Rule& rule) { return IsFor(rule, kind, objective); });
  };
  if (measure.choices.Is("due", "stated")) {
    if (!ruled("dependency")) return;
    reaching.delayed = BlockedIn(sources);
    // A dependency that names the objective blocks every deliverable of it.
    if (reaching.delayed.count(objective.id) > 0) reaching.reach = ItemReach::kAll;
    return;
  }
  // Tickets in flight may fall due by the targets and calendars of other terms.
  if (measure.kind != "tickets in time" || !ruled("in-flight tickets")) {
    reaching.tickets = TicketDueOf(measure, file.CalendarsOf(version));
  }
  if (!reaching.tickets) reaching.reach = ItemReach::kAll;
}

}  // namespace

ItemIndex IndexOf(const CaseFile& file, const TermsVersion& version, const Objective& objective) {
  const Measure& measure = *objective.counted;
  std::vector<const SourceEvidence*> sources;
  for (const SourceRef& ref : measure.sources) {
    const FeedFold* feed = file.FeedOf(version, ref.feed);
    sources.push_back(feed == nullptr ? nullptr : feed->Find(ref.source));
  }
  Reaching reaching{.reach = ReachOf(measure)};
  if (reaching.reach == ItemReach::kNear) reaching.near = SurroundingsOf(measure);
  if (reaching.reach == ItemReach::kDue) LimitDue(file, version, objective, sources, reaching);
  return ItemIndex(std::move(sources), std::move(reaching));
}

std::vector<std::string> MembersOf(const Measure& measure) {
  std::vector<std::string> members;
  for (const absl::string_view name : {"members", "weights", "points"}) {
    if (FindInVocabulary(ThingKind::kMeasure, measure.kind)->sources) break;
    if (!measure.choices.Has(name)) continue;
    for (const std::string& text : measure.choices.Texts(name)) {
      members.push_back(text.substr(0, text.find(':')));
    }
  }
  std::sort(members.begin(), members.end());
  return members;
}

absl::StatusOr<Counted> CountWindow(const CaseFile& file, const CountedWindow& window,
                                    EvidenceUse& use) {
  const PlannedWindow& plan = *window.plan;
  TALLY_CHECK(plan.objective->counted.has_value());
  const Terms& terms = *plan.version->terms;
  ItemIndex::Around around;
  around.window = plan.window.interval;
  for (const Interval& excluded : window.exclusions) {
    around.excluded.micros += Length(excluded).micros;
  }
  around.known = std::min(window.knowledge.instant, window.knowledge.watermark);
  std::vector<Item> items = SelectItems(*window.index, window.scope, around, use);
  if (!window.without_incident.empty()) LeaveOut(window.without_incident, items);
  TALLY_ASSIGN_OR_RETURN(const std::vector<Window> earlier, EarlierWindows(file, plan));
  CountQuestion question;
  question.objective = plan.objective;
  question.zone = &file.ZoneOf(plan.objective->window.zone);
  question.calendars = &file.CalendarsOf(*plan.version);
  question.window = plan.window;
  question.knowledge = window.knowledge;
  question.exclusions = window.exclusions;
  question.items = items;
  const std::vector<Instant> watermarks = WatermarksOf(file, plan, window.scope);
  question.watermarks = watermarks;
  question.members = window.members;
  question.term = {terms.from, terms.until.value_or(Instant::Max())};
  if (file.term_end().has_value()) {
    question.term.limit = std::min(question.term.limit, file.term_end()->end);
  }
  question.earlier = earlier;
  question.rules = terms.rules;
  question.in_flight = InFlightOf(plan);
  std::vector<TermsOfTickets> turns;
  if (question.in_flight != InFlight::kTermsOfWindow) turns = TermsInTurn(file, plan);
  question.ticket_terms = turns;
  return CountMeasure(question);
}

}  // namespace tally::replay
