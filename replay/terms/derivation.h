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

// Its lines about the credit alone: tier, base, credit, cap and minimum.
std::vector<DerivationStep> ExplainCredit(const Objective& objective, const WindowFigures& figures);
bool IsAboutCredit(const DerivationStep& step);

// An amount that need not be whole: "420.00 EUR", "about 596.57 EUR (8888904/149 minor units)".
std::string ExactMoneyText(const Fraction& minor, const Currency& currency);

// A value in the unit of its measure, and a level of the terms: "99.9 %", "1 h", "1000".
std::string ValueText(const Fraction& value, ValueUnit unit);
std::string LevelText(const Decimal& level, ValueUnit unit);

}  // namespace tally::replay
