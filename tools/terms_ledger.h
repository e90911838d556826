// Terms beside the ledger in which they are to be agreed: what they name and the ledger lacks.
#pragma once

#include "absl/status/status.h"
#include "ledger/ledger.h"
#include "tools/terms_compile.h"
#include "tools/terms_report.h"

namespace tally::tools {

// Warns (lint-not-in-ledger) of parties, feeds, sources, zones and calendars that `ledger` does not
// have, each at the place that names it. Zones are added with the proposal; the rest must be there.
absl::Status LintLedger(const ledger::Ledger& ledger, const CompiledTerms& compiled,
                        TermsReport& report);

}  // namespace tally::tools
