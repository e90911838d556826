// An amendment that takes effect inside a window (DOMAIN 3.13; GC-36). What then governs the window
// is a term, the rule "amendments":
//
//   next window       the terms in force at its beginning, as without such a rule
//   in force at end   the terms in force at its end
//   weighted target   the terms in force at its end, against the targets of all parts, weighted by
//                     elapsed time
//   split             each part by its own terms: fee base and fixed denominator shrink to the
//                     part's share of elapsed time; the parts' exact credits are added and rounded
//                     once as one line, their points are added; the cap is the sum of each terms'
//                     cap times the share, rounded down; the minimum tests the posted amount.
//                     Rounding and minimum are those of the newest part that gives a credit; parts
//                     that give none add nothing
// A split window is met only if all its parts are (rule 23); its value, for display, is that of the
// parts weighted by elapsed time.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/evaluate.h"
#include "schema/terms.h"

namespace tally::replay {

enum class AmendmentReach { kNextWindow, kInForceAtEnd, kWeightedTarget, kSplit };
// What the terms in force at the end of the window say about this objective.
AmendmentReach ReachOf(const Terms& terms, const Objective& objective);

// The part of a window that one version governs. Parts are ascending and tile the window.
struct TermsPart {
  const Objective* objective = nullptr;
  Interval interval;
};
// The window of one part: its time, and its share of a whole window of the rule.
absl::StatusOr<Window> WindowOfPart(const Window& window, const Interval& part);

// The expected levels of the parts weighted by elapsed time, in the unit of the value.
// FailedPrecondition if the parts differ in direction.
absl::StatusOr<Fraction> WeightedTarget(const std::vector<TermsPart>& parts);
// Verdict and credit of `figures`, evaluated over the whole window by the last part's terms, as
// against the weighted target. Of a value that only an earlier part's tiers cover these give the
// percentage; fee, rounding, cap and minimum stay those of the last part.
// `facts` are those of the whole window.
absl::StatusOr<WindowFigures> AgainstWeightedTarget(const std::vector<TermsPart>& parts,
                                                    const CreditFacts& facts,
                                                    WindowFigures figures);

// The window caps of the parts that give a credit, each times its share of the window, in all
// rounded down; none if one of them has none.
absl::StatusOr<std::optional<Money>> SharedCap(const Interval& window,
                                               const std::vector<TermsPart>& parts);

// Figures of the parts, each evaluated over WindowOfPart, as those of `window`. FailedPrecondition
// if the credits of the parts that give one differ in kind: money and points, or two currencies.
struct EvaluatedPart {
  TermsPart part;
  WindowFigures figures;
};
absl::StatusOr<WindowFigures> CombineParts(const Window& window,
                                           const std::vector<EvaluatedPart>& parts);

}  // namespace tally::replay
