// Which windows a replay answers for, each with the terms that govern it.
//
// A version of the terms lays its own windows over time; a window is kept where that very version
// governs it. So an amendment that changes a zone or a window rule takes effect with the first of
// its own windows that it reaches.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/case_file.h"
#include "replay/replay.h"
#include "replay/terms/window.h"

namespace tally::replay {

struct PlannedWindow {
  const TermsVersion* version = nullptr;
  const Objective* objective = nullptr;
  Window window;
  bool wanted = true;  // false: needed for another window or a claim, not part of the answer
  bool apart = false;  // only asked for, and without the question not there: no rule counts it

  WindowName name() const { return {objective->id, window.interval}; }
};

// Ascending by objective, then window. InvalidArgument for an objective that no terms have.
absl::StatusOr<std::vector<PlannedWindow>> PlanWindows(const CaseFile& file,
                                                       const std::optional<Period>& period,
                                                       const std::optional<std::string>& objective);

// Of an open term the limit is Instant::Max().
Interval TermOf(const Terms& terms);

// The windows of one version's objective that have time in common with `range`, whoever governs;
// up to the end of the term that the case knows (CaseFile::TermEnd).
absl::StatusOr<std::vector<Window>> WindowsOf(const CaseFile& file, const TermsVersion& version,
                                              const Objective& objective, const Interval& range);
// The same of a term as it was while another end was known.
struct TermLayout {
  Interval term;
  const CaseFile::TermEnd* end = nullptr;  // nullptr: none but the term's own
};
absl::StatusOr<std::vector<Window>> WindowsOf(const CaseFile& file, const Objective& objective,
                                              const Interval& range, const TermLayout& laid);

// Of wanted windows that go beyond the time for which the documents of several levels hold, of
// which their terms were put together: nothing is resolved here, so those terms go on until an
// amendment carries what later documents say (docs/TERMS.md "Levels"). One finding for each terms.
std::vector<Finding> EndedLevels(const std::vector<PlannedWindow>& plan);

}  // namespace tally::replay
