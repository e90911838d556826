// One objective over one window: the whole path from observations to a credit, pure.
//
//   AvailabilityMeter meter(objective.measure, window, ExclusionsOf(objective), knowledge);
//   for (...) TALLY_RETURN_IF_ERROR(meter.Add(observation));
//   TALLY_ASSIGN_OR_RETURN(WindowFigures figures, EvaluateWindow({...}, meter.Finish()));
//
// Measures that count items rather than time go by EvaluateCounted. Either way the credit is that
// of the window alone; what rules over many windows make of it is pipeline.h.
//
// Whether a window is closed, settled, or provisional for another reason than K is not decided
// here: it hangs on acts, which the fold knows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/availability.h"
#include "replay/terms/credit.h"
#include "replay/terms/outcome.h"
#include "replay/terms/ratio.h"
#include "replay/terms/window.h"
#include "schema/terms.h"

namespace tally::replay {

struct Counted;  // replay/terms/counting.h

// A step from records to the last cent, in order.
struct DerivationStep {
  std::string step;     // "period", "down", "value", "target", "tier", "credit", ...
  std::string formula;  // in words and numbers
  std::string result;
  std::string clause;         // the objective's clause, or the path in the terms
  bool shows_causes = false;  // the measured causes belong to this step
};

// Value and verdict of the latest earlier window that had data of its own (emptyRule carryLast).
struct CarriedResult {
  std::optional<Fraction> value;  // none: it was beyond every level
  Verdict verdict = Verdict::kNoResult;
};

struct WindowQuestion {
  const Objective* objective = nullptr;  // these three outlive the call
  const std::vector<Fee>* fees = nullptr;
  const Zone* zone = nullptr;  // of the objective's window rule
  Window window;
  Knowledge knowledge;
  std::optional<CarriedResult> last;  // for carryLast; none: no result
};

// Times in one unit: the terms' resolution, or the coarsest of min, s, ms, us that is finer and
// measures all of them exactly. Counted measures have "items": `period` is the population and
// `counted` what stands against the value.
struct FigureTimes {
  std::string unit;  // "min", "s", "ms", "us", "items"
  Duration unit_length;
  int64_t period = 0, counted = 0, excluded = 0, unknown = 0, remaining = 0, degraded = 0;
};
FigureTimes TimesOf(const Measured& measured, Duration resolution);

struct WindowFigures {
  Window window;
  bool open = false;  // K is before the window's end
  Verdict verdict = Verdict::kNoResult;
  bool empty = false;  // decided by the empty rule, not by data
  ValueUnit unit = ValueUnit::kRatio;
  std::optional<Fraction> value;
  // Why there is no value though data decided (Counted::beyond); empty otherwise.
  std::string beyond;
  // Against the other levels of the target, for the value of data of its own.
  bool below_minimum = false;
  bool exceeds = false;
  std::optional<Fraction> coverage;
  FigureTimes times;
  // Present if the terms give a credit: an amount of zero and tier 0 unless the target is missed.
  // It is a projection while the window is open.
  std::optional<ComputedCredit> credit;
  // Instead of it where the scheme gives points, before the factor for repeated failure.
  std::optional<int64_t> points;
  // Of a window that an amendment splits (split.h), in order: what rules over windows ask of parts.
  struct OfPart {
    Interval time;
    std::optional<Fraction> value;
    std::optional<int64_t> points;
  };
  std::vector<OfPart> parts;
  std::vector<DerivationStep> derivation;
  Measured measured;
};

std::vector<Interval> ExclusionsOf(const Objective& objective);

// Rolling windows pay a breach once (rule 16): the caller evaluates them in order and tells the
// meter the windows that have paid (MeterOptions.paid, a credit above zero); the credit is then
// that of the down time which is not yet paid for, while value and verdict see all of it.
//
// Below the coverage floor or the minimum sample of the terms nothing is decided: indeterminate, no
// credit (GC-20), and nothing is carried, however empty the window is.
//
// Empty populations (rule 13): met and breached set the verdict only; neither has a credit, since
// the terms name no tier for them; carryLast copies value and verdict and pays nothing.
absl::StatusOr<WindowFigures> EvaluateWindow(const WindowQuestion& question, Measured measured);
// The same for a ratio that is not RatioOf(measured): the mean over several monitors.
absl::StatusOr<WindowFigures> EvaluateWindow(const WindowQuestion& question, Measured measured,
                                             const AvailabilityRatio& ratio);
// `figures` with the value that a ruling sets in place of the measured one: the verdict, and what
// the credit takes from the value, follow from it; the rest of `facts` is as measured.
absl::StatusOr<WindowFigures> WithRuledValue(const WindowQuestion& question, CreditFacts facts,
                                             const Fraction& value, WindowFigures figures);
// For objectives with `counted`: verdict and credit of what CountMeasure found.
absl::StatusOr<WindowFigures> EvaluateCounted(const WindowQuestion& question, Counted counted);

}  // namespace tally::replay
