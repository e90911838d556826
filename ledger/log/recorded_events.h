// What a rule of order may look up among the records in front of it: single events by their place.
// Only erasures ask, so nobody keeps an index for it; the writer and the audit read the store, a
// verifier of packs what the pack shows.
#pragma once

#include "absl/status/statusor.h"
#include "ledger/log/verified.h"
#include "schema/bytes.h"
#include "schema/event.h"

namespace tally::ledger {

struct RecordedEvent {
  uint64_t stream = 0;  // index of its opening
  EventHeader header;
  Hash digest;
  Bytes body;       // empty where it is erased or not shown
  Bytes rest = {};  // of a run that is not there as a whole (partial_run.h)
};

class RecordedEvents {
 public:
  virtual ~RecordedEvents() = default;
  // NotFound: no such event, or it is not among what is shown.
  virtual absl::StatusOr<RecordedEvent> At(const EventAddress& address) const = 0;
};

}  // namespace tally::ledger
