#include "tools/terms_credit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/terms_bounds.h"
#include "tools/terms_target.h"
#include "tools/terms_vocabulary.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

constexpr int kCreditPercentMax = 1000;

constexpr absl::string_view kTierForm =
    "write `{ from: 99 %, below: 99.99 %, credit: 10 % }` or `{ above: 1 %, up to: 2 %, credit: "
    "2 % }`";
constexpr absl::string_view kTiersForm = "list the tiers, from the highest value to the lowest";
constexpr absl::string_view kRoundingForm =
    "choose `half up to cents, once per line`, or `half even`, `down` or `up` in place of `half "
    "up`; in a currency without cents `to minor units` in place of `to cents`, for points `to "
    "whole points`";

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

// One tier; its edges say to which style the list belongs.
TierField ReadTier(const Field& item, const LevelForm& form, TierEdges& edges) {
  Fields choices(item, kTierForm);
  TierField entry{item, {}};
  const auto read = [&](absl::string_view lower, absl::string_view upper, TierEdges style) {
    Field from = choices.Find(lower);
    Field below = choices.Find(upper);
    if (!from.present() && !below.present()) return;
    if (edges != TierEdges::kUnset && edges != style) {
      item.Error("terms-contradiction", "`from` and `below` are mixed with `above` and `up to`",
                 "write all tiers with the same edges, so that each value lies in one tier");
    }
    edges = style;
    entry.tier.from = ReadLevel(from, form);
    entry.tier.below = ReadLevel(below, form);
  };
  read("from", "below", TierEdges::kFromIncluded);
  read("above", "up to", TierEdges::kUpToIncluded);
  Field credit = choices.Need("credit", "write the share of the fee, like `credit: 10 %`");
  if (std::optional<Decimal> percent = ReadPercent(credit, kCreditPercentMax)) {
    entry.tier.credit_percent = *percent;
  }
  choices.Done();
  return entry;
}

// Words for one list of tiers: how its levels are written and what its edges are called.
struct TierWords {
  LevelForm form;
  TierEdges edges = TierEdges::kUnset;
  absl::string_view lower() const { return edges == TierEdges::kUpToIncluded ? "above" : "from"; }
  absl::string_view upper() const { return edges == TierEdges::kUpToIncluded ? "up to" : "below"; }
  std::string Level(const Decimal& level) const { return LevelInWords(level, form); }
};

// Neighbours meet exactly: the lower edge of one is the upper edge of the next.
void CheckNeighbours(const TierField& upper, const TierField& lower, const TierWords& words) {
  const auto& floor = upper.tier.from;
  const auto& ceiling = lower.tier.below;
  if (!floor || !ceiling || *floor < *ceiling) {
    lower.field.Error("terms-tiers", "this tier overlaps the one before it",
                      absl::StrCat("list tiers from the highest value to the lowest, each `",
                                   words.upper(), "` the `", words.lower(), "` of the one before"));
  } else if (*floor > *ceiling) {
    lower.field.Error(
        "terms-tiers",
        absl::StrCat("no tier covers ", words.Level(*ceiling), " to ", words.Level(*floor)),
        absl::StrCat("let `", words.upper(), "` be the `", words.lower(), "` of the tier before"));
  }
}

// Whether each tier lies wholly above the one before it: the right list the wrong way round.
bool Ascend(const std::vector<TierField>& tiers) {
  for (size_t i = 1; i < tiers.size(); ++i) {
    const auto& ceiling = tiers[i - 1].tier.below;
    const auto& floor = tiers[i].tier.from;
    if (!ceiling || !floor || *floor < *ceiling) return false;
  }
  return tiers.size() > 1;
}

// Whether a value of the objective can lie below zero.
bool GoesBelowZero(const Objective& objective, const LevelForm& form) {
  if (!objective.counted) {
    return objective.measure.denominator == Denominator::kFixed && !objective.measure.clamp_at_zero;
  }
  return form.unit == ValueUnit::kPoints;
}

// All values under a target of "at least".
void CheckBelow(const std::vector<TierField>& tiers, const Objective& objective,
                const TierWords& words) {
  const std::optional<Decimal>& top = tiers.front().tier.below;
  if (top && *top < objective.target.percent) {
    tiers.front().field.Error(
        "terms-tiers",
        absl::StrCat("no tier covers ", words.Level(*top), " to the target of ",
                     words.Level(objective.target.percent)),
        "a value there is a breach; say what it is worth, also if nothing");
  }
  const std::optional<Decimal>& bottom = tiers.back().tier.from;
  // A lower edge that is not included leaves zero itself out.
  const bool reaches_zero = bottom && words.edges == TierEdges::kFromIncluded &&
                            *bottom <= Decimal{} && !GoesBelowZero(objective, words.form);
  if (bottom && !reaches_zero) {
    tiers.back().field.Error("terms-tiers",
                             absl::StrCat("no tier covers values below ", words.Level(*bottom)),
                             absl::StrCat("leave `", words.lower(), "` out of the last tier"));
  }
}

// All values over a target of "at most".
void CheckAbove(const std::vector<TierField>& tiers, const Objective& objective,
                const TierWords& words) {
  const std::optional<Decimal>& bottom = tiers.back().tier.from;
  if (bottom && *bottom > objective.target.percent) {
    tiers.back().field.Error(
        "terms-tiers",
        absl::StrCat("no tier covers the target of ", words.Level(objective.target.percent), " to ",
                     words.Level(*bottom)),
        "a value there is a breach; say what it is worth, also if nothing");
  }
  const std::optional<Decimal>& top = tiers.front().tier.below;
  const bool whole = top && words.form.unit == ValueUnit::kRatio &&
                     words.edges == TierEdges::kUpToIncluded && *top >= Decimal{100, 0};
  if (top && !whole) {
    tiers.front().field.Error("terms-tiers",
                              absl::StrCat("no tier covers values above ", words.Level(*top)),
                              absl::StrCat("leave `", words.upper(), "` out of the first tier"));
  }
}

void CheckTiers(const std::vector<TierField>& tiers, const Objective& objective,
                const TierWords& words) {
  if (tiers.empty()) return;
  for (const TierField& each : tiers) {
    if (each.tier.from && each.tier.below && *each.tier.from >= *each.tier.below) {
      each.field.Error("terms-tiers", "this tier covers nothing",
                       absl::StrCat("`", words.lower(), "` lies under `", words.upper(), "`"));
    }
  }
  if (Ascend(tiers)) {
    tiers.front().field.Error("terms-tiers", "these tiers go from low values to high ones",
                              "list them from the highest value to the lowest");
    return;
  }
  for (size_t i = 1; i < tiers.size(); ++i) CheckNeighbours(tiers[i - 1], tiers[i], words);
  if (objective.target.compare == Compare::kAtLeast) CheckBelow(tiers, objective, words);
  if (objective.target.compare == Compare::kAtMost) CheckAbove(tiers, objective, words);
}

void ReadTiers(const Field& field, const Objective& objective, const LevelForm& form,
               CreditRule& rule) {
  std::vector<TierField> tiers;
  TierEdges edges = TierEdges::kUnset;
  for (const Field& item : field.Items(kTiersForm)) tiers.push_back(ReadTier(item, form, edges));
  // Without any edge there is one tier, and every value lies in it.
  if (edges == TierEdges::kUnset) edges = TierEdges::kFromIncluded;
  CheckTiers(tiers, objective, {form, edges});
  rule.edges = edges;
  for (TierField& each : tiers) rule.tiers.push_back(std::move(each.tier));
}

// The scheme that a credit follows: `tiers` alone says it.
const VocabularyRow* ReadScheme(Fields& choices) {
  Field scheme = choices.Find("scheme");
  Field tiers = choices.Find("tiers");
  if (!scheme.present()) {
    if (!tiers.present()) {
      choices.Need("tiers", absl::StrCat(kTiersForm, ", or name another `scheme`"));
    }
    return FindInVocabulary(ThingKind::kCredit, kTiersScheme);
  }
  const VocabularyRow* row = ReadKind(scheme, ThingKind::kCredit, KindsOf(ThingKind::kCredit));
  if (row == nullptr) return nullptr;
  if (row->kind == kTiersScheme) {
    choices.Need("tiers", kTiersForm);
  } else {
    choices.Exclude("tiers", absl::StrCat("the scheme `", row->kind, "` has none"));
  }
  return row;
}

// The currency of a fee whose amount could be read.
const Currency* CurrencyOf(const Fee* fee) {
  return fee == nullptr || fee->amount.currency.code.empty() ? nullptr : &fee->amount.currency;
}

Rounding ReadRounding(const Field& field, ValueUnit unit, const Currency* currency) {
  if (!field.present()) return Rounding::kUnset;
  const bool points = unit == ValueUnit::kPoints;
  for (const Word<Rounding>& mode : kRoundingWords) {
    const absl::string_view whole = points ? "whole points" : "minor units";
    if (field.Says(absl::StrCat(mode.text, " to ", whole, ", once per line"))) return mode.value;
    if (points || !field.Says(absl::StrCat(mode.text, " to cents, once per line"))) continue;
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

const Fee* ReadBase(Fields& choices, const std::vector<Fee>& fees, CreditRule& rule) {
  constexpr absl::string_view kForm = "write `fee` and the name of a fee, like `fee hosting`";
  Field base = choices.Need("base", kForm);
  std::optional<std::string> name = base.After("fee ");
  if (!name) {
    if (base.present()) base.Bad(kForm);
    return nullptr;
  }
  rule.fee = *name;
  const Fee* fee = FindFee(fees, *name);
  if (fee == nullptr) {
    base.Error("terms-contradiction", absl::StrCat("`fees` has no fee \"", *name, "\""),
               "name one of the fees of this file");
  }
  return fee;
}

// Caps and minima are money; points have neither.
void ReadBounds(Fields& choices, ValueUnit unit, const Currency* currency, CreditRule& rule) {
  if (unit == ValueUnit::kPoints) {
    choices.Exclude("window cap", "points are no money");
    choices.Exclude("minimum", "points are no money");
    return;
  }
  rule.window_cap = ReadBound(
      choices.Need("window cap", "choose `none` or an amount, like `1000.00 USD`"), currency);
  rule.minimum = ReadBound(
      choices.Need("minimum", "choose `none` or the amount that a credit must exceed to be paid"),
      currency);
}

}  // namespace

const Fee* FindFee(const std::vector<Fee>& fees, absl::string_view name) {
  for (const Fee& fee : fees) {
    if (fee.name == name) return &fee;
  }
  return nullptr;
}

std::optional<Currency> CurrencyOfChoices(const VocabularyRow& row, const Choices& choices) {
  for (const ChoiceRow& each : row.choices) {
    if (each.form != ChoiceForm::kMoney) continue;
    for (const Choice& choice : choices.all()) {
      if (choice.name != each.name) continue;
      if (absl::StatusOr<Money> money = ParseMoney(choice.values.front()); money.ok()) {
        return money->currency;
      }
    }
  }
  return std::nullopt;
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
      if (fee.amount.minor > kAmountMinorMax) {
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

Levels LevelsOf(const Objective& objective) {
  return FormOf(objective, {}).unit == ValueUnit::kSeconds ? Levels::kTimes : Levels::kNumbers;
}

std::optional<CreditRule> ReadCredit(const Field& field, const std::vector<Fee>& fees,
                                     const Objective& objective) {
  if (!field.present() || field.Says("none")) return std::nullopt;
  Fields choices(field,
                 "choose `none` or a map of `base`, `tiers` (or a `scheme` and its choices), "
                 "`rounding`, `window cap` and `minimum`");
  CreditRule rule;
  const VocabularyRow* row = ReadScheme(choices);
  if (row == nullptr) return std::nullopt;  // its choices cannot be judged
  rule.scheme = std::string(row->kind);
  const Fee* fee = nullptr;
  if (row->sources) {
    fee = ReadBase(choices, fees, rule);
  } else {
    choices.Exclude("base", absl::StrCat("the scheme `", row->kind, "` rests on no fee"));
  }
  if (row->kind == kTiersScheme) {
    ReadTiers(choices.Find("tiers"), objective, FormOf(objective, fees), rule);
  }
  rule.choices = ReadChoices(choices, *row, LevelsOf(objective));
  std::optional<Currency> own = CurrencyOfChoices(*row, rule.choices);
  const Currency* currency = own ? &*own : CurrencyOf(fee);
  rule.rounding = ReadRounding(choices.Need("rounding", kRoundingForm), row->unit, currency);
  ReadBounds(choices, row->unit, currency, rule);
  choices.Done();
  return rule;
}

}  // namespace tally::tools
