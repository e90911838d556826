// Which terms govern a window that an amendment falls into, part by part (DOMAIN 3.13, GC-36).
//
// Without the rule "amendments" in the terms that are in force at the window's end nothing is
// parted: the reach of the amendment alone decides, as for all other windows.
#pragma once

#include <optional>
#include <vector>

#include "replay/case_file.h"
#include "replay/terms/split.h"
#include "replay/window_plan.h"

namespace tally::replay {

struct AmendedPart {
  const TermsVersion* version = nullptr;
  const Objective* objective = nullptr;  // of that version; the same id in every part
  Interval interval;
};
// Ascending, at least two, tiling the window.
struct AmendedWindow {
  AmendmentReach reach = AmendmentReach::kNextWindow;
  std::vector<AmendedPart> parts;

  // The part whose terms stand for the whole window.
  const AmendedPart& governing() const {
    return reach == AmendmentReach::kNextWindow ? parts.front() : parts.back();
  }
  std::vector<TermsPart> terms() const;
};

// None if one version governs all of it, if a part lacks the objective, or without the rule.
std::optional<AmendedWindow> AmendmentInside(const CaseFile& file, const PlannedWindow& plan);

}  // namespace tally::replay
