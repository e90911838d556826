// What an audit recomputes of one record from its bytes alone, so that any thread may do it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ledger/chain/record.h"
#include "ledger/log/admission.h"
#include "ledger/log/erased_rows.h"
#include "ledger/log/segment_reader.h"

namespace tally::ledger {

struct AuditedRecord {
  uint64_t index = 0;
  int64_t recorded_ms = 0;
  Record record;
  Candidate candidate;
  uint64_t erased = 0;  // of its events
  // The first thing that is wrong; "" when nothing is.
  std::string wrong;  // kind of the finding
  std::string expected;
  std::string found;
};

// Form, every hash of the events, root, evidence; and the signature when `keyring` has its key
// already (a key that a record shortly before registers is not folded yet: the fold asks again).
// Only what `erased` names may be missing.
AuditedRecord AuditRecordBytes(const StoredSegment& segment, uint64_t index, const LedgerId& ledger,
                               const Keyring& keyring, const ErasedByEvent& erased);

}  // namespace tally::ledger
