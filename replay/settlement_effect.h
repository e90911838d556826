// Which settlements that both sides stated have an effect: what was confirmed after it was
// overtaken, beside a claim, or in answer to a claim that holds nothing, settles nothing, so that
// it keeps no window from later terms, heals no late claim and counts as paid nowhere.
//
// The lives of claims decide it (claim_life.h), and no figure takes part in these: they are lived
// here before any evidence is read, under the terms that governed each window when somebody first
// confirmed a settlement of it. Whether a figure was changed between offer and confirmation is
// known of rulings and terms; what restatements and decisions about time do to it is weighed with
// the figures.
#pragma once

#include "absl/status/statusor.h"
#include "replay/case_file.h"

namespace tally::replay {

// Of a case whose acts, terms, zones and calendars are read.
absl::StatusOr<SettlementEffect> EffectOfSettlements(const CaseFile& file);

}  // namespace tally::replay
