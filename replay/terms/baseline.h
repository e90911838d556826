// Targets that are computed from measured windows (DOMAIN 3.5): baselines of a first period and
// ratchets of later ones. A computed target is a proposal; it takes effect by an amendment.
//
//   midpoint       half of the provisional target and half of what was measured: 96, 98 give 97
//   mean           of n consecutive windows, each with the same weight
//   k-th lowest    of n consecutive windows
//   half way       after n windows that were all strictly better, the target moves half way to
//                  their mean
//   best four      the mean of the best four of n, if it is better than the target; a rise is at
//                  most 10 % of what is missing to 1
// Levels are values in the unit of the measure; windows without a result, and carried ones, are
// left out by the caller. Everything is exact; the amendment that adopts a level says how it is
// rounded.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally::replay {

absl::StatusOr<Fraction> MidpointTarget(const Fraction& provisional, const Fraction& measured);
// InvalidArgument for no windows.
absl::StatusOr<Fraction> MeanTarget(const std::vector<Fraction>& windows);
// `k` counts from 1; InvalidArgument beyond the number of windows.
absl::StatusOr<Fraction> KthLowestTarget(std::vector<Fraction> windows, size_t k);
// None: a window was not strictly better, or there are none.
absl::StatusOr<std::optional<Fraction>> HalfWayTarget(Compare compare, const Fraction& target,
                                                      const std::vector<Fraction>& windows);
// For ratios that must be at least the target. None: fewer than four windows, or no rise.
absl::StatusOr<std::optional<Fraction>> BestFourTarget(const Fraction& target,
                                                       std::vector<Fraction> windows);

}  // namespace tally::replay
