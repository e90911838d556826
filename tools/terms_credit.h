// The money of terms: fees, and what a breach is worth.
#pragma once

#include <optional>
#include <vector>

#include "schema/terms.h"
#include "tools/terms_fields.h"
#include "tools/terms_vocabulary.h"

namespace tally::tools {

// Ascending by name.
std::vector<Fee> ReadFees(const Field& field);

// The scheme of a list of tiers; all others are named by `scheme`.
inline constexpr absl::string_view kTiersScheme = "tiers";

// Whether steps and levels of the objective's credit are times.
Levels LevelsOf(const Objective& objective);

// What `credit` says of an objective; nothing for `none`. Tiers are checked against the target:
// every value that misses it must fall into exactly one tier.
std::optional<CreditRule> ReadCredit(const Field& field, const std::vector<Fee>& fees,
                                     const Objective& objective);

// The currency of the first amount among the choices: what a scheme without a fee pays in.
std::optional<Currency> CurrencyOfChoices(const VocabularyRow& row, const Choices& choices);

const Fee* FindFee(const std::vector<Fee>& fees, absl::string_view name);

}  // namespace tally::tools
