#include "replay/projection/rest_of_run.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "schema/status.h"

namespace tally::replay {
namespace {

using KeptRow = ledger::PartialRun::Row;

// Leaves side by side.
struct KeptRows {
  uint32_t first = 0;  // row of the source
  std::vector<KeptRow> rows;
  uint32_t limit() const { return first + static_cast<uint32_t>(rows.size()); }
};

std::vector<KeptRows> JoinLeaves(const ledger::PartialRun::Source& source) {
  std::vector<KeptRows> joined;
  for (const ledger::PartialRun::Leaf& leaf : source.leaves) {
    const uint32_t first = leaf.number * kRunLeafRows;
    if (joined.empty() || joined.back().limit() != first) joined.push_back({first, {}});
    std::vector<KeptRow>& rows = joined.back().rows;
    rows.insert(rows.end(), leaf.rows.begin(), leaf.rows.end());
  }
  return joined;
}

// The length of each kept row, if all are equally long, follow each other, and leave out as much
// time as rows; nullopt: they do not.
std::optional<Duration> StepOfKept(const std::vector<KeptRows>& kept) {
  const KeptRow& first = kept.front().rows.front();
  const Duration step = first.until - first.from;
  if (step.micros <= 0) return std::nullopt;
  const int64_t base = first.from.micros;
  for (const KeptRows& part : kept) {
    for (size_t i = 0; i < part.rows.size(); ++i) {
      const int64_t place = static_cast<int64_t>(part.first + i) - kept.front().first;
      const Wide from = Wide{base} + Wide{place} * step.micros;
      if (Wide{part.rows[i].from.micros} != from) return std::nullopt;
      if (part.rows[i].until - part.rows[i].from != step) return std::nullopt;
    }
  }
  return step;
}

// The times in which rows are gone, each up to the next kept row.
std::vector<Interval> GoneTimes(const std::vector<KeptRows>& kept, uint32_t rows,
                                const Interval& observed) {
  const std::optional<Duration> step = StepOfKept(kept);
  std::vector<Interval> gone;
  Instant from = observed.first;
  uint32_t next = 0;
  for (const KeptRows& part : kept) {
    if (part.first > next) gone.push_back({from, part.rows.front().from});
    from = step.has_value() ? part.rows.back().until : part.rows.back().from;
    next = part.limit();
  }
  // A row may be an instant, which an interval that ends with it would not hold.
  if (next < rows) gone.push_back({from, observed.limit + Duration{1}});
  return gone;
}

absl::StatusOr<RunPart> PartOf(const KeptRows& part, uint32_t number, bool values,
                               const Provenance& provenance) {
  const std::optional<Duration> step = StepOfKept({part});
  Run run;
  run.step = step.value_or(Duration{0});
  run.sources.push_back({number, 0, static_cast<uint32_t>(part.rows.size()),
                         step.has_value() ? part.rows.front().from : Instant{}});
  run.states.resize((part.rows.size() + 3) / 4);
  for (size_t i = 0; i < part.rows.size(); ++i) {
    const KeptRow& row = part.rows[i];
    const uint32_t bits = (static_cast<uint32_t>(row.state) - 1) << (i % 4 * 2);
    run.states[i / 4] = static_cast<uint8_t>(run.states[i / 4] | bits);
    if (!step.has_value()) {
      run.from.push_back(row.from.micros);
      run.until.push_back(row.until.micros);
    }
    if (values) run.values.push_back(row.value);
  }
  auto stored = std::make_shared<StoredRun>();
  stored->body = Encode(run);
  const absl::StatusOr<RunView> view = RunView::Open(stored->body);
  if (!view.ok()) return absl::DataLossError(view.status().message());
  stored->view = *view;
  stored->provenance = provenance;
  return RunPart{.run = std::move(stored),
                 .source_index = 0,
                 .first = part.rows.front().from,
                 .last = part.rows.back().from};
}

}  // namespace

absl::StatusOr<RestOfSource> ReadRestOfSource(const ledger::PartialRun::Source& source,
                                              const Interval& observed, bool values,
                                              const Provenance& provenance) {
  RestOfSource rest;
  const std::vector<KeptRows> kept = JoinLeaves(source);
  if (kept.empty()) {
    rest.erased.push_back({observed.first, observed.limit + Duration{1}});
    return rest;
  }
  for (const KeptRows& part : kept) {
    TALLY_ASSIGN_OR_RETURN(RunPart run, PartOf(part, source.source, values, provenance));
    rest.kept.push_back(std::move(run));
  }
  rest.erased = GoneTimes(kept, source.rows, observed);
  return rest;
}

}  // namespace tally::replay
