// From a value to a verdict and from a breach to a credit (DOMAIN 3.5 to 3.7, 3.17 rules 17, 18).
//
// Comparisons are exact: a value on a threshold or on the edge of a tier is decided by the fraction
// itself (GC-02, GC-03). A credit is an exact fraction that its scheme makes, rounded once to minor
// units by the terms' mode; then the cap of the window cuts it; then the minimum withholds it
// unless it is strictly more. Rules over many windows come later (pipeline.h) and begin again with
// the rounded line.
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

// What the objective's value is; ratios are written in percent, everything else as it is.
ValueUnit UnitOf(const Objective& objective);
Fraction LevelOf(const Decimal& level, ValueUnit unit);

// kMet or kBreached.
Verdict Against(const Target& target, const Fraction& value, ValueUnit unit = ValueUnit::kRatio);
// Beyond the minimum level, where the target has one: a failure of its own kind.
bool BelowMinimum(const Target& target, const Fraction& value, ValueUnit unit);
// Strictly better than the expected level (GC-43 b: equal is not exceeded).
bool Exceeds(const Target& target, const Fraction& value, ValueUnit unit);

// Index from 0 of the tier that covers `value`; none if no tier does.
std::optional<size_t> TierOf(const CreditRule& rule, const Fraction& value,
                             ValueUnit unit = ValueUnit::kRatio);

// The fee that a credit is a share of, over one window.
struct FeeBase {
  Money fee;            // as the terms state it, for one of its periods; zero for a fixed sum
  Fraction share = {};  // how many of its periods the window is, by elapsed time
  Fraction minor = {};  // fee x share in minor units; never rounded
};
// NotFound if the terms have no such fee, InvalidArgument if it is charged per rolling window.
absl::StatusOr<FeeBase> FeeBaseOf(const std::vector<Fee>& fees, const CreditRule& rule,
                                  const Zone& zone, const Window& window);

// What credits of the rule are paid in; nullopt for points, which are no money.
std::optional<Currency> CurrencyOfCredit(const std::vector<Fee>& fees, const CreditRule& rule);

// What a scheme may look at, of one window that is breached.
struct CreditFacts {
  Target target;
  ValueUnit unit = ValueUnit::kRatio;
  Fraction value;              // without what earlier windows paid for (rule 16)
  bool beyond = false;         // worse than every level, and by no number (Counted::beyond)
  Fraction population = {};    // of counted measures
  Fraction failed = {};        // of the population, what stands against the value
  Duration counted = {};       // availability: the time that counts against it
  Fraction scheduled = {};     // availability: its denominator, in microseconds
  int64_t incidents = 0;       // separate outages, or failed items
  int64_t days_in_window = 0;  // local days
};

struct ComputedCredit {
  Money amount;        // what is due: rounded, cut by the cap, above the minimum
  int tier_index = 0;  // from 1; 0: none applied
  Decimal tier_percent = {};
  FeeBase base;
  Fraction exact;       // in minor units, before rounding
  Money rounded;        // the line after its one rounding
  std::string formula;  // how `exact` came about, in words and numbers; "" when nothing is due
};
// Zero, without a tier: what a window that meets its target earns.
ComputedCredit NoCredit(const FeeBase& base);
// The credit for a window that is breached. FailedPrecondition if no tier covers the value or
// currencies differ (a check of the terms refuses both before signing); OutOfRange beyond 64 bits
// (T-65). Not for schemes of points, which are no money (points.h).
absl::StatusOr<ComputedCredit> CreditFor(const CreditRule& rule, const CreditFacts& facts,
                                         const FeeBase& base);

}  // namespace tally::replay
