// What a reader of figures must know of the record beside them, though no figure shows it:
//
//   time-corrected         the operator set the ledger's time back, so deadlines that had passed
//                          were open again (BYTES 8; `tally time correct`)
//   name-bound-elsewhere   a proposal binds a name of the terms to a stream of another name; the
//                          hash of the terms, which people compare, does not cover bindings
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "ledger/ledger.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"

namespace tally::replay {

// `fact` is a `time corrected`.
absl::Status NoteTimeSetBack(const Fact& fact, std::vector<Finding>& findings);
absl::Status NoteBoundElsewhere(const ledger::Ledger& ledger,
                                const std::vector<const TermsVersion*>& versions,
                                std::vector<Finding>& findings);

}  // namespace tally::replay
