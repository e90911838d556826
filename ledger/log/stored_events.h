// Single events of a store by their place (recorded_events.h).
#pragma once

#include "ledger/log/recorded_events.h"
#include "ledger/store/store.h"

namespace tally::ledger {

class StoredEvents final : public RecordedEvents {
 public:
  // `store` outlives it.
  explicit StoredEvents(const Store& store) : store_(store) {}
  absl::StatusOr<RecordedEvent> At(const EventAddress& address) const override;

 private:
  const Store& store_;
};

}  // namespace tally::ledger
