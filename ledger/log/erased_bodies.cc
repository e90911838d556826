#include "ledger/log/erased_bodies.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/chain/partial_run.h"
#include "schema/event.h"
#include "schema/run.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// The leaves of a run that `named` leaves alone.
KeepsLeaf Keeps(std::span<const uint32_t> rows_of_sources, const ErasedRows& named) {
  std::vector<uint32_t> bases;
  uint32_t base = 0;
  for (const uint32_t rows : rows_of_sources) {
    bases.push_back(base);
    base += rows;
  }
  const std::vector<uint32_t> rows(rows_of_sources.begin(), rows_of_sources.end());
  return [bases, rows, named](uint32_t source_index, uint32_t number) {
    const uint64_t first = bases[source_index] + uint64_t{number} * kRunLeafRows;
    const uint64_t limit = std::min<uint64_t>(first + kRunLeafRows,
                                              uint64_t{bases[source_index]} + rows[source_index]);
    return !named.Touches(first, limit);
  };
}

absl::StatusOr<Bytes> RestOf(const StoredSegment& segment, uint32_t event,
                             const ErasedRows& named) {
  TALLY_ASSIGN_OR_RETURN(const EventHeader header, DecodeHeader(segment.spine.header(event)));
  const bool before = segment.bodies.erased(event);
  if (header.kind != BodyKind::kMeasurementRun) {
    if (named.whole()) return Bytes();
    return absl::DataLossError("an erasure names rows of what is no run");
  }
  PartialRun rest;
  if (before) {
    TALLY_ASSIGN_OR_RETURN(const PartialRun left, DecodePartialRun(segment.bodies.rest(event)));
    TALLY_ASSIGN_OR_RETURN(rest, RestOfRun(left, Keeps(RowsOfSources(left), named)));
  } else {
    TALLY_ASSIGN_OR_RETURN(const RunView run, RunView::Open(segment.bodies.body(event)));
    TALLY_ASSIGN_OR_RETURN(
        rest, RestOfRun(segment.bodies.salt(event), run, Keeps(RowsOfSources(run), named)));
  }
  // What is left must carry every proof alone: the columns are gone for good.
  TALLY_RETURN_IF_ERROR(CheckPartialRun(header, rest));
  return EncodePartialRun(rest);
}

}  // namespace

absl::StatusOr<Bytes> BodiesWithout(const StoredSegment& segment,
                                    const std::map<uint32_t, ErasedRows>& events) {
  const SpineView& spine = segment.spine;
  if (!events.empty() && events.rbegin()->first >= spine.events()) {
    return absl::InvalidArgumentError(
        absl::StrCat("segment ", spine.first_index(), " has no event ", events.rbegin()->first));
  }
  SegmentBuilder without(spine.first_index(), spine.recorded_ms());
  for (uint32_t i = 0; i < spine.records(); ++i) {
    without.AddRecord(spine.record(i), spine.evidence(i));
    const auto [first, limit] = spine.EventsOf(i);
    for (uint32_t j = first; j < limit; ++j) {
      const auto named = events.find(j);
      if (named != events.end()) {
        const absl::StatusOr<Bytes> rest = RestOf(segment, j, named->second);
        if (!rest.ok()) return absl::DataLossError(rest.status().message());
        without.AddErasedEvent(spine.header(j), *rest);
      } else if (segment.bodies.erased(j)) {
        without.AddErasedEvent(spine.header(j), segment.bodies.rest(j));
      } else {
        without.AddEvent(spine.header(j), segment.bodies.salt(j), segment.bodies.body(j));
      }
    }
  }
  return without.EncodeBodies();
}

}  // namespace tally::ledger
