// A batch of a feed of which a pack shows not even the headers: record and evidence stand for it.
//
// What its author signed of its place is in the evidence (positions, range of times, the digests in
// front of it and at its end), and the root in the record, so signature, key and every link are
// checked as ever. What is not known is which sources it tells of: an event behind it may follow a
// position inside of it. A batch that begins with a watermark takes no new position and is never
// closed.
#pragma once

#include "absl/status/status.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/record.h"
#include "ledger/log/admission.h"

namespace tally::ledger {

// The codes of AdmissionRules::Judge. `feed` is the row of the record's stream.
absl::Status JudgeClosedBatch(const AdmissionRules& rules, const LedgerId& ledger,
                              const Keyring& keyring, const StreamRow& feed, const Record& record,
                              const Evidence& evidence, Place place);
// The feed as it stands behind the batch, and the rows that find it.
absl::Status LinkClosedBatch(const Record& record, const Evidence& evidence, const Hash& leaf,
                             Place place, StreamRow& feed, StreamTable& streams);

}  // namespace tally::ledger
