#include "replay/terms/credit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// "99.95 %" as a ratio. Dividing the mantissa by a hundred more cannot leave 128 bits.
Fraction PercentAsRatio(const Decimal& percent) {
  absl::StatusOr<Fraction> ratio =
      Fraction::Divide(Fraction::FromDecimal(percent), Fraction::Whole(100));
  TALLY_CHECK(ratio.ok());
  return *ratio;
}

}  // namespace

Verdict Against(const Target& target, const Fraction& value) {
  TALLY_CHECK(target.compare != Compare::kUnset);
  Fraction threshold = PercentAsRatio(target.percent);
  bool met = target.compare == Compare::kAtLeast ? value >= threshold : value <= threshold;
  return met ? Verdict::kMet : Verdict::kBreached;
}

std::optional<size_t> TierOf(const std::vector<Tier>& tiers, const Fraction& value) {
  for (size_t i = 0; i < tiers.size(); ++i) {
    if (tiers[i].from && value < PercentAsRatio(*tiers[i].from)) continue;
    if (tiers[i].below && value >= PercentAsRatio(*tiers[i].below)) continue;
    return i;
  }
  return std::nullopt;
}

absl::StatusOr<FeeBase> FeeBaseOf(const std::vector<Fee>& fees, const CreditRule& rule,
                                  const Zone& zone, const Window& window) {
  auto fee = std::find_if(fees.begin(), fees.end(),
                          [&rule](const Fee& each) { return each.name == rule.fee; });
  if (fee == fees.end()) {
    return absl::NotFoundError(absl::StrCat("credit: the terms have no fee \"", rule.fee, "\""));
  }
  FeeBase base{.fee = fee->amount};
  TALLY_ASSIGN_OR_RETURN(base.share, ShareOfFee(fee->per, zone, window.interval));
  TALLY_ASSIGN_OR_RETURN(base.minor,
                         Fraction::Multiply(Fraction::Whole(fee->amount.minor), base.share));
  return base;
}

ComputedCredit NoCredit(const FeeBase& base) {
  Money zero{.minor = 0, .currency = base.fee.currency};
  return {.amount = zero, .base = base, .exact = Fraction::Whole(0), .rounded = zero};
}

absl::StatusOr<ComputedCredit> CreditFor(const CreditRule& rule, const Fraction& value,
                                         const FeeBase& base) {
  std::optional<size_t> tier = TierOf(rule.tiers, value);
  if (!tier) {
    return absl::FailedPreconditionError(
        absl::StrCat("credit: no tier covers ", FormatPercent(value), " %"));
  }
  for (const std::optional<Money>& bound : {rule.window_cap, rule.minimum}) {
    if (bound && bound->currency != base.fee.currency) {
      return absl::FailedPreconditionError(
          absl::StrCat("credit: the fee is in ", base.fee.currency.code, ", a cap or minimum in ",
                       bound->currency.code));
    }
  }
  ComputedCredit credit = NoCredit(base);
  credit.tier_index = static_cast<int>(*tier) + 1;
  credit.tier_percent = rule.tiers[*tier].credit_percent;
  TALLY_ASSIGN_OR_RETURN(credit.exact,
                         Fraction::Multiply(base.minor, PercentAsRatio(credit.tier_percent)));
  TALLY_ASSIGN_OR_RETURN(credit.rounded.minor, RoundToInteger(credit.exact, rule.rounding));
  credit.amount = credit.rounded;
  if (rule.window_cap) {
    credit.amount.minor = std::min(credit.amount.minor, rule.window_cap->minor);
  }
  if (rule.minimum && credit.amount.minor <= rule.minimum->minor) credit.amount.minor = 0;
  return credit;
}

}  // namespace tally::replay
