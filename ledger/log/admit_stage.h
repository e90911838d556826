// The admission of one call's batches by two threads, handed on in the order of the call.
//
// Hashing a batch costs more than linking and writing it, so one thread for it would be the whole
// pipeline's limit. Look-ahead is bounded: memory does not grow with the call.
#pragma once

#include <cstddef>
#include <functional>

#include "absl/status/statusor.h"
#include "ledger/log/admission.h"

namespace tally::ledger {

using MakeOne = std::function<absl::StatusOr<Candidate>(size_t slot)>;
using TakeOne = std::function<void(size_t slot, absl::StatusOr<Candidate> candidate)>;

// Calls `make` once for each slot below `count`, from this thread and, for more than a few, one
// other; `take` gets the results one at a time, ascending. Returns when all were taken.
void AdmitInOrder(size_t count, const MakeOne& make, const TakeOne& take);

}  // namespace tally::ledger
