#include "replay/terms/credit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/terms/credit_scheme.h"
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

bool Reaches(Compare compare, const Fraction& value, const Fraction& level) {
  TALLY_CHECK(compare != Compare::kUnset);
  return compare == Compare::kAtLeast ? value >= level : value <= level;
}

}  // namespace

ValueUnit UnitOf(const Objective& objective) {
  if (!objective.counted) return ValueUnit::kRatio;
  const VocabularyRow* row = FindInVocabulary(ThingKind::kMeasure, objective.counted->kind);
  TALLY_CHECK(row != nullptr);  // the check of the terms knows the vocabulary
  return row->unit;
}

Fraction LevelOf(const Decimal& level, ValueUnit unit) {
  return unit == ValueUnit::kRatio ? PercentAsRatio(level) : Fraction::FromDecimal(level);
}

Verdict Against(const Target& target, const Fraction& value, ValueUnit unit) {
  bool met = Reaches(target.compare, value, LevelOf(target.percent, unit));
  return met ? Verdict::kMet : Verdict::kBreached;
}

bool BelowMinimum(const Target& target, const Fraction& value, ValueUnit unit) {
  if (!target.minimum) return false;
  return !Reaches(target.compare, value, LevelOf(*target.minimum, unit));
}

bool Exceeds(const Target& target, const Fraction& value, ValueUnit unit) {
  Fraction level = LevelOf(target.percent, unit);
  return value != level && Reaches(target.compare, value, level);
}

std::optional<size_t> TierOf(const CreditRule& rule, const Fraction& value, ValueUnit unit) {
  TALLY_CHECK(rule.edges != TierEdges::kUnset);
  bool up_to = rule.edges == TierEdges::kUpToIncluded;
  for (size_t i = 0; i < rule.tiers.size(); ++i) {
    const Tier& tier = rule.tiers[i];
    if (tier.from) {
      Fraction from = LevelOf(*tier.from, unit);
      if (up_to ? value <= from : value < from) continue;
    }
    if (tier.below) {
      Fraction below = LevelOf(*tier.below, unit);
      if (up_to ? value > below : value >= below) continue;
    }
    return i;
  }
  return std::nullopt;
}

absl::StatusOr<FeeBase> FeeBaseOf(const std::vector<Fee>& fees, const CreditRule& rule,
                                  const Zone& zone, const Window& window) {
  // A fixed sum is in its own currency and a share of nothing.
  if (rule.scheme == "fixed sum") {
    return FeeBase{.fee = {.minor = 0, .currency = rule.choices.Amount("sum").currency}};
  }
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

std::optional<Currency> CurrencyOfCredit(const std::vector<Fee>& fees, const CreditRule& rule) {
  if (rule.scheme == "fixed sum") return rule.choices.Amount("sum").currency;
  for (const Fee& fee : fees) {
    if (fee.name == rule.fee) return fee.amount.currency;
  }
  return std::nullopt;
}

ComputedCredit NoCredit(const FeeBase& base) {
  Money zero{.minor = 0, .currency = base.fee.currency};
  return {
      .amount = zero, .base = base, .exact = Fraction::Whole(0), .rounded = zero, .formula = ""};
}

absl::StatusOr<ComputedCredit> CreditFor(const CreditRule& rule, const CreditFacts& facts,
                                         const FeeBase& base) {
  for (const std::optional<Money>& bound : {rule.window_cap, rule.minimum}) {
    if (bound && bound->currency != base.fee.currency) {
      return absl::FailedPreconditionError(
          absl::StrCat("credit: the fee is in ", base.fee.currency.code, ", a cap or minimum in ",
                       bound->currency.code));
    }
  }
  TALLY_ASSIGN_OR_RETURN(RawCredit raw, RawCreditOf(rule, facts, base));
  if (raw.exact < Fraction::Whole(0)) {
    return absl::FailedPreconditionError(
        absl::StrCat("credit: \"", rule.scheme, "\" gives less than nothing"));
  }
  ComputedCredit credit = NoCredit(base);
  credit.tier_index = raw.tier_index;
  credit.tier_percent = raw.tier_percent;
  credit.exact = raw.exact;
  credit.formula = std::move(raw.formula);
  TALLY_ASSIGN_OR_RETURN(credit.rounded.minor, RoundToInteger(credit.exact, rule.rounding));
  credit.amount = credit.rounded;
  if (rule.window_cap) {
    credit.amount.minor = std::min(credit.amount.minor, rule.window_cap->minor);
  }
  if (rule.minimum && credit.amount.minor <= rule.minimum->minor) credit.amount.minor = 0;
  return credit;
}

}  // namespace tally::replay
