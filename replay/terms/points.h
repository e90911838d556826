// Service points (DOMAIN 3.6, 3.17 rule 22; GC-45): a unit with a balance of its own.
//
// A window's points are those of its severity, times a factor if the same objective failed in the
// window before, at any severity; factors do not compound, and a window before without a result is
// passed over. Parts of a split window have a factor each, and one rounding. A rule turns the
// points of a period into money: by a table, from so many points so many percent of charges, or by
// a price for each. That is one line with one rounding.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/window_outcome.h"

namespace tally::replay {

// What balances of points are kept in.
Currency PointsUnit();

// `before` are the verdicts of the objective's earlier windows, oldest first.
absl::StatusOr<int64_t> PointsWithRepeat(const WindowOutcome& outcome,
                                         const std::vector<Verdict>& before);

bool IsPointsRule(const Rule& rule);  // "points table" and "points price"
// The period over which points of this outcome are added.
absl::StatusOr<Interval> PointsPeriodOf(const Rule& rule, const WindowOutcome& outcome);
// What `points` of one period come to. `outcome` is one of the period's: its terms have the fee.
absl::StatusOr<Money> MoneyForPoints(const Rule& rule, const WindowOutcome& outcome,
                                     const Interval& period, int64_t points);

}  // namespace tally::replay
