// The form of what is recorded already, by this version or a later one.
//
// Admission creates nothing that this version does not know; an audit reads what later versions
// wrote. Of a kind that is not in the table nobody here can say whether its body is canonical, but
// every hash, link, position and signature holds as for any other, and a changed byte is found.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "ledger/chain/batch.h"

namespace tally::ledger {

// CheckBatchForm, but that kinds which are not in the table pass. Unknown openings do not: what
// they open cannot be told.
absl::StatusOr<CheckedBatch> CheckRecordedForm(const SignedBatch& batch);

// True for a number that a later version may have given to an event of its own.
bool IsLaterKind(BodyKind kind);

}  // namespace tally::ledger
