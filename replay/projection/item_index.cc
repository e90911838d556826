#include "replay/projection/item_index.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>
#include <variant>

#include "schema/number.h"

namespace tally::replay {
namespace {

bool IsOneOf(absl::string_view kind, std::initializer_list<absl::string_view> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// Of a ticket and of the lead that it answers the name is the same; "" for what has none. One
// respondent of several surveys is taken for one: that only makes more items near.
absl::string_view NameOf(const Item& item) {
  if (const auto* survey = std::get_if<SurveyResponse>(&item.body)) return survey->respondent;
  if (const auto* ticket = std::get_if<TicketEvent>(&item.body)) return ticket->ticket;
  if (const auto* lead = std::get_if<LeadEvent>(&item.body)) return lead->lead;
  const auto* deliverable = std::get_if<DeliverableEvent>(&item.body);
  return deliverable == nullptr ? absl::string_view() : absl::string_view(deliverable->deliverable);
}

using StoredItems = std::vector<StoredItem>;

std::pair<StoredItems::const_iterator, StoredItems::const_iterator> Inside(const StoredItems& items,
                                                                           const Interval& window) {
  const auto begins_before = [](const StoredItem& stored, Instant at) {
    return stored.item.observed.first < at;
  };
  const auto first = std::lower_bound(items.begin(), items.end(), window.first, begins_before);
  return {first, std::lower_bound(first, items.end(), window.limit, begins_before)};
}

}  // namespace

ItemReach ReachOf(const Measure& measure) {
  const Choices& choices = measure.choices;
  if (IsOneOf(measure.kind, {"request ratio", "latency percentile", "share within threshold"})) {
    return choices.Is("membership", "start") ? ItemReach::kWindow : ItemReach::kNear;
  }
  if (IsOneOf(measure.kind, {"mean of interval error rates", "good slices", "mean of slice ratios",
                             "downtime periods by error share"})) {
    return ItemReach::kNear;
  }
  if (IsOneOf(measure.kind, {"tickets in time", "mean ticket time", "percentile of ticket time",
                             "first contact resolution"})) {
    return choices.Is("window of a ticket", "deadline") ? ItemReach::kDue : ItemReach::kNamed;
  }
  if (IsOneOf(measure.kind, {"deliverable on time", "deliverable lateness"})) {
    return choices.Is("due", "stated") ? ItemReach::kDue : ItemReach::kAll;
  }
  if (IsOneOf(measure.kind, {"volume", "volume in money"})) {
    if (!choices.Is("surplus", "lost")) return ItemReach::kAll;
    // Silence accepts at an instant at which nothing is said.
    const bool by_silence =
        choices.Is("window of a lead", "outcome") && choices.Has("rejection within");
    return by_silence ? ItemReach::kDue : ItemReach::kNamed;
  }
  if (IsOneOf(measure.kind,
              {"telephone service factor", "call abandonment", "average speed of answer"})) {
    return ItemReach::kWindow;
  }
  return IsOneOf(measure.kind, {"tickets reopened", "leads decided in time",
                                "leads contacted in time", "pacing", "survey mean", "survey share"})
             ? ItemReach::kNamed
             : ItemReach::kAll;
}

Surroundings SurroundingsOf(const Measure& measure) {
  const Choices& choices = measure.choices;
  if (measure.kind == "mean of interval error rates") return {choices.Length("interval")};
  if (IsOneOf(measure.kind, {"good slices", "mean of slice ratios"})) {
    return {choices.Length("slice")};
  }
  if (measure.kind != "downtime periods by error share") return {};
  // A run that fills the shortest period beyond the edge is long enough, however long it is; the
  // quanta that decide on that time lie whole within another two.
  const Wide quantum = choices.Length("quantum").micros;
  const bool tested_over = !choices.Is("run at window edge", "cut before test");
  const Wide distance = quantum * ((tested_over ? choices.Count("consecutive") : 0) + 2);
  const Wide most = Instant::Max().micros;
  return {.distance = {static_cast<int64_t>(std::min(distance, most))},
          .beside_excluded = tested_over && choices.Is("excluded time", "is passed over")};
}

ItemIndex::ItemIndex(std::vector<const SourceEvidence*> sources, Reaching reaching)
    : sources_(std::move(sources)), reaching_(std::move(reaching)) {
  if (reaching_.reach == ItemReach::kNear) {
    for (const SourceEvidence* source : sources_) {
      std::vector<Instant>& ends = ends_.emplace_back();
      if (source == nullptr) continue;
      Instant end = Instant::Min();
      for (const StoredItem& stored : source->items) {
        end = std::max({end, stored.item.observed.first, stored.item.observed.limit});
        ends.push_back(end);
      }
    }
  }
  if (reaching_.reach == ItemReach::kNamed || reaching_.reach == ItemReach::kDue) AddNamed();
}

void ItemIndex::AddNamed() {
  bool any = false;
  for (uint32_t source = 0; source < sources_.size(); ++source) {
    if (sources_[source] == nullptr) continue;
    const StoredItems& items = sources_[source]->items;
    for (uint32_t i = 0; i < items.size(); ++i) {
      const absl::string_view name = NameOf(items[i].item);
      if (!name.empty()) named_[name].push_back({source, i});
      if (std::holds_alternative<DependencyEvent>(items[i].item.body)) {
        delays_.push_back({source, i});
      }
      const Instant at = items[i].item.observed.first;
      over_ =
          any ? Interval{std::min(over_.first, at), std::max(over_.limit, at)} : Interval{at, at};
      any = true;
    }
  }
  if (reaching_.reach != ItemReach::kDue || !any) return;
  if (reaching_.tickets) {
    AddDueOfTickets();
  } else {
    AddDueAsStated();
  }
  SealDue();
}

// Open time before `at`, as far as there are items: later instants only make windows seem nearer.
int64_t ItemIndex::PlaceOf(Instant at) const {
  if (!hours_) return at.micros;
  return at <= over_.first ? 0 : hours_->Within({over_.first, std::min(at, over_.limit)}).micros;
}

void ItemIndex::AddDueOfTickets() {
  hours_.emplace(*reaching_.tickets->calendar, over_);
  for (const auto& [name, places] : named_) {
    Instant first = Instant::Max(), last = Instant::Min();
    for (const Place& place : places) {
      const Instant at = sources_[place.source]->items[place.item].item.observed.first;
      first = std::min(first, at);
      last = std::max(last, at);
    }
    const Wide paused = PlaceOf(last) - PlaceOf(first);
    const Wide until = Wide{PlaceOf(last)} + paused + reaching_.tickets->longest.micros;
    const Wide most = Instant::Max().micros;
    due_.push_back({first, static_cast<int64_t>(std::min(until, most)), name});
  }
}

void ItemIndex::AddDueAsStated() {
  for (const auto& [name, places] : named_) {
    for (const Place& place : places) {
      const Item& item = sources_[place.source]->items[place.item].item;
      const auto* event = std::get_if<DeliverableEvent>(&item.body);
      if (event == nullptr || !event->due) continue;
      const bool may_move = reaching_.delayed.count(std::string(name)) > 0;
      (may_move ? delayed_ : due_).push_back({*event->due, event->due->micros, name});
    }
  }
}

void ItemIndex::SealDue() {
  for (std::vector<Due>* each : {&due_, &delayed_}) {
    std::sort(each->begin(), each->end(), [](const Due& a, const Due& b) {
      return std::tie(a.first, a.last, a.name) < std::tie(b.first, b.last, b.name);
    });
  }
  int64_t until = std::numeric_limits<int64_t>::min();
  due_until_.reserve(due_.size());
  for (const Due& due : due_) {
    until = std::max(until, due.last);
    due_until_.push_back(until);
  }
}

void ItemIndex::AddDueNames(const Around& around, Names& names) const {
  const Interval& window = around.window;
  // Beyond what is known a pause may go on for as long as it likes.
  const bool everything = reaching_.tickets.has_value() && window.limit > around.known;
  const Wide excluded = reaching_.tickets ? around.excluded.micros : 0;
  const Wide least = Wide{PlaceOf(window.first)} - excluded;
  const auto begins_before = [](const Due& due, Instant at) { return due.first < at; };
  const auto limit = std::lower_bound(due_.begin(), due_.end(), window.limit, begins_before);
  for (auto i = static_cast<size_t>(limit - due_.begin()); i > 0; --i) {
    if (!everything && due_until_[i - 1] < least) break;
    if (everything || due_[i - 1].last >= least) names.insert(due_[i - 1].name);
  }
  for (const Due& due : delayed_) {
    if (due.first >= window.limit) break;
    names.insert(due.name);
  }
}

std::vector<std::vector<const StoredItem*>> ItemIndex::NearByName(const Around& around) const {
  Names names;
  std::vector<Place> places = delays_;
  for (uint32_t source = 0; source < sources_.size(); ++source) {
    if (sources_[source] == nullptr) continue;
    const StoredItems& items = sources_[source]->items;
    const auto [first, limit] = Inside(items, around.window);
    for (auto stored = first; stored != limit; ++stored) {
      const absl::string_view name = NameOf(stored->item);
      if (name.empty()) {
        places.push_back({source, static_cast<uint32_t>(stored - items.begin())});
      } else {
        names.insert(name);
      }
    }
  }
  AddDueNames(around, names);
  for (const absl::string_view name : names) {
    const std::vector<Place>& all = named_.at(name);
    places.insert(places.end(), all.begin(), all.end());
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::vector<std::vector<const StoredItem*>> near(sources_.size());
  for (const Place& place : places) {
    near[place.source].push_back(&sources_[place.source]->items[place.item]);
  }
  return near;
}

// One stretch of each source: from the first item that may reach so far, with all that begin
// together with it, since one of them may be a version of another.
std::vector<std::vector<const StoredItem*>> ItemIndex::NearInTime(const Around& around) const {
  Wide distance = reaching_.near.distance.micros;
  if (reaching_.near.beside_excluded) distance += around.excluded.micros;
  const auto moved = [](Instant at, Wide by) {
    const Wide least = Instant::Min().micros, most = Instant::Max().micros;
    return Instant{static_cast<int64_t>(std::clamp(Wide{at.micros} + by, least, most))};
  };
  const Instant from = moved(around.window.first, -distance);
  const Instant to = moved(around.window.limit, distance);
  std::vector<std::vector<const StoredItem*>> near(sources_.size());
  for (size_t source = 0; source < sources_.size(); ++source) {
    if (sources_[source] == nullptr) continue;
    const StoredItems& items = sources_[source]->items;
    const std::vector<Instant>& ends = ends_[source];
    auto begin =
        static_cast<size_t>(std::lower_bound(ends.begin(), ends.end(), from) - ends.begin());
    while (begin > 0 && begin < items.size() &&
           items[begin - 1].item.observed.first == items[begin].item.observed.first) {
      --begin;
    }
    for (size_t i = begin; i < items.size() && items[i].item.observed.first < to; ++i) {
      near[source].push_back(&items[i]);
    }
  }
  return near;
}

Interval ItemIndex::RowsNear(const Interval& window) const {
  if (reaching_.reach == ItemReach::kAll) return {Instant::Min(), Instant::Max()};
  return {window.first - Days(1), window.limit};
}

std::vector<std::vector<const StoredItem*>> ItemIndex::Near(const Around& around) const {
  const ItemReach reach = reaching_.reach;
  if (reach == ItemReach::kNamed || reach == ItemReach::kDue) return NearByName(around);
  if (reach == ItemReach::kNear) return NearInTime(around);
  std::vector<std::vector<const StoredItem*>> near(sources_.size());
  for (size_t source = 0; source < sources_.size(); ++source) {
    if (sources_[source] == nullptr) continue;
    const StoredItems& items = sources_[source]->items;
    auto [first, limit] = std::pair(items.begin(), items.end());
    if (reach == ItemReach::kWindow) std::tie(first, limit) = Inside(items, around.window);
    near[source].reserve(static_cast<size_t>(limit - first));
    for (auto stored = first; stored != limit; ++stored) near[source].push_back(&*stored);
  }
  return near;
}

}  // namespace tally::replay
