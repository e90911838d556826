#include "ledger/pack/pack_events.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "schema/status.h"

namespace tally::ledger {

absl::StatusOr<RecordedEvent> PackEvents::At(const EventAddress& address) const {
  const auto member = std::ranges::lower_bound(members_, address.index, {}, &PackMember::index);
  const bool there =
      member != members_.end() && member->index == address.index && address.offset < member->count;
  if (!there) return absl::NotFoundError(absl::StrCat(address.ToText(), " is not in the pack"));
  const PackEvent found = EventsOf(*member)[address.offset];
  TALLY_ASSIGN_OR_RETURN(const Record record, DecodeRecord(member->record));
  RecordedEvent event;
  event.stream = record.stream;
  TALLY_ASSIGN_OR_RETURN(event.header, DecodeHeader(found.header));
  event.digest = EventDigest(found.header);
  event.body.assign(found.body.begin(), found.body.end());
  event.rest.assign(found.partial.begin(), found.partial.end());
  return event;
}

}  // namespace tally::ledger
