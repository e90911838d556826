// What the nightly job needs to know of one agreement: what to append, and what people have to look
// at before somebody's time runs out. Pure, as Project (replay/replay.h) is: agreements can be
// looked at by several threads over one open ledger.
//
// A closed figure is never changed here. Where the ledger now gives another one, the window is
// listed as stale, and what the terms say about late evidence decides what can follow.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/replay.h"

namespace tally::replay {

enum class StaleReason {
  kAlwaysRestated,  // the terms let late evidence change a closed window
  kReopened,        // terms or decisions that came later govern it, or governed it meanwhile
  kRules,           // rules over windows, by what became of others: nothing is to be restated
  kLateEvidence,    // a restatement is to be proposed: late evidence is left out until it is agreed
  kNotReproduced    // what the closing cites gives something else
};
absl::string_view StaleReasonName(StaleReason reason);

// A closed window of which the ledger now gives other figures than the closing fixed.
struct StaleWindow {
  StaleReason reason = StaleReason::kNotReproduced;
  ledger::EventAddress closing;
  WindowClosed closed;  // as it was fixed
  WindowClosed now;     // as it would be closed now; late evidence counts where the reason says so
  uint64_t late = 0;    // events that came after the evidence cut-off
  // Somebody still can and may do something about it. Not where it stands by what the terms or an
  // act say already, and not where late evidence was contested or nobody can propose it any more.
  bool open = true;
  // Of late evidence: what became of the restatement that would let it count, or that it is too
  // late to propose one; "": one can be proposed.
  std::string said = {};
};

struct NightlyLook {
  bool waits = false;  // no terms are in force yet: there is nothing to project
  ProjectionOutput output;
  std::vector<StaleWindow> stale;   // in the order of windows
  std::vector<Deadline> deadlines;  // open ones
  std::vector<Right> rights;        // open ones
};
// Fails as Project does; an agreement without terms in force is no failure.
absl::StatusOr<NightlyLook> LookNightly(const ledger::Ledger& ledger, absl::string_view agreement,
                                        uint64_t size, Instant knowledge);

}  // namespace tally::replay
