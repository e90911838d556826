#include "replay/projection/item_index.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

namespace tally::replay {
namespace {

bool IsOneOf(absl::string_view kind, std::initializer_list<absl::string_view> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// Of a ticket and of the lead that it answers the name is the same; "" for anything else.
absl::string_view NameOf(const Item& item) {
  if (const auto* ticket = std::get_if<TicketEvent>(&item.body)) return ticket->ticket;
  if (const auto* lead = std::get_if<LeadEvent>(&item.body)) return lead->lead;
  return "";
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
    return choices.Is("membership", "start") ? ItemReach::kWindow : ItemReach::kAll;
  }
  if (IsOneOf(measure.kind, {"tickets in time", "mean ticket time", "percentile of ticket time",
                             "first contact resolution"})) {
    return choices.Is("window of a ticket", "deadline") ? ItemReach::kAll : ItemReach::kNamed;
  }
  return IsOneOf(measure.kind,
                 {"tickets reopened", "leads decided in time", "leads contacted in time"})
             ? ItemReach::kNamed
             : ItemReach::kAll;
}

ItemIndex::ItemIndex(std::vector<const SourceEvidence*> sources, ItemReach reach)
    : sources_(std::move(sources)), reach_(reach) {
  if (reach_ != ItemReach::kNamed) return;
  for (uint32_t source = 0; source < sources_.size(); ++source) {
    if (sources_[source] == nullptr) continue;
    const StoredItems& items = sources_[source]->items;
    for (uint32_t i = 0; i < items.size(); ++i) {
      const absl::string_view name = NameOf(items[i].item);
      if (!name.empty()) named_[name].push_back({source, i});
    }
  }
}

void ItemIndex::AddNamed(const Interval& window,
                         std::vector<std::vector<const StoredItem*>>& near) const {
  std::set<absl::string_view> names;
  std::vector<Place> places;
  for (uint32_t source = 0; source < sources_.size(); ++source) {
    if (sources_[source] == nullptr) continue;
    const StoredItems& items = sources_[source]->items;
    const auto [first, limit] = Inside(items, window);
    for (auto stored = first; stored != limit; ++stored) {
      const absl::string_view name = NameOf(stored->item);
      if (name.empty()) {
        places.push_back({source, static_cast<uint32_t>(stored - items.begin())});
      } else if (names.insert(name).second) {
        const std::vector<Place>& all = named_.at(name);
        places.insert(places.end(), all.begin(), all.end());
      }
    }
  }
  std::sort(places.begin(), places.end());
  for (const Place& place : places) {
    near[place.source].push_back(&sources_[place.source]->items[place.item]);
  }
}

std::vector<std::vector<const StoredItem*>> ItemIndex::Near(const Interval& window) const {
  std::vector<std::vector<const StoredItem*>> near(sources_.size());
  if (reach_ == ItemReach::kNamed) {
    AddNamed(window, near);
    return near;
  }
  for (size_t source = 0; source < sources_.size(); ++source) {
    if (sources_[source] == nullptr) continue;
    const StoredItems& items = sources_[source]->items;
    auto [first, limit] = std::pair(items.begin(), items.end());
    if (reach_ == ItemReach::kWindow) std::tie(first, limit) = Inside(items, window);
    near[source].reserve(static_cast<size_t>(limit - first));
    for (auto stored = first; stored != limit; ++stored) near[source].push_back(&*stored);
  }
  return near;
}

}  // namespace tally::replay
