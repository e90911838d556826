// The lines of `tally explain`: how one window's figures follow from its measured times, in words
// and numbers, one line a step. Text only; nothing is computed from it.
#pragma once

#include <vector>

#include "replay/terms/evaluate.h"

namespace tally::replay {

// `figures` is complete but for its derivation.
std::vector<DerivationStep> Explain(const Objective& objective, const Knowledge& knowledge,
                                    const AvailabilityRatio& ratio, const WindowFigures& figures);

}  // namespace tally::replay
