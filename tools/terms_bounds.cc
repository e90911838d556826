#include "tools/terms_bounds.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "replay/terms/longest_outage.h"
#include "tools/terms_credit.h"
#include "tools/terms_fields.h"

namespace tally::tools {
namespace {

constexpr int64_t kCreditMinorMax = 1'000'000'000'000'000'000;

struct NumberBound {
  absl::string_view scheme;
  absl::string_view choice;
  int64_t above;  // strictly
  int64_t most;
};
// A step of zero would divide by it; a factor beyond these is a slip of the pen.
constexpr NumberBound kBounds[] = {{"linear", "step", 0, 1'000'000'000'000},
                             {"days of service", "days", 0, 36'600},
                             {"proportional", "multiplier", 0, 1'000'000},
                             {"points", "repeat factor", 0, 2}};

void CheckNumbers(const Objective& objective, TermsReport& report) {
  const CreditRule& credit = *objective.credit;
  for (const NumberBound& bound : kBounds) {
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

// Nobody counts more tickets, outages or hours in a window.
constexpr int64_t kOccasionsMax = 1'000'000'000;

ValueUnit UnitOfMeasure(const Objective& objective) {
  const VocabularyRow* row =
      objective.counted ? FindInVocabulary(ThingKind::kMeasure, objective.counted->kind) : nullptr;
  return row == nullptr ? ValueUnit::kRatio : row->unit;
}

// How often a scheme can pay in one window.
Fraction MostOccasions(const Objective& objective) {
  const Choices& choices = objective.credit->choices;
  const ValueUnit unit = UnitOfMeasure(objective);
  if (choices.Is("for", "each breach")) return Fraction::Whole(1);
  // Units of a share are items; others are what the value lacks.
  const bool short_of_level = choices.Is("for", "each unit short") && unit != ValueUnit::kRatio;
  return short_of_level ? FarthestFrom(objective.target, unit) : Fraction::Whole(kOccasionsMax);
}

std::optional<Fraction> Share(const Choices& choices, absl::string_view name) {
  return Times(Fraction::FromDecimal(choices.Number(name)), *Fraction::Of(1, 100));
}

// The largest credit of a scheme that grows without a cap of its own; no value beyond 128 bits, and
// none at all for schemes that cannot exceed their base.
std::optional<std::optional<Fraction>> LargestCredit(const Terms& terms,
                                                     const Objective& objective) {
  const CreditRule& credit = *objective.credit;
  const Choices& choices = credit.choices;
  if (credit.scheme == "fixed sum") {
    return Times(MostOccasions(objective), Fraction::Whole(choices.Amount("sum").minor));
  }
  const Fee* fee = FindFee(terms.fees, credit.fee);
  if (fee == nullptr || choices.Has("at most")) return std::nullopt;
  const Fraction base = Fraction::Whole(fee->amount.minor);
  const Fraction distance = FarthestFrom(objective.target, UnitOfMeasure(objective));
  if (credit.scheme == "days of service") {
    return Times(Times(base, Fraction::FromDecimal(choices.Number("days"))),
                 MostOccasions(objective));
  }
  if (credit.scheme == "proportional") {
    return Times(base, Fraction::FromDecimal(choices.Number("multiplier")));
  }
  const bool late = credit.scheme == "late delivery";
  if (credit.scheme != "linear" && !late) return std::nullopt;
  const Fraction step = late ? *Fraction::Of(choices.Length("step").micros, 1'000'000)
                             : Fraction::FromDecimal(choices.Number("step"));
  if (step <= Fraction{}) return std::nullopt;  // reported
  absl::StatusOr<Fraction> steps = Fraction::Divide(distance, step);
  if (!steps.ok()) return std::optional<Fraction>();
  std::optional<Fraction> share = Share(choices, "percent per step");
  return share ? Times(Times(*steps, *share), base) : std::optional<Fraction>();
}

// A percentile that falls on a failed sample misses its target, but by no number.
bool MayBeBeyond(const Objective& objective) {
  if (!objective.counted || objective.counted->kind != "latency percentile") return false;
  const Choices& measure = objective.counted->choices;
  return measure.Is("failed samples", "slower than any") || measure.Is("from", "histograms");
}
bool AsksHowFar(const CreditRule& credit) {
  if (credit.scheme == "linear" || credit.scheme == "late delivery") {
    return !credit.choices.Has("at most");
  }
  return credit.choices.Is("for", "each unit short") ||
         credit.choices.Is("for", "each started hour");
}

// Schemes that ask something of the measure that it does not know.
absl::string_view WhatItLacks(const Objective& objective) {
  const Choices& choices = objective.credit->choices;
  if (MayBeBeyond(objective) && AsksHowFar(*objective.credit)) {
    return "a failed sample is slower than any limit: nothing says how far it misses the target, "
           "so the credit needs an `at most`";
  }
  const bool time = UnitOfMeasure(objective) == ValueUnit::kSeconds;
  const bool availability = !objective.counted.has_value();
  if (objective.credit->scheme == "late delivery" && !time) {
    return "late delivery needs a measure in time, like `deliverable lateness`";
  }
  if (objective.credit->scheme == "proportional" && !availability) {
    return "a credit in proportion to down time needs `availability by time`";
  }
  if (choices.Is("for", "each started hour") && !time && !availability) {
    return "hours are only known of a measure in time, or of `availability by time`";
  }
  if (choices.Is("for", "each unit short") && time) {
    return "a unit of time is not said by `each unit short`: choose `each started hour`, or the "
           "scheme `linear` with a step like `30 min`";
  }
  if (choices.Is("for", "each unit short") && availability) {
    return "an availability by time has no units that could be short";
  }
  return "";
}

struct RuleBound {
  absl::string_view kind;
  absl::string_view choice;
  absl::string_view least_of;  // another count, or "" for one
};
constexpr RuleBound kRuleBounds[] = {{"earn-back", "windows", ""},
                                     {"earn-back", "within windows", "windows"},
                                     {"chronic failure", "failures", ""},
                                     {"chronic failure", "windows", "failures"},
                                     {"chronic failure", "months", ""},
                                     {"expected level", "failures", ""},
                                     {"expected level", "windows", "failures"}};

// A sequence is at least as long as what is looked for in it.
void CheckSequences(const Rule& rule, TermsReport& report) {
  for (const RuleBound& bound : kRuleBounds) {
    if (rule.kind != bound.kind || !rule.choices.Has(bound.choice)) continue;
    const bool alone = bound.least_of.empty() || !rule.choices.Has(bound.least_of);
    const int64_t least = alone ? 1 : rule.choices.Count(bound.least_of);
    if (rule.choices.Count(bound.choice) >= least) continue;
    report.Error(report.PlaceOf(absl::StrCat("rules.", rule.id, ".", bound.choice)),
                 "terms-contradiction",
                 absl::StrCat("`", bound.choice, "` is ", rule.choices.Count(bound.choice)),
                 absl::StrCat("write at least ", least));
  }
  if (rule.kind != "earn-back" || rule.choices.Number("share") <= Decimal{100, 0}) return;
  report.Error(report.PlaceOf(absl::StrCat("rules.", rule.id, ".share")), "terms-bad-value",
               "more than the whole credit would be earned back", "write at most `100 %`");
}

// Why a sequence can never be tested for an objective; "" where it can.
absl::string_view WhatSequenceLacks(const Terms& terms, const Rule& rule,
                                    const Objective& objective) {
  if (rule.choices.Is("when", "long outage") && !replay::HasOutages(objective)) {
    return "it has no outages: they are known of `availability by time` whose value is not a mean "
           "of monitors";
  }
  if (rule.choices.Is("when", "average below floor") &&
      (UnitOfMeasure(objective) != ValueUnit::kRatio ||
       objective.target.compare != Compare::kAtLeast)) {
    return "a floor is for a value in percent whose target is `at least`";
  }
  if (!rule.choices.Is("when", "cap reached")) return "";
  for (const Rule& cap : terms.rules) {
    const bool covers =
        cap.objectives.empty() ||
        std::binary_search(cap.objectives.begin(), cap.objectives.end(), objective.id);
    if (cap.id == rule.choices.Text("cap") && covers && objective.credit) return "";
  }
  return "it has no credit under that cap";
}

void CheckSequenceFits(const Terms& terms, const Rule& rule, TermsReport& report) {
  if (rule.kind != "chronic failure") return;
  for (const Objective& objective : terms.objectives) {
    const bool about =
        rule.objectives.empty() ||
        std::binary_search(rule.objectives.begin(), rule.objectives.end(), objective.id);
    const absl::string_view lacks = about ? WhatSequenceLacks(terms, rule, objective) : "";
    if (lacks.empty()) continue;
    report.Error(report.PlaceOf(absl::StrCat("rules.", rule.id, ".when")), "terms-contradiction",
                 absl::StrCat("`", rule.choices.Word("when"), "` of ", objective.id, ": ", lacks),
                 "name the objectives that the rule is for, or choose another `when`");
  }
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
    const VocabularyRow* row = FindInVocabulary(ThingKind::kRule, rule.kind);
    if (row != nullptr && rule.choices.Check(*row).ok()) {
      CheckSequences(rule, report);
      CheckSequenceFits(terms, rule, report);
    }
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
    if (const absl::string_view lacks = WhatItLacks(objective); !lacks.empty()) {
      report.Error(report.PlaceOf(path), "terms-contradiction", lacks,
                   "choose another scheme or another measure");
      continue;
    }
    const auto largest = LargestCredit(terms, objective);
    if (!largest || (*largest && **largest <= Fraction::Whole(kCreditMinorMax))) continue;
    report.Error(report.PlaceOf(path), "terms-contradiction",
                 absl::StrCat("the largest credit of ", objective.id,
                              " would have more than 10^18 minor units"),
                 "state `at most`, a longer step or a smaller amount");
  }
}

}  // namespace tally::tools
