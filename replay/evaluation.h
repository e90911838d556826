// Figures of planned windows: evidence into meters, meters into figures, by one thread or several.
//
// Windows are independent of each other, except where rolling windows pay a breach once; those of
// one objective form a chain that one thread evaluates in order. Results land in slots that were
// laid out before any thread started, so the number of threads cannot show.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/case_file.h"
#include "replay/dispute/standing.h"
#include "replay/incidents.h"
#include "replay/projection/timeline.h"
#include "replay/terms/evaluate.h"
#include "replay/window_exclusions.h"
#include "replay/window_plan.h"

namespace tally::replay {

// Which acts a window is evaluated by.
struct HeardActs {
  // Restatements whose text the records that they cite do not give, and what they give instead.
  std::map<ledger::EventAddress, std::string> disproved = {};
  std::optional<Instant> by = {};  // what was recorded later is not heard; absent: K
};
struct EvaluatedWindow;
// What came after the closing, and by which another figure stands.
struct ClosedChange {
  ActStamp stamp;
  std::string why;             // "a restatement, accepted"
  bool states_credit = false;  // then `credit` stood from then on, until the next change
  bool by_silence = false;     // a restatement that nobody but its proposer spoke for
  bool by_evidence = false;    // late evidence that counts: nobody said anything of the window
  bool moves = true;           // false: a restatement that states what stood before it
  std::optional<Money> credit;
  // The window as it was from then on, until the next change; nullptr where that is not known, and
  // for the newest, which stands today.
  std::shared_ptr<const EvaluatedWindow> found = nullptr;
};
struct EvaluatedWindow {
  PlannedWindow plan;
  EvidenceCutoff cutoff;             // of its evidence
  const Closing* closing = nullptr;  // in force
  bool reopened = false;  // what came after its closing or settlement changed what governs it
  RuledWindow ruled;      // what rulings say of it
  std::vector<RestatementStanding> restatements;  // proposed for it, in log order
  HeardActs heard;
  // All that ever stood in the closed figure's place, in the order of time (closed_history.h).
  std::vector<ClosedChange> changes = {};
  // As it was before the first of them; nullptr where that is not known. This and `found` only
  // where rules over windows ask for it.
  std::shared_ptr<const EvaluatedWindow> as_closed = nullptr;
  WindowExclusions exclusions;
  EvidenceUse use;
  WindowFigures figures;  // verdict kIndeterminate, no value and no credit by erasure
  // Instead of a value, by erasure.
  std::optional<ErasedFigure> erased = {};
  // Without any one of these the objective would not have been failed; found only where the terms
  // compare the credits of one incident.
  std::vector<Incident> incidents;
  // What sequences of windows ask for beside the figures; found where rules over windows are
  // applied (crediting.h), and stated by a closing.
  std::optional<ClosedOutages> outages = {};
  std::vector<ClosedCap> caps = {};  // ascending by rule
};

// One for each planned window, in the order of the plan. `with_history`: `changes` are told, each
// of which takes an evaluation of its own.
absl::StatusOr<std::vector<EvaluatedWindow>> EvaluateWindows(const CaseFile& file,
                                                             const std::vector<PlannedWindow>& plan,
                                                             int threads, bool with_history = true);

}  // namespace tally::replay
