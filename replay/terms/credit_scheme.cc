// Each scheme multiplies exact fractions; nothing here rounds but steps, units and hours, which
// the terms count in whole numbers.
#include "replay/terms/credit_scheme.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr int64_t kMicrosPerHour = 3'600 * int64_t{1'000'000};

std::string FractionOf(const Fraction& value) {
  if (value.denominator() == 1) return FormatWide(value.numerator());
  return absl::StrCat(FormatWide(value.numerator()), "/", FormatWide(value.denominator()));
}
std::string PercentOf(const Decimal& percent) { return absl::StrCat(FormatDecimal(percent), " %"); }

// The product of all factors.
absl::StatusOr<Fraction> Product(std::initializer_list<Fraction> factors) {
  Fraction product = Fraction::Whole(1);
  for (const Fraction& factor : factors) {
    TALLY_ASSIGN_OR_RETURN(product, Fraction::Multiply(product, factor));
  }
  return product;
}

Fraction Percent(const Choices& choices, absl::string_view name) {
  return LevelOf(choices.Number(name), ValueUnit::kRatio);
}

// The smallest whole number that is not below `value`, which is not negative.
absl::StatusOr<int64_t> Ceiling(const Fraction& value) {
  TALLY_CHECK(value >= Fraction::Whole(0));
  return RoundToInteger(value, Rounding::kUp);
}

// `amount` in steps; a part of one counts in part, whole, or not at all.
absl::StatusOr<Fraction> Steps(const Choices& choices, const Fraction& amount,
                               const Fraction& step) {
  TALLY_ASSIGN_OR_RETURN(Fraction steps, Fraction::Divide(amount, step));
  if (choices.Is("part of a step", "exact")) return steps;
  Rounding mode =
      choices.Is("part of a step", "per started step") ? Rounding::kUp : Rounding::kDown;
  TALLY_ASSIGN_OR_RETURN(int64_t whole, RoundToInteger(steps, mode));
  return Fraction::Whole(whole);
}

absl::StatusOr<int64_t> StartedHours(const CreditFacts& facts) {
  Fraction micros = Fraction::Whole(facts.counted.micros);
  if (facts.unit == ValueUnit::kSeconds) {
    TALLY_ASSIGN_OR_RETURN(Fraction seconds, ShortfallOf(facts));
    TALLY_ASSIGN_OR_RETURN(micros, Fraction::Multiply(seconds, Fraction::Whole(1'000'000)));
  } else if (facts.unit != ValueUnit::kRatio) {
    return absl::FailedPreconditionError("credit: hours of a value that is no time");
  }
  TALLY_ASSIGN_OR_RETURN(Fraction hours, Fraction::Divide(micros, Fraction::Whole(kMicrosPerHour)));
  return Ceiling(hours);
}

absl::StatusOr<int64_t> Occasions(const Choices& choices, const CreditFacts& facts) {
  if (choices.Is("for", "each breach")) return 1;
  if (choices.Is("for", "each incident")) return facts.incidents;
  if (choices.Is("for", "each unit short")) return UnitsShort(facts);
  TALLY_CHECK(choices.Is("for", "each started hour"));
  return StartedHours(facts);
}

absl::Status CutAt(const Choices& choices, const FeeBase& base, RawCredit& raw) {
  if (!choices.Has("at most")) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(Fraction most, Product({base.minor, Percent(choices, "at most")}));
  if (raw.exact <= most) return absl::OkStatus();
  raw.exact = most;
  absl::StrAppend(&raw.formula, ", at most ", PercentOf(choices.Number("at most")));
  return absl::OkStatus();
}

// A value beyond every level earns the most that the scheme gives.
absl::StatusOr<RawCredit> Most(const Choices& choices, const FeeBase& base) {
  if (!choices.Has("at most")) {
    return absl::FailedPreconditionError(
        "credit: no number says how far the target is missed, and the terms state no `at most`");
  }
  RawCredit raw;
  raw.formula = absl::StrCat(PercentOf(choices.Number("at most")), ", the most");
  TALLY_ASSIGN_OR_RETURN(raw.exact, Product({base.minor, Percent(choices, "at most")}));
  return raw;
}

using Scheme = absl::StatusOr<RawCredit> (*)(const CreditRule&, const CreditFacts&, const FeeBase&);

absl::StatusOr<RawCredit> Tiers(const CreditRule& rule, const CreditFacts& facts,
                                const FeeBase& base) {
  std::optional<size_t> tier = TierOf(rule, facts.value, facts.unit);
  if (!tier) {
    bool ratio = facts.unit == ValueUnit::kRatio;
    return absl::FailedPreconditionError(absl::StrCat(
        "credit: no tier covers ",
        ratio ? absl::StrCat(FormatPercent(facts.value), " %") : FractionOf(facts.value)));
  }
  RawCredit raw{.exact = {},
                .tier_index = static_cast<int>(*tier) + 1,
                .tier_percent = rule.tiers[*tier].credit_percent,
                .formula = PercentOf(rule.tiers[*tier].credit_percent)};
  TALLY_ASSIGN_OR_RETURN(raw.exact,
                         Product({base.minor, LevelOf(raw.tier_percent, ValueUnit::kRatio)}));
  return raw;
}

absl::StatusOr<RawCredit> Linear(const CreditRule& rule, const CreditFacts& facts,
                                 const FeeBase& base) {
  const Choices& choices = rule.choices;
  Fraction step = Fraction::FromDecimal(choices.Number("step"));
  if (step <= Fraction::Whole(0)) {
    return absl::FailedPreconditionError("credit: a step must be above zero");
  }
  if (facts.beyond) return Most(choices, base);
  TALLY_ASSIGN_OR_RETURN(Fraction shortfall, ShortfallOf(facts));
  TALLY_ASSIGN_OR_RETURN(Fraction steps, Steps(choices, shortfall, step));
  RawCredit raw;
  raw.formula = absl::StrCat(PercentOf(choices.Number("percent per step")), " x ",
                             FractionOf(steps), " steps of ", FormatDecimal(choices.Number("step")),
                             " for ", FractionOf(shortfall), " short");
  TALLY_ASSIGN_OR_RETURN(raw.exact,
                         Product({base.minor, Percent(choices, "percent per step"), steps}));
  TALLY_RETURN_IF_ERROR(CutAt(choices, base, raw));
  return raw;
}

absl::StatusOr<RawCredit> FixedSum(const CreditRule& rule, const CreditFacts& facts,
                                   const FeeBase& base) {
  (void)base;
  Money sum = rule.choices.Amount("sum");
  TALLY_ASSIGN_OR_RETURN(int64_t occasions, Occasions(rule.choices, facts));
  RawCredit raw;
  raw.formula = absl::StrCat(FormatMoney(sum), " for ", std::string(rule.choices.Word("for")), ", ",
                             occasions, " of them");
  TALLY_ASSIGN_OR_RETURN(raw.exact,
                         Product({Fraction::Whole(sum.minor), Fraction::Whole(occasions)}));
  return raw;
}

absl::StatusOr<RawCredit> DaysOfService(const CreditRule& rule, const CreditFacts& facts,
                                        const FeeBase& base) {
  const Choices& choices = rule.choices;
  TALLY_ASSIGN_OR_RETURN(int64_t occasions, Occasions(choices, facts));
  bool thirtieths = choices.Is("month", "30 days");
  int64_t days = thirtieths ? 30 : facts.days_in_window;
  TALLY_CHECK(days > 0);
  Fraction whole = thirtieths ? Fraction::Whole(base.fee.minor) : base.minor;
  TALLY_ASSIGN_OR_RETURN(Fraction daily, Fraction::Divide(whole, Fraction::Whole(days)));
  RawCredit raw;
  raw.formula = absl::StrCat(FormatDecimal(choices.Number("days")), " days of ", days, " for ",
                             std::string(choices.Word("for")), ", ", occasions, " of them");
  TALLY_ASSIGN_OR_RETURN(raw.exact, Product({daily, Fraction::FromDecimal(choices.Number("days")),
                                             Fraction::Whole(occasions)}));
  TALLY_RETURN_IF_ERROR(CutAt(choices, base, raw));
  return raw;
}

absl::StatusOr<RawCredit> Proportional(const CreditRule& rule, const CreditFacts& facts,
                                       const FeeBase& base) {
  const Choices& choices = rule.choices;
  if (facts.scheduled <= Fraction::Whole(0)) {
    return absl::FailedPreconditionError("credit: proportional to a time that is not scheduled");
  }
  Fraction affected =
      choices.Is("affected", "everyone") ? Fraction::Whole(1) : Percent(choices, "affected share");
  TALLY_ASSIGN_OR_RETURN(Fraction share,
                         Fraction::Divide(Fraction::Whole(facts.counted.micros), facts.scheduled));
  RawCredit raw;
  raw.formula = absl::StrCat(FormatDecimal(choices.Number("multiplier")), " x ", FractionOf(share),
                             " of the time x ", FractionOf(affected), " affected");
  TALLY_ASSIGN_OR_RETURN(
      raw.exact,
      Product({base.minor, Fraction::FromDecimal(choices.Number("multiplier")), share, affected}));
  return raw;
}

absl::StatusOr<RawCredit> Pool(const CreditRule& rule, const CreditFacts& facts,
                               const FeeBase& base) {
  (void)facts;
  const Choices& choices = rule.choices;
  RawCredit raw;
  raw.formula = absl::StrCat(PercentOf(choices.Number("at risk")), " at risk x pool share ",
                             PercentOf(choices.Number("pool share")), " x allocation ",
                             PercentOf(choices.Number("allocation")));
  TALLY_ASSIGN_OR_RETURN(
      raw.exact, Product({base.minor, Percent(choices, "at risk"), Percent(choices, "pool share"),
                          Percent(choices, "allocation")}));
  return raw;
}

absl::StatusOr<RawCredit> LateDelivery(const CreditRule& rule, const CreditFacts& facts,
                                       const FeeBase& base) {
  const Choices& choices = rule.choices;
  if (facts.unit != ValueUnit::kSeconds) {
    return absl::FailedPreconditionError("credit: late delivery of a value that is no time");
  }
  if (facts.beyond) return Most(choices, base);
  TALLY_ASSIGN_OR_RETURN(Fraction late, ShortfallOf(facts));
  TALLY_ASSIGN_OR_RETURN(late, Fraction::Multiply(late, Fraction::Whole(1'000'000)));
  if (choices.Has("round up to")) {
    Fraction unit = Fraction::Whole(choices.Length("round up to").micros);
    TALLY_ASSIGN_OR_RETURN(Fraction units, Fraction::Divide(late, unit));
    TALLY_ASSIGN_OR_RETURN(int64_t whole, Ceiling(units));
    TALLY_ASSIGN_OR_RETURN(late, Fraction::Multiply(Fraction::Whole(whole), unit));
  }
  Duration step = choices.Length("step");
  TALLY_ASSIGN_OR_RETURN(Fraction steps, Steps(choices, late, Fraction::Whole(step.micros)));
  RawCredit raw;
  raw.formula = absl::StrCat(PercentOf(choices.Number("percent per step")), " x ",
                             FractionOf(steps), " steps of ", FormatDuration(step), " late");
  TALLY_ASSIGN_OR_RETURN(raw.exact,
                         Product({base.minor, Percent(choices, "percent per step"), steps}));
  TALLY_RETURN_IF_ERROR(CutAt(choices, base, raw));
  return raw;
}

struct Named {
  absl::string_view name;
  Scheme scheme;
};
constexpr std::array<Named, 7> kSchemes = {{{"tiers", Tiers},
                                            {"linear", Linear},
                                            {"fixed sum", FixedSum},
                                            {"days of service", DaysOfService},
                                            {"proportional", Proportional},
                                            {"pool", Pool},
                                            {"late delivery", LateDelivery}}};

}  // namespace

absl::StatusOr<Fraction> ShortfallOf(const CreditFacts& facts) {
  if (facts.beyond) {
    return absl::FailedPreconditionError("credit: no number says how far the target is missed");
  }
  Fraction target = Fraction::FromDecimal(facts.target.percent);
  Fraction value = facts.value;
  if (facts.unit == ValueUnit::kRatio) {
    TALLY_ASSIGN_OR_RETURN(value, Fraction::Multiply(value, Fraction::Whole(100)));
  }
  bool at_least = facts.target.compare == Compare::kAtLeast;
  TALLY_ASSIGN_OR_RETURN(Fraction shortfall, at_least ? Fraction::Subtract(target, value)
                                                      : Fraction::Subtract(value, target));
  return std::max(shortfall, Fraction::Whole(0));
}

absl::StatusOr<int64_t> UnitsShort(const CreditFacts& facts) {
  if (facts.unit != ValueUnit::kRatio) {
    TALLY_ASSIGN_OR_RETURN(Fraction shortfall, ShortfallOf(facts));
    return Ceiling(shortfall);
  }
  Fraction allowed = LevelOf(facts.target.percent, ValueUnit::kRatio);
  if (facts.target.compare == Compare::kAtLeast) {
    TALLY_ASSIGN_OR_RETURN(allowed, Fraction::Subtract(Fraction::Whole(1), allowed));
  }
  TALLY_ASSIGN_OR_RETURN(allowed, Fraction::Multiply(allowed, facts.population));
  TALLY_ASSIGN_OR_RETURN(Fraction above, Fraction::Subtract(facts.failed, allowed));
  return Ceiling(std::max(above, Fraction::Whole(0)));
}

absl::StatusOr<int64_t> PointsOf(const CreditRule& rule, const CreditFacts& facts) {
  TALLY_CHECK(rule.scheme == "points");
  const Choices& choices = rule.choices;
  if (choices.Is("for", "each unit short")) {
    TALLY_ASSIGN_OR_RETURN(int64_t units, UnitsShort(facts));
    return RoundToInteger(*Fraction::Of(Wide{units} * choices.Count("points"), 1), Rounding::kDown);
  }
  // The farthest level that the value is beyond gives its points.
  bool at_least = facts.target.compare == Compare::kAtLeast;
  bool worse_at_level = choices.Is("level itself", "is the worse");
  std::vector<std::pair<Decimal, Decimal>> levels = choices.Steps("levels");
  if (!at_least) std::reverse(levels.begin(), levels.end());
  for (const auto& [level, points] : levels) {
    Fraction edge = LevelOf(level, facts.unit);
    bool beyond = at_least ? facts.value < edge : facts.value > edge;
    if (facts.value == edge) beyond = worse_at_level;
    if (beyond && points < Decimal{}) {
      return absl::FailedPreconditionError("credit: a negative number of points");
    }
    if (beyond) return RoundToInteger(Fraction::FromDecimal(points), Rounding::kHalfUp);
  }
  return 0;
}

absl::StatusOr<RawCredit> RawCreditOf(const CreditRule& rule, const CreditFacts& facts,
                                      const FeeBase& base) {
  auto found = std::find_if(kSchemes.begin(), kSchemes.end(),
                            [&rule](const Named& each) { return each.name == rule.scheme; });
  if (found == kSchemes.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("credit: \"", rule.scheme, "\" is no scheme of money"));
  }
  return found->scheme(rule, facts, base);
}

}  // namespace tally::replay
