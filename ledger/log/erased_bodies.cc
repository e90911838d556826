#include "ledger/log/erased_bodies.h"

#include "absl/strings/str_cat.h"
#include "ledger/chain/partial_run.h"
#include "schema/event.h"
#include "schema/run.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::StatusOr<Bytes> RestOf(const StoredSegment& segment, uint32_t event) {
  TALLY_ASSIGN_OR_RETURN(const EventHeader header, DecodeHeader(segment.spine.header(event)));
  if (header.kind != BodyKind::kMeasurementRun) return Bytes();
  TALLY_ASSIGN_OR_RETURN(const RunView run, RunView::Open(segment.bodies.body(event)));
  TALLY_ASSIGN_OR_RETURN(const PartialRun rest,
                         MakePartialRun(segment.bodies.salt(event), run, {}));
  // What is left must carry every proof alone: the columns are gone for good.
  TALLY_RETURN_IF_ERROR(CheckPartialRun(header, rest));
  return EncodePartialRun(rest);
}

}  // namespace

absl::StatusOr<Bytes> BodiesWithout(const StoredSegment& segment,
                                    const std::set<uint32_t>& events) {
  const SpineView& spine = segment.spine;
  if (!events.empty() && *events.rbegin() >= spine.events()) {
    return absl::InvalidArgumentError(
        absl::StrCat("segment ", spine.first_index(), " has no event ", *events.rbegin()));
  }
  SegmentBuilder without(spine.first_index(), spine.recorded_ms());
  for (uint32_t i = 0; i < spine.records(); ++i) {
    without.AddRecord(spine.record(i), spine.evidence(i));
    const auto [first, limit] = spine.EventsOf(i);
    for (uint32_t j = first; j < limit; ++j) {
      if (segment.bodies.erased(j)) {
        without.AddErasedEvent(spine.header(j), segment.bodies.rest(j));
      } else if (events.contains(j)) {
        const absl::StatusOr<Bytes> rest = RestOf(segment, j);
        if (!rest.ok()) return absl::DataLossError(rest.status().message());
        without.AddErasedEvent(spine.header(j), *rest);
      } else {
        without.AddEvent(spine.header(j), segment.bodies.salt(j), segment.bodies.body(j));
      }
    }
  }
  return without.EncodeBodies();
}

}  // namespace tally::ledger
