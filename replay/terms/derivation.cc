#include "replay/terms/derivation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

std::string FractionText(const Fraction& value) {
  return absl::StrCat(FormatWide(value.numerator()), "/", FormatWide(value.denominator()));
}
// A number that is usually whole: "43200", "14/30".
std::string PlainText(const Fraction& value) {
  return value.denominator() == 1 ? FormatWide(value.numerator()) : FractionText(value);
}
std::string RatioText(const Fraction& value) {
  return absl::StrCat(FractionText(value), " = ", FormatPercent(value), " %");
}
std::string PercentText(const Decimal& percent) {
  return absl::StrCat(FormatDecimal(percent), " %");
}

absl::string_view DenominatorText(const AvailabilityByTime& measure) {
  switch (measure.denominator) {
    case Denominator::kKeep:
      return "the whole window";
    case Denominator::kRemove:
      return "the window without excluded time";
    case Denominator::kRemoveOverlap:
      return "the window without excluded bad time";
    case Denominator::kFixed:
      return "the fixed length that the terms state";
    case Denominator::kUnset:
      break;
  }
  return "";
}
absl::string_view RoundingText(Rounding rounding) {
  switch (rounding) {
    case Rounding::kHalfUp:
      return "half away from zero";
    case Rounding::kHalfEven:
      return "half to the even neighbour";
    case Rounding::kDown:
      return "towards zero";
    case Rounding::kUp:
      return "away from zero";
    case Rounding::kUnset:
      break;
  }
  return "";
}
std::string TierText(const Tier& tier, TierEdges edges, ValueUnit unit) {
  std::string from = tier.from ? LevelText(*tier.from, unit) : "the bottom";
  std::string below = tier.below ? LevelText(*tier.below, unit) : "the top";
  if (edges == TierEdges::kUpToIncluded) return absl::StrCat("above ", from, " up to ", below);
  return absl::StrCat("from ", from, " to below ", below);
}

class Writer {
 public:
  Writer(const Objective& objective, const WindowFigures& figures)
      : objective_(objective), figures_(figures) {
    clause_ = objective.clause ? objective.clause->id : absl::StrCat("objectives/", objective.id);
  }

  void Line(absl::string_view step, std::string formula, std::string result) {
    steps_.push_back({std::string(step), std::move(formula), std::move(result), clause_, false});
  }
  void Period(const Knowledge& knowledge);
  void CountedPeriod();
  void Times();
  void Value(const AvailabilityRatio& ratio);
  void Counted(const std::vector<DerivationStep>& steps);
  void Target();
  void Unpaid(const AvailabilityRatio& ratio);
  void Credit();
  std::vector<DerivationStep> Take() { return std::move(steps_); }

 private:
  std::string Count(int64_t count) const {
    const std::string& unit = figures_.times.unit;
    return absl::StrCat(count, " ", count == 1 && unit == "items" ? "item" : unit);
  }
  void Optional(absl::string_view step, absl::string_view formula, int64_t count) {
    if (count != 0) Line(step, std::string(formula), Count(count));
  }

  const Objective& objective_;
  const WindowFigures& figures_;
  std::string clause_;
  std::vector<DerivationStep> steps_;
};

void Writer::Period(const Knowledge& knowledge) {
  const Interval& window = figures_.window.interval;
  Line("period",
       absl::StrCat(FormatInstant(window.first), " to ", FormatInstant(window.limit), ", zone ",
                    objective_.window.zone.name),
       Count(figures_.times.period));
  if (figures_.open) {
    Line("remaining",
         absl::StrCat("known at ", FormatInstant(knowledge.instant),
                      "; the rest of the window counts as available"),
         Count(figures_.times.remaining));
  }
}

void Writer::CountedPeriod() {
  const Interval& window = figures_.window.interval;
  Line("period",
       absl::StrCat(FormatInstant(window.first), " to ", FormatInstant(window.limit), ", zone ",
                    objective_.window.zone.name),
       figures_.open ? "open: what is known so far" : "the window is over");
}

void Writer::Times() {
  const AvailabilityByTime& measure = objective_.measure;
  Optional("excluded", "the union of the exclusions inside the window", figures_.times.excluded);
  Optional("unknown",
           measure.unknown == CountsAs::kUp     ? "no knowledge; counts as up"
           : measure.unknown == CountsAs::kDown ? "no knowledge; counts as down"
                                                : "no knowledge; removed from both sides",
           figures_.times.unknown);
  Optional(
      "degraded",
      measure.degraded == CountsAs::kDown ? "degraded; counts as down" : "degraded; counts as up",
      figures_.times.degraded);
  std::string formula = "time that counts against the value";
  if (measure.minimum_outage) {
    absl::StrAppend(&formula, ", in outages of at least ", measure.minimum_outage->count, " x ",
                    FormatDuration(measure.minimum_outage->quantum));
  }
  if (measure.snap != Snap::kNone) {
    absl::StrAppend(&formula, ", ",
                    measure.snap_scope == SnapScope::kEachOutage ? "each outage" : "the total",
                    measure.snap == Snap::kFloor ? " down" : " up", " to whole ",
                    FormatDuration(measure.resolution));
  }
  Line("down", std::move(formula), Count(figures_.times.counted));
  steps_.back().shows_causes = true;
}

void Writer::Value(const AvailabilityRatio& ratio) {
  if (!figures_.value || figures_.empty) {
    Line("value",
         figures_.empty ? "nothing is left to measure; the empty rule of the terms decides"
                        : "nothing is left to measure, and too little is known for a verdict",
         figures_.value ? RatioText(*figures_.value) : "none");
    return;
  }
  absl::StatusOr<Fraction> denominator =
      Fraction::Divide(ratio.denominator, Fraction::Whole(figures_.times.unit_length.micros));
  Line("value",
       absl::StrCat("1 - ", figures_.times.counted, " / ",
                    denominator.ok() ? PlainText(*denominator) : "", ", over ",
                    DenominatorText(objective_.measure)),
       RatioText(*figures_.value));
}

void Writer::Counted(const std::vector<DerivationStep>& steps) {
  for (const DerivationStep& step : steps) {
    steps_.push_back(step);
    if (steps_.back().clause.empty()) steps_.back().clause = clause_;
  }
  if (figures_.beyond.empty() && (!figures_.value || figures_.empty)) {
    Line("value",
         figures_.empty ? "nothing is left to count; the empty rule of the terms decides"
                        : "nothing is left to count, and too little was counted for a verdict",
         figures_.value ? ValueText(*figures_.value, figures_.unit) : "none");
    return;
  }
  Line("value",
       absl::StrCat(objective_.counted->kind, ", ", Count(figures_.times.period), ", ",
                    figures_.times.counted, " against it"),
       figures_.value ? ValueText(*figures_.value, figures_.unit) : figures_.beyond);
  steps_.back().shows_causes = true;
}

void Writer::Target() {
  const struct Target& target = objective_.target;
  absl::string_view word = "no result";
  if (figures_.verdict == Verdict::kMet) word = "met";
  if (figures_.verdict == Verdict::kBreached) word = "breached";
  if (figures_.verdict == Verdict::kIndeterminate) word = "indeterminate";
  Line("target",
       absl::StrCat(target.compare == Compare::kAtLeast ? "at least " : "at most ",
                    LevelText(target.percent, figures_.unit)),
       std::string(word));
  if (figures_.below_minimum) {
    Line("minimum level", absl::StrCat("minimum ", LevelText(*target.minimum, figures_.unit)),
         "missed");
  }
}

void Writer::Unpaid(const AvailabilityRatio& ratio) {
  bool earns = figures_.credit && !figures_.credit->formula.empty();
  if (!earns || ratio.unpaid == ratio.value) return;
  Line("unpaid", "the value without down time that earlier windows paid for",
       RatioText(*ratio.unpaid));
}

void Writer::Credit() {
  if (figures_.points) {
    Line("points", absl::StrCat("points for ", std::string(objective_.credit->choices.Word("for"))),
         absl::StrCat(*figures_.points, " points"));
  }
  if (!figures_.credit) return;
  const ComputedCredit& credit = *figures_.credit;
  const CreditRule& rule = *objective_.credit;
  const Currency& currency = credit.base.fee.currency;
  if (credit.formula.empty()) {
    bool paid = figures_.verdict == Verdict::kBreached && !figures_.empty;
    Line("credit", paid ? "this down time has been paid for by an earlier window" : "none due",
         FormatMoney(credit.amount));
    return;
  }
  if (credit.tier_index > 0) {
    const Tier& tier = rule.tiers[static_cast<size_t>(credit.tier_index) - 1];
    Line("tier",
         absl::StrCat("tier ", credit.tier_index, ", ", TierText(tier, rule.edges, figures_.unit)),
         PercentText(tier.credit_percent));
  }
  std::string base;
  if (!rule.fee.empty()) {
    base = absl::StrCat(ExactMoneyText(credit.base.minor, currency), " x ");
    Line("base",
         absl::StrCat("fee ", rule.fee, ", ", FormatMoney(credit.base.fee), " x ",
                      PlainText(credit.base.share)),
         ExactMoneyText(credit.base.minor, currency));
  }
  Line("credit",
       absl::StrCat(base, credit.formula, " = ", ExactMoneyText(credit.exact, currency),
                    ", rounded once ", RoundingText(rule.rounding)),
       FormatMoney(credit.rounded));
  if (rule.window_cap) {
    Line("cap", absl::StrCat("at most ", FormatMoney(*rule.window_cap), " a window"),
         FormatMoney(std::min(credit.rounded, *rule.window_cap)));
  }
  if (rule.minimum) {
    Line("minimum", absl::StrCat("paid only if more than ", FormatMoney(*rule.minimum)),
         FormatMoney(credit.amount));
  }
}

}  // namespace

std::vector<DerivationStep> ExplainCredit(const Objective& objective,
                                          const WindowFigures& figures) {
  Writer writer(objective, figures);
  writer.Credit();
  return writer.Take();
}

bool IsAboutCredit(const DerivationStep& step) {
  constexpr absl::string_view kSteps[] = {"tier", "base", "credit", "cap", "minimum", "unpaid"};
  return std::find(std::begin(kSteps), std::end(kSteps), step.step) != std::end(kSteps);
}

std::string ExactMoneyText(const Fraction& minor, const Currency& currency) {
  absl::StatusOr<int64_t> whole = RoundToInteger(minor, Rounding::kHalfEven);
  if (!whole.ok()) return absl::StrCat(FractionText(minor), " minor ", currency.code);
  const std::string amount = FormatMoney({.minor = *whole, .currency = currency});
  if (minor.denominator() == 1) return amount;
  return absl::StrCat("about ", amount, " (", FractionText(minor), " minor units)");
}

std::string ValueText(const Fraction& value, ValueUnit unit) {
  switch (unit) {
    case ValueUnit::kRatio:
      return RatioText(value);
    case ValueUnit::kSeconds:
      return absl::StrCat(PlainText(value), " s");
    case ValueUnit::kPoints:
      return absl::StrCat(PlainText(value), " points");
    case ValueUnit::kCount:
    case ValueUnit::kMoney:
      break;
  }
  return PlainText(value);
}

std::string LevelText(const Decimal& level, ValueUnit unit) {
  if (unit == ValueUnit::kRatio) return PercentText(level);
  if (unit != ValueUnit::kSeconds) return FormatDecimal(level);
  // As the terms say it: "4 h". What is no whole microsecond has no such form.
  const Decimal normal = level.Normalised();
  Wide micros = normal.mantissa;
  for (uint8_t i = normal.scale; i < 6; ++i) micros *= 10;
  const bool whole = normal.scale <= 6 && micros > 0 && micros <= Instant::Max().micros;
  return whole ? FormatDuration({static_cast<int64_t>(micros)})
               : absl::StrCat(FormatDecimal(level), " s");
}

std::vector<DerivationStep> Explain(const Objective& objective, const Knowledge& knowledge,
                                    const AvailabilityRatio& ratio, const WindowFigures& figures) {
  Writer writer(objective, figures);
  writer.Period(knowledge);
  writer.Times();
  writer.Value(ratio);
  writer.Target();
  writer.Unpaid(ratio);
  writer.Credit();
  return writer.Take();
}

std::vector<DerivationStep> ExplainCounted(const Objective& objective,
                                           const std::vector<DerivationStep>& steps,
                                           const WindowFigures& figures) {
  Writer writer(objective, figures);
  writer.CountedPeriod();
  writer.Counted(steps);
  writer.Target();
  writer.Credit();
  return writer.Take();
}

}  // namespace tally::replay
