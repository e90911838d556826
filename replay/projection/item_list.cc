// Choosing items: first the standing of each, then versions, then order.
#include "replay/projection/item_list.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace tally::replay {
namespace {

// Whether a later one with the same first instant is a new version of the same thing.
bool IsMeasurement(const Item& item) {
  return std::holds_alternative<SampleValue>(item.body) ||
         std::holds_alternative<RequestCounts>(item.body) ||
         std::holds_alternative<LatencyHistogram>(item.body) ||
         std::holds_alternative<CallCounts>(item.body);
}

bool IsVersionOf(const Item& later, const Item& earlier) {
  if (later.source != earlier.source || later.observed.first != earlier.observed.first)
    return false;
  if (later.body.index() != earlier.body.index() || !IsMeasurement(earlier)) return false;
  const auto* calls = std::get_if<CallCounts>(&earlier.body);
  return calls == nullptr || calls->queue == std::get<CallCounts>(later.body).queue;
}

class Selection {
 public:
  Selection(const EvidenceScope& scope, const ItemIndex& index, const Interval& window,
            EvidenceUse& use)
      : scope_(scope), window_(window), rows_(index.RowsNear(window)), use_(use) {}

  void Add(const SourceEvidence& evidence, const std::vector<const StoredItem*>& items,
           uint32_t source) {
    // Corrections that count say which events do not.
    std::set<Hash> replaced;
    for (const StoredItem* each : items) {
      const StoredItem& stored = *each;
      if (!stored.replaces.IsZero() && Counts(StandingOf(stored.provenance, scope_))) {
        replaced.insert(stored.replaces);
      }
    }
    for (const StoredItem* each : items) {
      const StoredItem& stored = *each;
      if (!Stands(stored.provenance, stored.item.observed)) continue;
      if (stored.withdraws || replaced.count(stored.provenance.digest) > 0) continue;
      if (stored.erased) {
        if (window_.Contains(stored.item.observed.first)) use_.erased = stored.provenance.address;
        continue;
      }
      NoteUse(evidence.feed, stored.provenance, stored.item.observed);
      items_.push_back(stored.item);
      items_.back().source = source;
      items_.back().recorded = stored.provenance.recorded;
    }
    for (const RunPart& part : evidence.runs) AddRun(evidence, part, source);
    for (const ErasedRun& run : evidence.erased_runs) {
      bool touches = !Intersection(run.observed, window_).empty();
      if (touches && Counts(StandingOf(run.provenance, scope_))) {
        use_.erased = run.provenance.address;
      }
    }
  }

  std::vector<Item> Finish() && {
    std::stable_sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
      return std::tie(a.observed.first, a.source, a.cause) <
             std::tie(b.observed.first, b.source, b.cause);
    });
    std::vector<Item> kept;
    for (Item& item : items_) {
      // Other measurements of the same instant, of other queues say, may lie between the two.
      for (auto earlier = kept.end(); earlier != kept.begin();) {
        --earlier;
        if (earlier->observed.first != item.observed.first) break;
        if (!IsVersionOf(item, *earlier)) continue;
        kept.erase(earlier);
        break;
      }
      kept.push_back(std::move(item));
    }
    return kept;
  }

 private:
  bool Stands(const Provenance& provenance, const Interval& observed) {
    const EvidenceStanding standing = StandingOf(provenance, scope_);
    const bool inside = window_.Contains(observed.first);
    if (standing == EvidenceStanding::kLate && inside) {
      ++use_.late;
      use_.first_late = std::min(use_.first_late.value_or(provenance.address), provenance.address);
    }
    if (standing == EvidenceStanding::kCountsAsClaimed && inside) {
      ++use_.as_claimed;
      use_.first_as_claimed =
          std::min(use_.first_as_claimed.value_or(provenance.address), provenance.address);
    }
    return Counts(standing);
  }

  void NoteUse(const std::string& feed, const Provenance& provenance, const Interval& observed) {
    if (!window_.Contains(observed.first)) return;
    use_.used[feed].push_back({provenance.address, provenance.digest});
  }

  void AddRun(const SourceEvidence& evidence, const RunPart& part, uint32_t source) {
    const Interval spans{part.first, part.last + Duration{1}};
    if (part.first >= rows_.limit || part.last < rows_.first) return;
    const Provenance& provenance = part.run->provenance;
    const Interval inside = Intersection(spans, window_);
    if (!Stands(provenance, inside.empty() ? spans : inside)) return;
    const RunView& view = part.run->view;
    const uint32_t first_row = view.FirstRow(part.source_index);
    bool used = false;
    for (uint32_t i = 0; i < view.sources()[part.source_index].rows; ++i) {
      Item item;
      item.observed = {view.FromOf(part.source_index, i), view.UntilOf(part.source_index, i)};
      if (!rows_.Contains(item.observed.first)) continue;
      SampleValue sample{.state = view.StateOf(first_row + i), .value = {}, .took = {}};
      if (view.has_values()) {
        const int64_t value = view.ValueOf(first_row + i);
        sample.value = Decimal{value, evidence.scale};
        sample.took = TookOf(value, evidence.unit, evidence.scale);
      }
      item.body = sample;
      item.reported = provenance.reported;
      item.recorded = provenance.recorded;
      item.actor = ActorKind::kMonitor;
      item.source = source;
      item.cause = {provenance.address.index, provenance.address.offset};
      used = used || window_.Contains(item.observed.first);
      items_.push_back(std::move(item));
    }
    if (used) use_.used[evidence.feed].push_back({provenance.address, provenance.digest});
  }

  const EvidenceScope& scope_;
  const Interval window_;
  const Interval rows_;  // of runs
  EvidenceUse& use_;
  std::vector<Item> items_;
};

}  // namespace

std::vector<Item> SelectItems(const ItemIndex& index, const EvidenceScope& scope,
                              const ItemIndex::Around& around, EvidenceUse& use) {
  Selection selection(scope, index, around.window, use);
  const std::vector<std::vector<const StoredItem*>> near = index.Near(around);
  for (uint32_t i = 0; i < near.size(); ++i) {
    if (index.sources()[i] != nullptr) selection.Add(*index.sources()[i], near[i], i);
  }
  return std::move(selection).Finish();
}

std::vector<Item> SelectItems(const std::vector<const SourceEvidence*>& sources,
                              const EvidenceScope& scope, const Interval& window,
                              EvidenceUse& use) {
  return SelectItems(ItemIndex(sources, ItemReach::kAll), scope, ItemIndex::Around{window}, use);
}

}  // namespace tally::replay
