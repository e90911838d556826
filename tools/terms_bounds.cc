#include "tools/terms_bounds.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "tools/terms_credit.h"
#include "tools/terms_fields.h"

namespace tally::tools {
namespace {

constexpr int64_t kCreditMinorMax = 1'000'000'000'000'000'000;

struct Bound {
  absl::string_view scheme;
  absl::string_view choice;
  int64_t above;  // strictly
  int64_t most;
};
// A step of zero would divide by it; a factor beyond these is a slip of the pen.
constexpr Bound kBounds[] = {{"linear", "step", 0, 1'000'000'000'000},
                             {"days of service", "days", 0, 36'600},
                             {"proportional", "multiplier", 0, 1'000'000},
                             {"points", "repeat factor", 0, 2}};

void CheckNumbers(const Objective& objective, TermsReport& report) {
  const CreditRule& credit = *objective.credit;
  for (const Bound& bound : kBounds) {
    if (credit.scheme != bound.scheme || !credit.choices.Has(bound.choice)) continue;
    const Decimal number = credit.choices.Number(bound.choice);
    // A factor under one would make the second failure cheaper than the first.
    const bool too_small =
        bound.scheme == "points" ? number < Decimal{1, 0} : number <= Decimal{bound.above, 0};
    if (!too_small && number <= Decimal{bound.most, 0}) continue;
    report.Error(
        report.PlaceOf(absl::StrCat("objectives.", objective.id, ".credit.", bound.choice)),
        "terms-bad-value", absl::StrCat("`", bound.choice, "` is ", FormatDecimal(number)),
        absl::StrCat("write a number ", bound.scheme == "points" ? "from 1" : "above 0", " up to ",
                     bound.most));
  }
}

// a x b; nothing beyond 128 bits.
std::optional<Fraction> Times(const std::optional<Fraction>& a, const Fraction& b) {
  if (!a) return std::nullopt;
  absl::StatusOr<Fraction> product = Fraction::Multiply(*a, b);
  return product.ok() ? std::optional<Fraction>(*product) : std::nullopt;
}

// The farthest that a value can be from its target, in the unit of the target.
Fraction FarthestFrom(const Target& target, ValueUnit unit) {
  if (target.compare == Compare::kAtLeast) {
    return Fraction::FromDecimal(target.percent < Decimal{} ? Decimal{} : target.percent);
  }
  // Nothing bounds a count or a time from above but the form of levels.
  return Fraction::Whole(unit == ValueUnit::kRatio ? 1000 : 1'000'000'000'000);
}

// The largest credit of a scheme that grows with the distance from the target; none for others.
std::optional<std::optional<Fraction>> LargestCredit(const Terms& terms,
                                                     const Objective& objective) {
  const CreditRule& credit = *objective.credit;
  const VocabularyRow* row =
      objective.counted ? FindInVocabulary(ThingKind::kMeasure, objective.counted->kind) : nullptr;
  const Fraction distance =
      FarthestFrom(objective.target, row == nullptr ? ValueUnit::kRatio : row->unit);
  if (credit.scheme == "fixed sum" && credit.choices.Is("for", "each unit short")) {
    return Times(distance, Fraction::Whole(credit.choices.Amount("sum").minor));
  }
  const Fee* fee = FindFee(terms.fees, credit.fee);
  if (credit.scheme != "linear" || fee == nullptr || credit.choices.Has("at most")) {
    return std::nullopt;
  }
  const Decimal step = credit.choices.Number("step");
  if (step <= Decimal{}) return std::nullopt;  // reported
  absl::StatusOr<Fraction> steps = Fraction::Divide(distance, Fraction::FromDecimal(step));
  absl::StatusOr<Fraction> share = Fraction::Divide(
      Fraction::FromDecimal(credit.choices.Number("percent per step")), Fraction::Whole(100));
  if (!steps.ok() || !share.ok()) return std::optional<Fraction>();
  return Times(Times(*steps, *share), Fraction::Whole(fee->amount.minor));
}

// Amounts in choices, of credits and of rules.
void CheckAmounts(const Choices& choices, const std::string& path, TermsReport& report) {
  for (const Choice& choice : choices.all()) {
    if (choice.values.size() != 1) continue;
    absl::StatusOr<Money> money = ParseMoney(choice.values.front());
    if (!money.ok() || money->minor <= kAmountMinorMax) continue;
    report.Error(report.PlaceOf(absl::StrCat(path, ".", choice.name)), "terms-bad-value",
                 absl::StrCat("`", choice.name, "` is ", choice.values.front()),
                 "an amount has at most 10^15 minor units, so that no credit can overflow");
  }
}

}  // namespace

void CheckBounds(const Terms& terms, TermsReport& report) {
  for (const Rule& rule : terms.rules) {
    CheckAmounts(rule.choices, absl::StrCat("rules.", rule.id), report);
  }
  for (const Objective& objective : terms.objectives) {
    if (!objective.credit) continue;
    const std::string path = absl::StrCat("objectives.", objective.id, ".credit");
    const VocabularyRow* row = FindInVocabulary(ThingKind::kCredit, objective.credit->scheme);
    // What is missing was reported.
    if (row == nullptr || !objective.credit->choices.Check(*row).ok()) continue;
    CheckAmounts(objective.credit->choices, path, report);
    CheckNumbers(objective, report);
    const auto largest = LargestCredit(terms, objective);
    if (!largest || (*largest && **largest <= Fraction::Whole(kCreditMinorMax))) continue;
    report.Error(report.PlaceOf(path), "terms-contradiction",
                 absl::StrCat("the largest credit of ", objective.id,
                              " would have more than 10^18 minor units"),
                 "state `at most`, a longer step or a smaller amount");
  }
}

}  // namespace tally::tools
