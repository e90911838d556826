// Lints on measures of the vocabulary: words that reward silence, answers that a machine can give,
// and figures that the other party can spoil. The table in the source says which words do.
#pragma once

#include "schema/terms.h"
#include "tools/terms_report.h"

namespace tally::tools {

// Precondition: `objective` has a counted measure, and compiled without errors.
void LintCounted(const Objective& objective, TermsReport& report);

}  // namespace tally::tools
