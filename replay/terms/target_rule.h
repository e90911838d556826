// Targets that the terms let the parties adjust by an agreed formula (DOMAIN 3.5): the rules
// "baseline" and "ratchet". Pure: from the values of closed windows to the figure that may be
// proposed, and from an adjusted target to the objective that it makes.
//
//   baseline   the first n windows in a row: midpoint of the target and their mean; their mean; or
//              the k-th lowest of them. Once.
//   ratchet    the newest n windows in a row since the target that holds began: half way to their
//              mean if all of them were strictly better, or the mean of the best four, bounded.
//              Again and again: a window counts for one adjustment only.
//
// Windows are given as they were closed, without gaps: a window that is not closed ends what is
// known. One without a result breaks the sequence or is passed over, as the terms say. The figure
// is rounded once, to the decimals of the terms, in the unit in which targets are written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/instant.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally::replay {

bool IsTargetRule(const Rule& rule);
// The rule of that id, if it adjusts targets and is about the objective; nullptr else.
const Rule* TargetRuleOf(const Terms& terms, const std::string& objective, const std::string& id);

struct ClosedWindow {
  Interval interval;
  std::optional<Fraction> value;  // none: no result
};

enum class FigureState {
  kIncomplete,  // there are not enough windows yet
  kNone,        // there are, and the formula moves nothing
  kReady,
};
struct TargetFigure {
  FigureState state = FigureState::kIncomplete;
  std::string text;             // how the figure was found, or why there is none
  Decimal level;                // kReady: as in Target::percent
  Instant from;                 // kReady: the end of the last window that was measured
  std::vector<size_t> windows;  // that were measured, or are so far
};
// `objective` has the target that holds; `windows` are ascending and without gaps: for a baseline
// from the beginning, for a ratchet since that target holds.
absl::StatusOr<TargetFigure> FigureOf(const Rule& rule, const Objective& objective,
                                      const std::vector<ClosedWindow>& windows);

// InvalidArgument unless `level` can be the objective's expected level: in the range of its unit,
// better than the minimum level and worse than the stretch level.
absl::Status CheckLevel(const Objective& objective, const Target& target);

// The objective with another target. An edge of a tier that was the expected level moves with it;
// tiers that no longer cover a breach go.
Objective WithTarget(const Objective& objective, const Target& target);

}  // namespace tally::replay
