// Carrying out what recorded erasures say: the bodies are written over, and then no file of the
// store holds them any more.
//
// A crash leaves the erasure recorded and the body there, or the body gone from the newest version
// of its segment and still in older files, or all done. Row 'V' tells how far the last of these
// came: it is written after the files are clean, so whatever lies at or above it is done again.
#pragma once

#include "absl/status/statusor.h"
#include "ledger/log/erased_rows.h"
#include "ledger/log/verified.h"
#include "ledger/store/store.h"

namespace tally::ledger {

// Every event that an erasure in this store names, whether it is carried out or not, as the rows of
// the store say: of one whose record says no such thing the whole is taken to be named, for an
// audit finds the row.
absl::StatusOr<ErasedByEvent> ErasedEvents(const Store& store);

// True if an erasure recorded below `size` is not known to be carried out.
absl::StatusOr<bool> HasErasuresToCarryOut(const Store& store, uint64_t size);
// Carries out what erasures recorded below `size` say. Beside no other writer. `failpoint` is
// reached at "erase.before-write", "erase.after-write" and "erase.after-purge".
absl::Status CarryOutErasures(Store& store, uint64_t size, const Failpoint& failpoint);

}  // namespace tally::ledger
