// Two words of one author on one position: the second is refused, and what convicts him is kept.
//
//   header length 4 | offset in its batch 4 | header | evidence 204 | path in the batch, 32 each
//
// The record at the position holds the first word; header, evidence and path prove the second.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "ledger/log/admission.h"
#include "ledger/log/keyring.h"

namespace tally::ledger {

Bytes EncodeEquivocation(const Candidate& candidate, size_t event);
// DataLoss unless the value proves that a key of this ledger signed another event of `stream` at
// `position`.
absl::Status CheckEquivocation(ByteView value, const LedgerId& ledger, const StreamId& stream,
                               uint64_t position, const Keyring& keyring);

}  // namespace tally::ledger
