// Which settlements that both sides stated have an effect: what was confirmed after it was
// overtaken, beside a claim, or in answer to a claim that holds nothing, settles nothing, so that
// it keeps no window from later terms, heals no late claim and counts as paid nowhere.
//
// The lives of claims decide it (claim_life.h), and no figure takes part in these: they are lived
// here before any evidence is read, under the terms that governed each window when somebody first
// confirmed a settlement of it. Rulings, terms, restatements and decisions about time overtake an
// offer alike (after_closing.h). Only whether the records refute a restatement takes evidence: with
// it the same is asked once more.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "replay/case_file.h"

namespace tally::replay {

// Restatements that have no effect, and what the records that they cite give instead.
using Refuted = std::map<ledger::EventAddress, std::string>;

// Of a case whose acts, terms, zones and calendars are read.
absl::StatusOr<SettlementEffect> EffectOfSettlements(const CaseFile& file, const Refuted& refuted);

// Those of windows that somebody confirmed a settlement of. Of a case whose evidence is read.
absl::StatusOr<Refuted> RefutedRestatements(const CaseFile& file);

}  // namespace tally::replay
