// One evaluated window of a case as rules over windows see it (terms/window_outcome.h): its
// figures, and what was said of it until K. Pure; points into the case's terms.
#pragma once

#include "replay/case_file.h"
#include "replay/evaluation.h"
#include "replay/terms/window_outcome.h"

namespace tally::replay {

WindowOutcome OutcomeOf(const CaseFile& file, const EvaluatedWindow& window);

}  // namespace tally::replay
