// Value, verdict and credit in this order, and beside them the lines that explain each.
#include "replay/terms/evaluate.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "replay/terms/civil.h"
#include "replay/terms/counting.h"
#include "replay/terms/credit_scheme.h"
#include "replay/terms/derivation.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

struct TimeUnit {
  absl::string_view name;
  int64_t micros;
};
constexpr std::array<TimeUnit, 4> kTimeUnits = {
    {{"min", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};

// What an empty population is worth. The terms name no tier for it, so nothing is credited.
void DecideEmpty(const WindowQuestion& question, WindowFigures& figures) {
  figures.empty = true;
  switch (question.objective->empty) {
    case EmptyRule::kMet:
      figures.verdict = Verdict::kMet;
      return;
    case EmptyRule::kBreached:
      figures.verdict = Verdict::kBreached;
      return;
    case EmptyRule::kCarryLast:
      if (question.last) {
        figures.value = question.last->value;
        figures.verdict = question.last->verdict;
      }
      return;
    case EmptyRule::kNoResult:
    case EmptyRule::kUnset:
      return;
  }
}

// Separate stretches of down time. The picture has a limit, above which nobody counts incidents.
absl::StatusOr<int64_t> OutagesIn(const Measured& measured) {
  if (measured.picture_left_out) {
    return absl::OutOfRangeError("credit: too many changes of state to count outages");
  }
  int64_t outages = 0;
  bool down = false;
  for (const Stretch& stretch : measured.picture) {
    bool is_down = stretch.kind == SegmentKind::kDown;
    if (is_down && !down) ++outages;
    down = is_down;
  }
  return outages;
}

int64_t LocalDaysIn(const Zone& zone, const Interval& window) {
  int64_t days = DayNumber(zone.DayAt(window.limit)) - DayNumber(zone.DayAt(window.first));
  return std::max<int64_t>(days, 1);
}

// The last step of every measure: what the missed target is worth.
absl::Status DecideCredit(const WindowQuestion& question, CreditFacts facts,
                          WindowFigures& figures) {
  const Objective& objective = *question.objective;
  if (!objective.credit) return absl::OkStatus();
  const CreditRule& rule = *objective.credit;
  facts.target = objective.target;
  facts.unit = figures.unit;
  facts.days_in_window = LocalDaysIn(*question.zone, figures.window.interval);
  bool due = !figures.empty && figures.verdict == Verdict::kBreached &&
             Against(objective.target, facts.value, figures.unit) == Verdict::kBreached;
  if (rule.scheme == "points") {
    figures.points = 0;
    if (due) {
      TALLY_ASSIGN_OR_RETURN(figures.points, PointsOf(rule, facts));
    }
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(FeeBase base,
                         FeeBaseOf(*question.fees, rule, *question.zone, figures.window));
  figures.credit = NoCredit(base);
  if (!due) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(figures.credit, CreditFor(rule, facts, base));
  return absl::OkStatus();
}

// Value, coverage and unit are set; everything that follows from the levels of the target.
void DecideVerdict(const WindowQuestion& question, WindowFigures& figures) {
  const Target& target = question.objective->target;
  if (!figures.value) {
    DecideEmpty(question, figures);
    return;
  }
  figures.verdict = Against(target, *figures.value, figures.unit);
  figures.below_minimum = BelowMinimum(target, *figures.value, figures.unit);
  figures.exceeds = Exceeds(target, *figures.value, figures.unit);
}

// Whether too little is known for a verdict.
bool IsShort(const Objective& objective, const std::optional<Fraction>& coverage) {
  const std::optional<Decimal>& floor = objective.measure.coverage_floor;
  return floor && coverage && *coverage < LevelOf(*floor, ValueUnit::kRatio);
}

}  // namespace

FigureTimes TimesOf(const Measured& measured, Duration resolution) {
  const int64_t times[] = {measured.period.micros,    measured.counted.micros,
                           measured.excluded.micros,  measured.unknown.micros,
                           measured.remaining.micros, measured.degraded.micros};
  auto measures_all = [&times](int64_t unit) {
    for (int64_t time : times) {
      if (time % unit != 0) return false;
    }
    return true;
  };
  // Microseconds measure everything, so a unit is always found.
  const TimeUnit* unit = &kTimeUnits.front();
  while (unit->micros > resolution.micros || !measures_all(unit->micros)) {
    TALLY_CHECK(unit != &kTimeUnits.back());
    ++unit;
  }
  return {.unit = std::string(unit->name),
          .unit_length = {unit->micros},
          .period = times[0] / unit->micros,
          .counted = times[1] / unit->micros,
          .excluded = times[2] / unit->micros,
          .unknown = times[3] / unit->micros,
          .remaining = times[4] / unit->micros,
          .degraded = times[5] / unit->micros};
}

std::vector<Interval> ExclusionsOf(const Objective& objective) {
  std::vector<Interval> intervals;
  for (const AgreedExclusion& exclusion : objective.exclusions) {
    intervals.push_back(exclusion.interval);
  }
  return intervals;
}

absl::StatusOr<WindowFigures> EvaluateWindow(const WindowQuestion& question, Measured measured) {
  TALLY_CHECK(question.objective != nullptr);
  TALLY_ASSIGN_OR_RETURN(AvailabilityRatio ratio,
                         RatioOf(measured, question.objective->measure, question.window));
  return EvaluateWindow(question, std::move(measured), ratio);
}

absl::StatusOr<WindowFigures> EvaluateWindow(const WindowQuestion& question, Measured measured,
                                             const AvailabilityRatio& ratio) {
  TALLY_CHECK(question.objective != nullptr && question.fees != nullptr &&
              question.zone != nullptr);
  const Objective& objective = *question.objective;
  TALLY_CHECK(measured.period == Length(question.window.interval));
  WindowFigures figures;
  figures.window = question.window;
  figures.open = question.knowledge.instant < question.window.interval.limit;
  figures.times = TimesOf(measured, objective.measure.resolution);
  figures.coverage = ratio.coverage;
  figures.value = ratio.value;
  if (IsShort(objective, ratio.coverage)) {
    figures.verdict = Verdict::kIndeterminate;
  } else {
    DecideVerdict(question, figures);
  }
  CreditFacts facts;
  facts.counted = measured.counted_unpaid;
  facts.scheduled = ratio.denominator;
  // What is left after paid down time may meet the target: then this step earns nothing new.
  if (ratio.unpaid) facts.value = *ratio.unpaid;
  if (objective.credit && objective.credit->choices.Is("for", "each incident")) {
    TALLY_ASSIGN_OR_RETURN(facts.incidents, OutagesIn(measured));
  }
  TALLY_RETURN_IF_ERROR(DecideCredit(question, facts, figures));
  figures.measured = std::move(measured);
  figures.derivation = Explain(objective, question.knowledge, ratio, figures);
  return figures;
}

absl::StatusOr<WindowFigures> EvaluateCounted(const WindowQuestion& question, Counted counted) {
  TALLY_CHECK(question.objective != nullptr && question.fees != nullptr &&
              question.zone != nullptr);
  const Objective& objective = *question.objective;
  TALLY_CHECK(objective.counted.has_value());
  WindowFigures figures;
  figures.window = question.window;
  figures.open = question.knowledge.instant < question.window.interval.limit;
  figures.unit = UnitOf(objective);
  figures.times.unit = "items";
  figures.times.unit_length = {1};
  figures.times.period = counted.population;
  figures.times.counted = counted.failed;
  figures.value = counted.value;
  figures.coverage = counted.coverage;
  if (counted.indeterminate) {
    figures.verdict = Verdict::kIndeterminate;
  } else {
    DecideVerdict(question, figures);
  }
  CreditFacts facts;
  if (figures.value) facts.value = *figures.value;
  facts.beyond = !counted.beyond.empty();
  facts.population = Fraction::Whole(counted.population);
  facts.failed = Fraction::Whole(counted.failed);
  facts.incidents = counted.failed;
  TALLY_RETURN_IF_ERROR(DecideCredit(question, facts, figures));
  if (facts.beyond) figures.value = std::nullopt;
  figures.beyond = std::move(counted.beyond);
  figures.measured.period = Length(question.window.interval);
  figures.measured.causes = std::move(counted.causes);
  figures.measured.causes_left_out = counted.causes_left_out;
  figures.derivation = ExplainCounted(objective, counted.steps, figures);
  return figures;
}

absl::StatusOr<WindowFigures> WithRuledValue(const WindowQuestion& question, CreditFacts facts,
                                             const Fraction& value, WindowFigures figures) {
  const std::string measured =
      figures.value.has_value() ? ValueText(*figures.value, figures.unit) : "no value";
  figures.value = value;
  figures.empty = false;
  figures.beyond.clear();
  figures.credit = std::nullopt;
  figures.points = std::nullopt;
  DecideVerdict(question, figures);
  facts.value = value;
  facts.beyond = false;
  TALLY_RETURN_IF_ERROR(DecideCredit(question, facts, figures));
  // What followed from the measured value is no part of the way any more.
  std::erase_if(figures.derivation, [](const DerivationStep& step) {
    return step.step == "target" || step.step == "tier" || step.step == "credit" ||
           step.step == "cap" || step.step == "minimum";
  });
  figures.derivation.push_back({.step = "ruled value",
                                .formula = absl::StrCat("a ruling sets it; measured: ", measured),
                                .result = ValueText(value, figures.unit),
                                .clause = "",
                                .shows_causes = false});
  figures.derivation.push_back(
      {.step = "target",
       .formula = absl::StrCat("the ruled value against ",
                               LevelText(question.objective->target.percent, figures.unit)),
       .result = figures.verdict == Verdict::kMet ? "met" : "breached",
       .clause = "",
       .shows_causes = false});
  if (!figures.credit.has_value()) return figures;
  figures.derivation.push_back(
      {.step = "credit",
       .formula = figures.credit->formula.empty() ? "none due" : figures.credit->formula,
       .result = FormatMoney(figures.credit->amount),
       .clause = "",
       .shows_causes = false});
  return figures;
}

}  // namespace tally::replay
