#include "replay/terms/slices.h"

#include <algorithm>

#include "replay/terms/civil.h"
#include "replay/terms/population.h"
#include "schema/status.h"

namespace tally::replay {

void RequestSum::Add(const RequestCounts& counts, const Choices& choices) {
  total += counts.valid;
  good += counts.good;
  if (choices.Is("invalid requests", "not good")) total += counts.invalid;
  if (choices.Is("retries", "not good")) total += counts.retries;
}

SliceGrid::SliceGrid(Duration length, bool on_clock, const Interval& window)
    : length_(length),
      origin_(on_clock ? Instant{} : window.first),
      limit_(on_clock ? Instant::Max() : window.limit) {
  TALLY_CHECK(length.micros > 0);
}

int64_t SliceGrid::IndexOf(Instant at) const {
  return FloorDivide((at - origin_).micros, length_.micros);
}

Instant SliceGrid::StartOf(int64_t index) const {
  return origin_ + Duration{index * length_.micros};
}

Instant SliceGrid::EndOf(int64_t index) const { return std::min(StartOf(index) + length_, limit_); }

int64_t SliceGrid::StartsIn(const Interval& range) const {
  if (range.empty()) return 0;
  // Starts before an instant: the slice that holds the microsecond before it, and all earlier.
  const Instant first = range.first - Duration{1};
  const Instant last = range.limit - Duration{1};
  return IndexOf(last) - IndexOf(first);
}

absl::StatusOr<SliceSet> SlicesOf(const CountQuestion& question, absl::string_view length) {
  const Choices& choices = question.objective->counted->choices;
  const Interval& window = question.window.interval;
  const SliceGrid grid(choices.Length(length), choices.Is("alignment", "clock"), window);
  SliceSet set;
  for (const Item& item : ItemsNear(question, choices.Length(length))) {
    const RequestCounts* counts = std::get_if<RequestCounts>(&item.body);
    if (counts == nullptr) continue;
    const Instant at = InstantOf(item.observed, choices);
    if (IsInAny(question.exclusions, at)) continue;
    const int64_t index = grid.IndexOf(at);
    if (!Counts(question, grid.StartOf(index)) || at >= grid.EndOf(index)) continue;
    Slice& slice = set.filled[index];
    slice.requests.Add(*counts, choices);
    slice.causes.push_back(item.cause);
  }
  const Wide minimum = choices.Count("minimum requests");
  TALLY_CHECK(minimum >= 1);  // a slice without any request has no ratio
  std::erase_if(set.filled,
                [minimum](const auto& each) { return each.second.requests.total < minimum; });
  // Of the last slices, some are not over at K: the first is the one that holds K's instant.
  const Instant known = question.knowledge.instant;
  Interval rest{window.limit, window.limit};
  if (known < window.first) {
    rest.first = window.first;
  } else if (known < Instant::Max() && grid.EndOf(grid.IndexOf(known)) > known) {
    rest.first = std::clamp(grid.StartOf(grid.IndexOf(known)), window.first, window.limit);
  }
  const int64_t all = grid.StartsIn(window);
  int64_t excluded_rest = 0;
  for (const Interval& excluded : question.exclusions) {
    set.excluded += grid.StartsIn(Intersection(excluded, window));
    excluded_rest += grid.StartsIn(Intersection(excluded, rest));
  }
  const int64_t filled_rest =
      std::count_if(set.filled.begin(), set.filled.end(),
                    [&](const auto& each) { return rest.Contains(grid.StartOf(each.first)); });
  set.remaining = grid.StartsIn(rest) - excluded_rest - filled_rest;
  set.empty = all - set.excluded - set.remaining - static_cast<int64_t>(set.filled.size());
  TALLY_CHECK(set.empty >= 0 && set.remaining >= 0);
  return set;
}

}  // namespace tally::replay
