#include "tools/terms_target.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

constexpr int64_t kLevelMax = 1'000'000'000'000;  // bounds the products of credits

// The only shares whose value can pass 100 %: more may be delivered than was asked for, and a mean
// may weigh such a value.
constexpr absl::string_view kUnboundedShares[] = {"pacing", "weighted mean of objectives"};

bool IsWithin(const Decimal& level) {
  return level.scale <= 6 && level <= Decimal{kLevelMax, 0} && level >= Decimal{-kLevelMax, 0};
}

std::optional<Decimal> ParseNumber(absl::string_view text, bool negative) {
  absl::StatusOr<Decimal> number = ParseDecimal(text);
  if (!number.ok() || !IsWithin(*number)) return std::nullopt;
  if (!negative && *number < Decimal{}) return std::nullopt;
  return number->Normalised();
}

std::optional<Decimal> ParseSeconds(absl::string_view text) {
  absl::StatusOr<Duration> length = ParseDuration(text);
  if (!length.ok() || length->micros < 0) return std::nullopt;
  return Decimal{length->micros, 6}.Normalised();
}

std::optional<Decimal> ParseAmount(absl::string_view text, const LevelForm& form) {
  absl::StatusOr<Money> money = ParseMoney(text);
  if (!money.ok() || money->minor < 0 || !form.currency || money->currency != *form.currency) {
    return std::nullopt;
  }
  return Decimal{money->minor, money->currency.exponent}.Normalised();
}

// A decimal in units of 10^-scale. Nothing when it is no whole number of them: no file can say so,
// but terms may come from another program.
std::optional<int64_t> Scaled(const Decimal& level, uint8_t scale) {
  const Decimal normal = level.Normalised();
  if (normal.scale > scale) return std::nullopt;
  Wide value = normal.mantissa;
  for (uint8_t i = normal.scale; i < scale; ++i) value *= 10;  // at most 10^19 x 10^12
  if (value > INT64_MAX || value < INT64_MIN) return std::nullopt;
  return static_cast<int64_t>(value);
}

std::optional<std::pair<Compare, Decimal>> ReadExpected(const Field& field, const LevelForm& form) {
  constexpr std::pair<absl::string_view, Compare> kPrefixes[] = {{"at least ", Compare::kAtLeast},
                                                                 {"at most ", Compare::kAtMost}};
  for (const auto& [prefix, compare] : kPrefixes) {
    if (form.availability && compare == Compare::kAtMost) continue;
    std::optional<std::string> text = field.After(prefix);
    if (!text) continue;
    if (std::optional<Decimal> level = ParseLevel(*text, form)) return {{compare, *level}};
  }
  if (!field.present()) return std::nullopt;
  field.Bad(absl::StrCat("write ", form.availability ? "`at least`" : "`at least` or `at most`",
                         " and a level: ", AskForLevel(form)));
  return std::nullopt;
}

// `none`, or a level on the right side of the expected one.
std::optional<Decimal> ReadOther(const Field& field, const Target& target, bool better,
                                 const LevelForm& form) {
  if (!field.present() || field.Says("none")) return std::nullopt;
  std::optional<Decimal> level = ReadLevel(field, form);
  if (!level || target.compare == Compare::kUnset) return level;
  const bool above = *level > target.percent;
  const bool wanted = (target.compare == Compare::kAtLeast) == better;
  if (above == wanted && *level != target.percent) return level;
  field.Error("terms-contradiction",
              absl::StrCat(LevelInWords(*level, form), " is not ", better ? "better" : "worse",
                           " than the expected ", LevelInWords(target.percent, form)),
              "from bad to good: `minimum`, `expected`, `stretch`");
  return std::nullopt;
}

}  // namespace

LevelForm FormOf(const Objective& objective, const std::vector<Fee>& fees) {
  LevelForm form;
  if (!fees.empty()) form.currency = fees.front().amount.currency;
  if (!objective.counted) {
    form.availability = true;
    form.percent_max = 100;
    return form;
  }
  const std::string& kind = objective.counted->kind;
  if (std::find(std::begin(kUnboundedShares), std::end(kUnboundedShares), kind) ==
      std::end(kUnboundedShares)) {
    form.percent_max = 100;
  }
  const VocabularyRow* row = FindInVocabulary(ThingKind::kMeasure, kind);
  if (row != nullptr) form.unit = row->unit;
  // A measure that counts values in a currency of its own has its target in it.
  if (form.unit == ValueUnit::kMoney && objective.counted->choices.Has("currency")) {
    absl::StatusOr<Currency> own = FindCurrency(objective.counted->choices.Text("currency"));
    form.currency = own.ok() ? std::optional<Currency>(*own) : std::nullopt;
  }
  return form;
}

std::string AskForLevel(const LevelForm& form) {
  switch (form.unit) {
    case ValueUnit::kRatio:
      return absl::StrCat("write a percentage from 0 % to ", form.percent_max,
                          " % like `99.99 %`, with six decimals at most");
    case ValueUnit::kSeconds:
      return "write a length of time like `4 h`";
    case ValueUnit::kCount:
      return "write a number like `1000`";
    case ValueUnit::kPoints:
      return "write a number like `7.5`";
    case ValueUnit::kMoney:
      break;
  }
  return form.currency ? absl::StrCat("write an amount like `1000 ", form.currency->code, "`")
                       : "name a fee first: an amount is in the currency of the fees";
}

std::optional<Decimal> ParseLevel(absl::string_view text, const LevelForm& form) {
  switch (form.unit) {
    case ValueUnit::kRatio:
      return ParsePercent(text, form.percent_max);
    case ValueUnit::kSeconds:
      return ParseSeconds(text);
    case ValueUnit::kCount:
      return ParseNumber(text, false);
    case ValueUnit::kPoints:
      return ParseNumber(text, true);
    case ValueUnit::kMoney:
      break;
  }
  return ParseAmount(text, form);
}

std::optional<Decimal> ReadLevel(const Field& field, const LevelForm& form) {
  if (!field.present()) return std::nullopt;
  if (field.node().IsText()) {
    if (std::optional<Decimal> level = ParseLevel(field.node().text, form)) return level;
  }
  field.Bad(AskForLevel(form));
  return std::nullopt;
}

std::string LevelInWords(const Decimal& level, const LevelForm& form) {
  switch (form.unit) {
    case ValueUnit::kRatio:
      return absl::StrCat(FormatDecimal(level), " %");
    case ValueUnit::kSeconds:
      if (std::optional<int64_t> micros = Scaled(level, 6)) return FormatDuration({*micros});
      break;
    case ValueUnit::kMoney:
      if (!form.currency) break;
      if (std::optional<int64_t> minor = Scaled(level, form.currency->exponent)) {
        return FormatMoney({*minor, *form.currency});
      }
      break;
    default:
      break;
  }
  return FormatDecimal(level);
}

Target ReadTarget(const Field& field, const LevelForm& form) {
  Target target;
  if (!field.present()) return target;
  if (!field.IsMap()) {
    if (const auto expected = ReadExpected(field, form)) {
      std::tie(target.compare, target.percent) = *expected;
    }
    return target;
  }
  Fields levels(field);
  const std::string other = absl::StrCat("choose `none` or ", AskForLevel(form));
  const std::string choose =
      absl::StrCat("write `at least` or `at most` and a level: ", AskForLevel(form));
  if (const auto expected = ReadExpected(levels.Need("expected", choose), form)) {
    std::tie(target.compare, target.percent) = *expected;
  }
  target.minimum = ReadOther(levels.Need("minimum", other), target, false, form);
  target.stretch = ReadOther(levels.Need("stretch", other), target, true, form);
  levels.Done();
  return target;
}

std::string TargetInWords(const Target& target, const LevelForm& form) {
  const std::string expected =
      absl::StrCat(target.compare == Compare::kAtMost ? "at most " : "at least ",
                   LevelInWords(target.percent, form));
  if (!target.minimum && !target.stretch) return expected;
  const auto other = [&](const std::optional<Decimal>& level) {
    return level ? LevelInWords(*level, form) : std::string("none");
  };
  return absl::StrCat("{ expected: ", expected, ", minimum: ", other(target.minimum),
                      ", stretch: ", other(target.stretch), " }");
}

}  // namespace tally::tools
