// The audit over an open store, whatever holds it: what Audit of ledger/ledger.h does once the
// files are open. Tests give it stores that were tampered with.
#pragma once

#include "absl/status/statusor.h"
#include "ledger/chain/note.h"
#include "ledger/ledger.h"
#include "ledger/store/store.h"

namespace tally::ledger {

// `head`: the head outside the store, or why it could not be read (which is a finding).
AuditReport AuditStore(const Store& store, const absl::StatusOr<HeadSlot>& head, int threads);

}  // namespace tally::ledger
