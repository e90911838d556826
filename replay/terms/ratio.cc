#include "replay/terms/ratio.h"

#include <algorithm>

#include "schema/status.h"

namespace tally::replay {
namespace {

absl::StatusOr<Fraction> DenominatorOf(const Measured& measured, const AvailabilityByTime& measure,
                                       const Window& window) {
  bool removed = measure.unknown == CountsAs::kRemoved;
  int64_t unknown = removed ? measured.unknown.micros : 0;
  int64_t unknown_excluded = removed ? measured.unknown_excluded.micros : 0;
  int64_t all = measured.period.micros - unknown - unknown_excluded;
  switch (measure.denominator) {
    case Denominator::kKeep:
      return Fraction::Whole(all);
    case Denominator::kRemove:
      return Fraction::Whole(measured.period.micros - measured.excluded.micros - unknown);
    case Denominator::kRemoveOverlap:
      return Fraction::Whole(all - measured.bad_excluded.micros);
    case Denominator::kFixed:
      if (!measure.fixed) break;
      return Fraction::Multiply(Fraction::Whole(measure.fixed->micros), window.share);
    case Denominator::kUnset:
      break;
  }
  return absl::InvalidArgumentError("availability: the terms state no denominator");
}

absl::StatusOr<Fraction> OneMinus(Duration counted, const Fraction& denominator,
                                  const AvailabilityByTime& measure) {
  TALLY_ASSIGN_OR_RETURN(Fraction bad,
                         Fraction::Divide(Fraction::Whole(counted.micros), denominator));
  TALLY_ASSIGN_OR_RETURN(Fraction value, Fraction::Subtract(Fraction::Whole(1), bad));
  return measure.clamp_at_zero ? std::max(value, Fraction::Whole(0)) : value;
}

}  // namespace

absl::StatusOr<AvailabilityRatio> RatioOf(const Measured& measured,
                                          const AvailabilityByTime& measure, const Window& window) {
  AvailabilityRatio ratio;
  TALLY_ASSIGN_OR_RETURN(ratio.denominator, DenominatorOf(measured, measure, window));
  if (measured.period.micros > 0) {
    int64_t unknown = measured.unknown.micros + measured.unknown_excluded.micros;
    TALLY_ASSIGN_OR_RETURN(ratio.coverage,
                           Fraction::Of(measured.period.micros - unknown, measured.period.micros));
  }
  if (ratio.denominator <= Fraction::Whole(0)) return ratio;
  TALLY_ASSIGN_OR_RETURN(ratio.value, OneMinus(measured.counted, ratio.denominator, measure));
  TALLY_ASSIGN_OR_RETURN(ratio.unpaid,
                         OneMinus(measured.counted_unpaid, ratio.denominator, measure));
  return ratio;
}

}  // namespace tally::replay
