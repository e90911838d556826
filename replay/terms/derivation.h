// The lines of `tally explain`: how one window's figures follow from its measured times, in words
// and numbers, one line a step. Text only; nothing is computed from it.
#pragma once

#include <string>
#include <vector>

#include "replay/terms/evaluate.h"

namespace tally::replay {

// `figures` is complete but for its derivation.
std::vector<DerivationStep> Explain(const Objective& objective, const Knowledge& knowledge,
                                    const AvailabilityRatio& ratio, const WindowFigures& figures);

// The same for a counted measure, whose own steps stand before the value.
std::vector<DerivationStep> ExplainCounted(const Objective& objective,
                                           const std::vector<DerivationStep>& steps,
                                           const WindowFigures& figures);

// A value in the unit of its measure, and a level of the terms: "99.9 %", "3600 s", "1000".
std::string ValueText(const Fraction& value, ValueUnit unit);
std::string LevelText(const Decimal& level, ValueUnit unit);

}  // namespace tally::replay
