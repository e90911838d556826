#include "ledger/log/stored_events.h"

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/record.h"
#include "ledger/log/layout.h"
#include "ledger/log/segment_reader.h"
#include "schema/status.h"

namespace tally::ledger {

absl::StatusOr<RecordedEvent> StoredEvents::At(const EventAddress& address) const {
  const auto none = [&] {
    return absl::NotFoundError(absl::StrCat("there is no event ", address.ToText()));
  };
  // Asked for first: a segment reader calls an index behind the last record damage.
  const Bytes behind = {'S' + 1};
  TALLY_ASSIGN_OR_RETURN(const auto last, store_.Last(layout::Spine(0), behind));
  if (!last.has_value()) return none();
  SegmentReader segments(store_);
  const uint64_t last_first = ByteReader(ByteView(last->key).subspan(1)).U64();
  TALLY_ASSIGN_OR_RETURN(const auto newest, segments.Containing(last_first));
  if (address.index >= newest->spine.limit_index()) return none();
  TALLY_ASSIGN_OR_RETURN(const auto segment, segments.Containing(address.index));
  const SpineView& spine = segment->spine;
  const auto i = static_cast<uint32_t>(address.index - spine.first_index());
  const auto [first, limit] = spine.EventsOf(i);
  if (address.offset >= limit - first) return none();
  const uint32_t j = first + address.offset;
  TALLY_ASSIGN_OR_RETURN(const Record record, DecodeRecord(spine.record(i)));
  RecordedEvent event;
  event.stream = record.stream;
  TALLY_ASSIGN_OR_RETURN(event.header, DecodeHeader(spine.header(j)));
  event.digest = EventDigest(spine.header(j));
  const ByteView body = segment->bodies.body(j);
  event.body.assign(body.begin(), body.end());
  const ByteView rest = segment->bodies.rest(j);
  event.rest.assign(rest.begin(), rest.end());
  return event;
}

}  // namespace tally::ledger
