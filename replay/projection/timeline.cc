// How evidence finds its way into a meter.
//
// Why it is right to begin in the middle: the meter needs what it reads and the last observation
// before that. Walking back from the first item inside, the walk may stop as soon as it has met an
// item that counts and no earlier item reaches behind that item's first instant (`reach_`).
#include "replay/projection/timeline.h"

#include <algorithm>
#include <tuple>

#include "schema/status.h"

namespace tally::replay {

EvidenceStanding StandingOf(const Provenance& provenance, const EvidenceScope& scope) {
  if (scope.reported_by.has_value() && provenance.reported > *scope.reported_by) {
    return EvidenceStanding::kNotYetReported;
  }
  if (provenance.address.index >= scope.size) return EvidenceStanding::kLate;
  if (provenance.recorded < scope.cutoff || scope.late_counts) return EvidenceStanding::kCounts;
  // Imported history is timely by the time its author reported it, and marked (rule 30).
  return provenance.reported < scope.cutoff ? EvidenceStanding::kCountsAsClaimed
                                            : EvidenceStanding::kLate;
}

void EvidenceUse::Sort() {
  for (auto& [feed, events] : used) {
    std::sort(events.begin(), events.end());
    events.erase(std::unique(events.begin(), events.end()), events.end());
  }
}

const Provenance& Timeline::Item::provenance() const {
  return report != nullptr ? report->provenance : part->run->provenance;
}

void Timeline::Add(const SourceEvidence& evidence) {
  sources_.push_back(&evidence);
  uint32_t rank = ranks_++;
  for (const Report& report : evidence.reports) {
    items_.push_back({.first = report.observation.from,
                      .last = report.observation.from,
                      .rank = rank,
                      .report = &report,
                      .part = nullptr,
                      .feed = &evidence.feed});
  }
  for (const RunPart& part : evidence.runs) {
    items_.push_back({.first = part.first,
                      .last = part.last,
                      .rank = rank,
                      .report = nullptr,
                      .part = &part,
                      .feed = &evidence.feed});
  }
}

void Timeline::Seal() {
  std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
    return std::tie(a.first, a.rank, a.provenance().address) <
           std::tie(b.first, b.rank, b.provenance().address);
  });
  // What a withdrawal takes back are the versions before it that begin with it.
  for (size_t i = 1; i < items_.size(); ++i) {
    if (items_[i].report == nullptr || !items_[i].report->withdraws) continue;
    for (size_t j = i; j > 0 && items_[j - 1].first == items_[i].first; --j) {
      if (items_[j - 1].rank == items_[i].rank) items_[j - 1].withdrawn = items_[i].report;
    }
  }
  Instant reach = Instant::Min();
  for (const Item& item : items_) {
    reach = std::max(reach, item.last);
    reach_.push_back(reach);
  }
}

bool Timeline::IsTakenBack(const Item& item, const EvidenceScope& scope) {
  if (item.report != nullptr && item.report->withdraws) return true;
  return item.withdrawn != nullptr && Counts(StandingOf(item.withdrawn->provenance, scope));
}

Timeline::Items Timeline::Select(const EvidenceScope& scope, const Interval& reads,
                                 EvidenceUse& use) const {
  auto inside = std::lower_bound(items_.begin(), items_.end(), reads.first,
                                 [](const Item& item, Instant at) { return item.first < at; });
  Items items;
  std::optional<Instant> held;  // the first instant of the newest item that counts before `reads`
  for (size_t i = static_cast<size_t>(inside - items_.begin()); i > 0; --i) {
    if (held.has_value() && reach_[i - 1] < *held) break;
    const Item& item = items_[i - 1];
    EvidenceStanding standing = StandingOf(item.provenance(), scope);
    if (!Counts(standing) || IsTakenBack(item, scope)) continue;
    items.push_back(&item);
    if (!held.has_value() || item.first > *held) held = item.first;
  }
  std::reverse(items.begin(), items.end());
  for (auto item = inside; item != items_.end() && item->first < reads.limit; ++item) {
    EvidenceStanding standing = StandingOf(item->provenance(), scope);
    if (standing == EvidenceStanding::kLate) {
      if (use.late++ == 0) use.first_late = item->provenance().address;
      use.first_late = std::min(*use.first_late, item->provenance().address);
    } else if (standing != EvidenceStanding::kNotYetReported && !IsTakenBack(*item, scope)) {
      items.push_back(&*item);
    }
    if (standing == EvidenceStanding::kCountsAsClaimed) {
      if (use.as_claimed++ == 0) use.first_as_claimed = item->provenance().address;
      use.first_as_claimed = std::min(*use.first_as_claimed, item->provenance().address);
    }
  }
  // A report holds to the next one, wherever that is: only a last one holds to the watermark, and
  // whether it is the last must not hang on where the window ends.
  const auto next = std::find_if(
      std::lower_bound(inside, items_.end(), reads.limit,
                       [](const Item& item, Instant at) { return item.first < at; }),
      items_.end(), [&scope](const Item& item) {
        return Counts(StandingOf(item.provenance(), scope)) && !IsTakenBack(item, scope);
      });
  if (next != items_.end()) items.push_back(&*next);
  return items;
}

absl::Status Timeline::FeedCluster(const Item* const* begin, const Item* const* end,
                                   AvailabilityMeter& meter) {
  if (end - begin == 1 && (*begin)->part != nullptr) {
    const RunPart& part = *(*begin)->part;
    const ledger::EventAddress& address = part.run->provenance.address;
    return meter.Add(part.run->view, part.source_index, {address.index, address.offset});
  }
  struct Row {
    Observation observation;
    uint32_t rank;
  };
  std::vector<Row> rows;
  for (const Item* const* each = begin; each != end; ++each) {
    const Item& item = **each;
    if (item.report != nullptr) {
      rows.push_back({item.report->observation, item.rank});
      continue;
    }
    const RunView& view = item.part->run->view;
    const ledger::EventAddress& address = item.part->run->provenance.address;
    uint32_t source = item.part->source_index;
    uint32_t first_row = view.FirstRow(source);
    for (uint32_t i = 0; i < view.sources()[source].rows; ++i) {
      Observation observation;
      observation.from = view.FromOf(source, i);
      observation.until = view.UntilOf(source, i);
      observation.state = view.StateOf(first_row + i);
      observation.cause = {address.index, address.offset};
      rows.push_back({observation, item.rank});
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.observation.from, a.rank, a.observation.cause) <
           std::tie(b.observation.from, b.rank, b.observation.cause);
  });
  for (const Row& row : rows) TALLY_RETURN_IF_ERROR(meter.Add(row.observation));
  return absl::OkStatus();
}

void Timeline::NoteUse(const Items& items, const Interval& window, const Knowledge& knowledge,
                       EvidenceUse& use) {
  // The state carried into the window comes from the newest item that begins before it, or from a
  // run that reaches into it; what lies behind that is fed for safety and not used.
  std::optional<Instant> carried;
  for (const Item* item : items) {
    if (item->first < window.first) carried = std::max(carried.value_or(item->last), item->last);
  }
  for (const Item* item : items) {
    // What comes after the window says only that the last state held until its end, which the
    // watermark says, too, where it reaches so far.
    const bool after = item->first >= window.limit;
    if (after && (knowledge.watermark >= window.limit || item != items.back())) continue;
    if (!after && carried.has_value() && item->last < *carried && item->last < window.first)
      continue;
    use.used[*item->feed].push_back({item->provenance().address, item->provenance().digest});
  }
}

void Timeline::NoteErased(const EvidenceScope& scope, const Items& items, const Interval& window,
                          EvidenceUse& use) const {
  const Item* carried = nullptr;
  for (size_t i = 0; i < items.size(); ++i) {
    const Item* item = items[i];
    if (item->first >= window.limit) break;
    bool superseded = i + 1 < items.size() && items[i + 1]->first == item->first &&
                      items[i + 1]->report != nullptr;
    if (superseded) continue;
    if (item->first < window.first) {
      carried = item;
    } else if (item->report != nullptr && item->report->erased && !use.erased.has_value()) {
      use.erased = item->provenance().address;
    }
  }
  // Before the window only the state that is carried in matters, and not if another one begins it.
  bool replaced = carried != nullptr &&
                  std::any_of(items.begin(), items.end(),
                              [&](const Item* item) { return item->first == window.first; });
  if (carried != nullptr && !replaced && carried->report != nullptr && carried->report->erased) {
    use.erased = carried->provenance().address;
  }
  for (const SourceEvidence* source : sources_) {
    for (const ErasedRun& run : source->erased_runs) {
      bool touches = run.observed.first < window.limit && window.first < run.observed.limit;
      EvidenceStanding standing = StandingOf(run.provenance, scope);
      if (touches && Counts(standing)) use.erased = run.provenance.address;
    }
  }
}

absl::Status Timeline::Feed(const EvidenceScope& scope, const Interval& window,
                            AvailabilityMeter& meter, EvidenceUse& use) const {
  TALLY_CHECK(reach_.size() == items_.size());
  Items items = Select(scope, meter.reads(), use);
  for (size_t begin = 0; begin < items.size() && !meter.Done();) {
    // A cluster: items that touch each other in time, so that their rows interleave.
    Instant last = items[begin]->last;
    size_t end = begin + 1;
    for (; end < items.size() && items[end]->first <= last; ++end) {
      last = std::max(last, items[end]->last);
    }
    TALLY_RETURN_IF_ERROR(FeedCluster(&items[begin], &items[begin] + (end - begin), meter));
    begin = end;
  }
  NoteUse(items, window, meter.knowledge(), use);
  NoteErased(scope, items, window, use);
  return absl::OkStatus();
}

}  // namespace tally::replay
