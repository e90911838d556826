// Terms for tests: every choice stated, each test changes what it is about.
#pragma once

#include <string>
#include <vector>

#include "replay/terms/evaluate.h"
#include "schema/terms.h"

namespace tally::replay {

Instant At(absl::string_view text);
Interval Between(absl::string_view first, absl::string_view limit);
Fraction Ratio(int64_t numerator, int64_t denominator);
Money Amount(absl::string_view text);
Decimal Number(absl::string_view text);

// Recorded status, held until the next report; unknown and degraded are up; the denominator is
// kept; resolution 1 ms, no snap.
AvailabilityByTime PlainMeasure();
// PlainMeasure against "at least `target` %" over calendar months in UTC, clipped windows prorated,
// no result when empty, no credit.
Objective PlainObjective(absl::string_view target);
// Breached windows earn 10 / 30 / 100 % of "service" below 99.99 / 99 / 95 % (GC-01), half-up, no
// cap, no minimum.
Objective TieredObjective();
std::vector<Fee> MonthlyFee(absl::string_view amount);

// Up but for `down` (ordered, disjoint), from `first` on.
std::vector<Observation> UpExcept(Instant first, const std::vector<Interval>& down);

// The one window of the objective that holds `at`, in a term that is open on both sides.
Window WindowHolding(const Objective& objective, const Zone& zone, Instant at);
// Meters the observations and evaluates; everything is known unless said otherwise.
WindowFigures Evaluate(const Objective& objective, const std::vector<Fee>& fees, const Zone& zone,
                       const Window& window, const std::vector<Observation>& observations,
                       const Knowledge& knowledge = {Instant::Max(), Instant::Max()});

}  // namespace tally::replay
