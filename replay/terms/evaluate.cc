// Value, verdict and credit in this order, and beside them the lines that explain each.
#include "replay/terms/evaluate.h"

#include <array>

#include "absl/strings/str_cat.h"
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

absl::Status DecideCredit(const WindowQuestion& question, const AvailabilityRatio& ratio,
                          WindowFigures& figures) {
  const Objective& objective = *question.objective;
  if (!objective.credit) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(
      FeeBase base, FeeBaseOf(*question.fees, *objective.credit, *question.zone, figures.window));
  figures.credit = NoCredit(base);
  if (figures.empty || figures.verdict != Verdict::kBreached) return absl::OkStatus();
  // What is left after paid down time may meet the target: then this step earns nothing new.
  TALLY_CHECK(ratio.unpaid.has_value());
  if (Against(objective.target, *ratio.unpaid) == Verdict::kMet) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(figures.credit, CreditFor(*objective.credit, *ratio.unpaid, base));
  return absl::OkStatus();
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
  TALLY_CHECK(question.objective != nullptr && question.fees != nullptr &&
              question.zone != nullptr);
  const Objective& objective = *question.objective;
  TALLY_CHECK(measured.period == Length(question.window.interval));
  WindowFigures figures;
  figures.window = question.window;
  figures.open = question.knowledge.instant < question.window.interval.limit;
  figures.times = TimesOf(measured, objective.measure.resolution);
  TALLY_ASSIGN_OR_RETURN(AvailabilityRatio ratio,
                         RatioOf(measured, objective.measure, question.window));
  figures.coverage = ratio.coverage;
  figures.value = ratio.value;
  if (ratio.value) {
    figures.verdict = Against(objective.target, *ratio.value);
  } else {
    DecideEmpty(question, figures);
  }
  TALLY_RETURN_IF_ERROR(DecideCredit(question, ratio, figures));
  figures.measured = std::move(measured);
  figures.derivation = Explain(objective, question.knowledge, ratio, figures);
  return figures;
}

}  // namespace tally::replay
