// Numbers that a credit multiplies, bounded so that no amount leaves 64 bits of minor units:
// overflow is refused when terms are made, never found during a replay (DOMAIN 3.17 rule 7).
#pragma once

#include "schema/terms.h"
#include "tools/terms_report.h"

namespace tally::tools {

// With shares of a year in microseconds and percentages of six decimals, amounts up to here keep
// every product of a credit within 128 bits.
inline constexpr int64_t kAmountMinorMax = 1'000'000'000'000'000;

// Reports every number of a scheme or a rule that is outside what it can mean, and every scheme
// whose largest credit could not be held.
void CheckBounds(const Terms& terms, TermsReport& report);

}  // namespace tally::tools
