// What of a pack's members a rule of order may look up (recorded_events.h).
#pragma once

#include <vector>

#include "ledger/log/recorded_events.h"
#include "ledger/pack/pack_form.h"

namespace tally::ledger {

class PackEvents final : public RecordedEvents {
 public:
  // `members` outlives it and ascends by index.
  explicit PackEvents(const std::vector<PackMember>& members) : members_(members) {}
  absl::StatusOr<RecordedEvent> At(const EventAddress& address) const override;

 private:
  const std::vector<PackMember>& members_;
};

}  // namespace tally::ledger
