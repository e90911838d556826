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

// The same where the body of an event may be withheld (in a pack) or erased: then salt and body are
// empty, the commitment to them stands in the header, and every link is checked as ever. Bodies
// that the rules of order rest on are never withheld. The rows of a run carry links, so in the
// place of a run's body stands what of it is left (partial_run.h), again without a salt.
absl::StatusOr<CheckedBatch> CheckShownForm(const SignedBatch& batch);
// No body has a salt of zeros, so this tells a withheld one from an empty one.
bool IsWithheld(const Event& event);
// True where the body is a partial run and not the run.
bool IsPartialRun(const Event& event, BodyKind kind);
bool MayWithhold(BodyKind kind);

// True for a number that a later version may have given to an event of its own.
bool IsLaterKind(BodyKind kind);

}  // namespace tally::ledger
