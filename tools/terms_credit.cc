#include "tools/terms_credit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

// With shares of a year in microseconds and percentages of six decimals, fees up to here keep every
// product of a credit within 128 bits: overflow is refused when terms are made, never at replay.
constexpr int64_t kFeeMinorMax = 1'000'000'000'000'000;
constexpr int kCreditPercentMax = 1000;

constexpr absl::string_view kTierForm = "write `{ from: 99 %, below: 99.99 %, credit: 10 % }`";
constexpr absl::string_view kRoundingForm =
    "choose `half up to cents, once per line`, or `half even`, `down` or `up` in place of `half "
    "up`; in a currency without cents `to minor units` in place of `to cents`";

struct TierField {
  Field field;
  Tier tier;
};

std::optional<Decimal> ReadPercent(const Field& field, int most) {
  if (!field.present()) return std::nullopt;
  if (field.node().IsText()) {
    if (std::optional<Decimal> percent = ParsePercent(field.node().text, most)) return percent;
  }
  field.Bad(absl::StrCat("write a percentage from 0 % to ", most, " %, with six decimals at most"));
  return std::nullopt;
}

std::vector<TierField> ReadTiers(const Field& field) {
  std::vector<TierField> tiers;
  for (const Field& item : field.Items("list the tiers, from the highest value to the lowest")) {
    Fields choices(item, kTierForm);
    TierField entry{item, {}};
    entry.tier.from = ReadPercent(choices.Find("from"), 100);
    entry.tier.below = ReadPercent(choices.Find("below"), 100);
    Field credit = choices.Need("credit", "write the share of the fee, like `credit: 10 %`");
    if (std::optional<Decimal> percent = ReadPercent(credit, kCreditPercentMax)) {
      entry.tier.credit_percent = *percent;
    }
    choices.Done();
    tiers.push_back(std::move(entry));
  }
  return tiers;
}

std::string Percent(const Decimal& value) { return absl::StrCat(FormatDecimal(value), " %"); }

// Neighbours meet exactly: the lower edge of one is the upper edge of the next.
void CheckNeighbours(const TierField& upper, const TierField& lower) {
  const auto& floor = upper.tier.from;
  const auto& ceiling = lower.tier.below;
  if (!floor || !ceiling || *floor < *ceiling) {
    lower.field.Error("terms-tiers", "this tier overlaps the one before it",
                      "list tiers from the highest value to the lowest, each `below` the `from` "
                      "of the one before");
  } else if (*floor > *ceiling) {
    lower.field.Error("terms-tiers",
                      absl::StrCat("no tier covers ", Percent(*ceiling), " to ", Percent(*floor)),
                      "let `below` be the `from` of the tier before");
  }
}

void CheckTiers(const std::vector<TierField>& tiers, const Objective& objective) {
  if (tiers.empty()) return;
  for (const TierField& each : tiers) {
    if (each.tier.from && each.tier.below && *each.tier.from >= *each.tier.below) {
      each.field.Error("terms-tiers", "this tier covers nothing", "`from` lies under `below`");
    }
  }
  for (size_t i = 1; i < tiers.size(); ++i) CheckNeighbours(tiers[i - 1], tiers[i]);
  const std::optional<Decimal>& top = tiers.front().tier.below;
  if (objective.target.compare != Compare::kUnset && top && *top < objective.target.percent) {
    tiers.front().field.Error("terms-tiers",
                              absl::StrCat("no tier covers ", Percent(*top), " to the target of ",
                                           Percent(objective.target.percent)),
                              "a value there is a breach; say what it is worth, also if nothing");
  }
  const std::optional<Decimal>& bottom = tiers.back().tier.from;
  const bool below_zero =
      objective.measure.denominator == Denominator::kFixed && !objective.measure.clamp_at_zero;
  if (bottom && (below_zero || *bottom > Decimal{0, 0})) {
    tiers.back().field.Error("terms-tiers",
                             absl::StrCat("no tier covers values below ", Percent(*bottom)),
                             "leave `from` out of the last tier");
  }
}

// The currency of a fee whose amount could be read.
const Currency* CurrencyOf(const Fee* fee) {
  return fee == nullptr || fee->amount.currency.code.empty() ? nullptr : &fee->amount.currency;
}

Rounding ReadRounding(const Field& field, const Currency* currency) {
  if (!field.present()) return Rounding::kUnset;
  for (const Word<Rounding>& mode : kRoundingWords) {
    if (field.Says(absl::StrCat(mode.text, " to minor units, once per line"))) return mode.value;
    if (!field.Says(absl::StrCat(mode.text, " to cents, once per line"))) continue;
    if (currency != nullptr && currency->exponent != 2) {
      field.Error("terms-contradiction", absl::StrCat(currency->code, " has no cents"),
                  absl::StrCat("write `", mode.text, " to minor units, once per line`"));
    }
    return mode.value;
  }
  field.Bad(kRoundingForm);
  return Rounding::kUnset;
}

std::optional<Money> ReadBound(const Field& field, const Currency* currency) {
  if (!field.present() || field.Says("none")) return std::nullopt;
  std::optional<Money> money = field.Amount();
  if (money && currency != nullptr && money->currency != *currency) {
    field.Error(
        "terms-contradiction",
        absl::StrCat("the fee is in ", currency->code, ", this is in ", money->currency.code),
        "write it in the currency of the fee");
  }
  return money;
}

}  // namespace

const Fee* FindFee(const std::vector<Fee>& fees, absl::string_view name) {
  for (const Fee& fee : fees) {
    if (fee.name == name) return &fee;
  }
  return nullptr;
}

std::vector<Fee> ReadFees(const Field& field) {
  std::vector<Fee> fees;
  if (!field.present() || field.Says("none")) return fees;
  Fields names(field,
               "choose `none` or name the fees, like `hosting: { amount: 1000.00 USD, per: "
               "calendar month }`");
  for (const Field& entry : names.All()) {
    Fee fee;
    Fields choices(entry, "write `{ amount: 1000.00 USD, per: calendar month }`");
    YamlNode name;
    name.position = names.report().PlaceOf(entry.path());
    name.text = entry.path().substr(entry.path().find('.') + 1);
    fee.name = Field(name, entry.path(), names.report()).Name().value_or("");
    Field amount = choices.Need("amount", "write an amount of money, like `1000.00 USD`");
    if (std::optional<Money> money = amount.Amount()) {
      fee.amount = *std::move(money);
      if (fee.amount.minor > kFeeMinorMax) {
        amount.Bad("a fee has at most 10^15 minor units, so that no credit can overflow");
      }
    }
    choices.Choose("per", kCalendarWindows, fee.per);
    choices.Done();
    fees.push_back(std::move(fee));
  }
  names.Done();
  std::sort(fees.begin(), fees.end(), [](const Fee& a, const Fee& b) { return a.name < b.name; });
  return fees;
}

std::optional<CreditRule> ReadCredit(const Field& field, const std::vector<Fee>& fees,
                                     const Objective& objective) {
  if (!field.present() || field.Says("none")) return std::nullopt;
  Fields choices(field,
                 "choose `none` or a map of `base`, `tiers`, `rounding`, `window cap` and "
                 "`minimum`");
  CreditRule rule;
  rule.scheme = "tiers";
  rule.edges = TierEdges::kFromIncluded;
  Field base = choices.Need("base", "write `fee` and the name of a fee, like `fee hosting`");
  const Fee* fee = nullptr;
  if (std::optional<std::string> name = base.After("fee ")) {
    rule.fee = *name;
    fee = FindFee(fees, *name);
    if (fee == nullptr) {
      base.Error("terms-contradiction", absl::StrCat("`fees` has no fee \"", *name, "\""),
                 "name one of the fees of this file");
    }
  } else if (base.present()) {
    base.Bad("write `fee` and the name of a fee, like `fee hosting`");
  }
  std::vector<TierField> tiers =
      ReadTiers(choices.Need("tiers", "list the tiers, from the highest value to the lowest"));
  CheckTiers(tiers, objective);
  for (TierField& each : tiers) rule.tiers.push_back(std::move(each.tier));
  const Currency* currency = CurrencyOf(fee);
  rule.rounding = ReadRounding(choices.Need("rounding", kRoundingForm), currency);
  rule.window_cap = ReadBound(
      choices.Need("window cap", "choose `none` or an amount, like `1000.00 USD`"), currency);
  rule.minimum = ReadBound(
      choices.Need("minimum", "choose `none` or the amount that a credit must exceed to be paid"),
      currency);
  choices.Done();
  return rule;
}

}  // namespace tally::tools
