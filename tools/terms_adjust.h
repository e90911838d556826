// What rules about targets and amendments need to be computed: numbers that make a formula, and
// objectives that they can be about.
#pragma once

#include "schema/terms.h"
#include "tools/terms_report.h"

namespace tally::tools {

// Contradictions of the rules "baseline", "ratchet", "in-flight tickets" and "amendment proposals".
// Rules whose choices are incomplete are passed over: they were reported.
void CheckAdjustments(const Terms& terms, TermsReport& report);

}  // namespace tally::tools
