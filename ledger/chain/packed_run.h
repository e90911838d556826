// The short spelling of a partial run: what a ledger keeps, and a pack shows, of a run that was
// erased by leaves (FORMAT.md "Runs"). The plain one (partial_run.h) spells every row out, which
// is right for a few rows shown alone and a hundred times the body for the rest of a long run.
//
//   packed run   00 00 | sources: count 2, each as follows, in the order of the run's table
//   source       source 4 | previous position 8 | rows 4 | stretches: count 2 | proof: count 2, 32
//   each
//   stretch      first leaf 2 | leaves 2 | times 1 | values 1 | salt_g 16 each leaf | step 8 and
//   from 8 of
//                the first row (times 1), or from 8 and until 8 each row (times 2) | states, packed
//                as in a run's body | value 8 each row (values 1)
//
// A stretch is all leaves between two that are gone. One spelling: times 1 exactly where every row
// lasts as long as the first, more than nothing, and begins where the one before ends; values 1
// exactly where one is not 0; at least one leaf in all, for without any the plain spelling stands.
#pragma once

#include "absl/status/statusor.h"
#include "ledger/chain/partial_run.h"
#include "schema/bytes.h"

namespace tally::ledger {

// True for bytes that begin as a packed run does; a plain one has a source.
bool LooksPacked(ByteView bytes);
// `run.packed` must be set.
Bytes EncodePackedRun(const PartialRun& run);
// InvalidArgument for anything but what EncodePackedRun gives of a run within the limits.
absl::StatusOr<PartialRun> DecodePackedRun(ByteView bytes);

}  // namespace tally::ledger
