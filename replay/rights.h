// Which acts about rights have an effect, and what follows from them.
//
// A right hangs on figures, and its use ends the term, which other figures hang on. There is no
// circle: a right arises with a closing, is used later, and ends the term at that time or later
// still, so no window that the right rests on is touched (window_plan.h). So the acts are weighed
// on the windows as if nobody had used anything, and the case is told what they come to; whatever
// is evaluated afterwards knows it.
//
// An act has an effect if, when it counts, the right that it names had arisen, is the author's (the
// obligee's), is open, neither lapsed nor removed nor used, and if the end that it states is not
// before it. Everything else is recorded, without effect, and a finding says why.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "replay/case_file.h"
#include "replay/crediting.h"
#include "replay/replay.h"

namespace tally::replay {

// What acts came to, and then what became of the windows that other acts named (cut_windows.h).
absl::Status WeighRights(CaseFile& file, int threads);

// Rights whose last window was asked for, in the order in which they arose, and their deadlines.
struct RightsTold {
  std::vector<Right> rights;
  std::vector<Deadline> deadlines;
};
RightsTold TellRights(const CaseFile& file, const Credited& credited, const Asked& asked);
// What explains the rights that `window` completed, and the end of the term that cut it.
std::vector<DerivationLine> RightLines(const CaseFile& file, const std::vector<Right>& rights,
                                       const WindowName& window);

}  // namespace tally::replay
