// The ratio of M1: what was measured, over the denominator that the terms choose.
//
//   keep            |W|
//   remove          |W \ E|
//   remove-overlap  |W| - |bad in E|
//   fixed           K, times the window's share where the term cuts it
//
// Unknown time that is removed leaves W beforehand, from both sides; K stays. Then value =
// 1 - counted / denominator: remaining time is good, and so is whatever else does not count. A
// denominator of zero or less is an empty population. The value can be negative (a fixed K, outages
// snapped upwards); clamp_at_zero ends it at zero.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "replay/terms/availability.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally::replay {

struct AvailabilityRatio {
  std::optional<Fraction> value;     // none: the population is empty
  std::optional<Fraction> unpaid;    // with counted_unpaid in the place of counted
  Fraction denominator;              // in microseconds
  std::optional<Fraction> coverage;  // (|W| - |unknown|) / |W|, unknown also where excluded
};
absl::StatusOr<AvailabilityRatio> RatioOf(const Measured& measured,
                                          const AvailabilityByTime& measure, const Window& window);

}  // namespace tally::replay
