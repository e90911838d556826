// Credit schemes: one breached window's raw credit as an exact fraction of minor units, before its
// one rounding (DOMAIN 3.6). The names and choices are those of CreditVocabulary():
//
//   tiers            base x percent of the tier that covers the value
//   linear           base x percent x steps below target; a step may count in part
//   fixed sum        sum x occasions
//   days of service  days x occasions x base / days of the month, or one fee / 30
//   proportional     base x multiplier x time down x share affected / time scheduled (GC-21)
//   pool             base x at risk x pool share x allocation (GC-30)
//   late delivery    base x percent x steps late (GC-50a)
//   points           no money: PointsOf
// A cap that a scheme states itself is a percentage of its base and cuts before the rounding.
//
// Occasions: the breach itself; separate outages or failed items; units short, a part of one
// counting whole (for a share: items failed above those that the target allows, GC-48); hours, a
// started one whole (for availability the time down, for a length of time what is above target).
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "replay/terms/credit.h"

namespace tally::replay {

struct RawCredit {
  Fraction exact;
  int tier_index = 0;
  Decimal tier_percent = {};
  std::string formula;
};
// FailedPrecondition for what a check of the terms refuses; OutOfRange beyond 128 bits.
absl::StatusOr<RawCredit> RawCreditOf(const CreditRule& rule, const CreditFacts& facts,
                                      const FeeBase& base);

// How far the value is on the wrong side of its target, in the unit in which targets are written
// (percentage points for a ratio); zero if it is not. FailedPrecondition for one beyond all levels.
absl::StatusOr<Fraction> ShortfallOf(const CreditFacts& facts);
absl::StatusOr<int64_t> UnitsShort(const CreditFacts& facts);

// Points of a window that is breached, without the factor for repeated failure; for "points" only.
absl::StatusOr<int64_t> PointsOf(const CreditRule& rule, const CreditFacts& facts);

}  // namespace tally::replay
