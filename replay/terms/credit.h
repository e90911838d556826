// From a value to a verdict and from a breach to a credit (DOMAIN 3.5 to 3.7, 3.17 rules 17, 18).
//
// Comparisons are exact: a value on a threshold or on the edge of a tier is decided by the fraction
// itself (GC-02, GC-03). A credit is base x percent, an exact fraction, rounded once to minor units
// by the terms' mode; then the cap of the window cuts it; then the minimum withholds it unless it
// is strictly more.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/outcome.h"
#include "replay/terms/window.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally::replay {

// kMet or kBreached.
Verdict Against(const Target& target, const Fraction& value);

// Index from 0 of the tier that covers `value`; none if no tier does.
std::optional<size_t> TierOf(const std::vector<Tier>& tiers, const Fraction& value);

// The fee that a credit is a share of, over one window.
struct FeeBase {
  Money fee;            // as the terms state it, for one of its periods
  Fraction share = {};  // how many of its periods the window is, by elapsed time
  Fraction minor = {};  // fee x share in minor units; never rounded
};
// NotFound if the terms have no such fee, InvalidArgument if it is charged per rolling window.
absl::StatusOr<FeeBase> FeeBaseOf(const std::vector<Fee>& fees, const CreditRule& rule,
                                  const Zone& zone, const Window& window);

struct ComputedCredit {
  Money amount;        // what is due: rounded, cut by the cap, above the minimum
  int tier_index = 0;  // from 1; 0: none applied
  Decimal tier_percent = {};
  FeeBase base;
  Fraction exact;  // base x percent in minor units, before rounding
  Money rounded;   // the line after its one rounding
};
// Zero, without a tier: what a window that meets its target earns.
ComputedCredit NoCredit(const FeeBase& base);
// The credit for a window that is breached at `value`. FailedPrecondition if no tier covers the
// value or currencies differ (a check of the terms refuses both before signing); OutOfRange beyond
// 64 bits (T-65).
absl::StatusOr<ComputedCredit> CreditFor(const CreditRule& rule, const Fraction& value,
                                         const FeeBase& base);

}  // namespace tally::replay
