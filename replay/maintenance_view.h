// Announced maintenance as people ask about it: what each announcement takes out of which
// objective, and why not where it takes out nothing.
//
// Of windows that are laid out the answer is the one that their figures rest on. Of maintenance
// beyond them the rules of the terms answer in advance, as if nothing failed meanwhile: by notice,
// count and cap, with what is known now.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/answer.h"
#include "schema/decision.h"

namespace tally::replay {

struct MaintenanceForObjective {
  std::string objective;
  bool in_advance = false;       // no window lies there yet
  std::vector<Interval> out;     // time that it takes out
  std::vector<std::string> why;  // where it takes out nothing: what stood against it
};
struct MaintenanceView {
  ledger::EventAddress at;
  MaintenanceAnnounced body;
  Instant announced;                               // the time that counts
  std::string by;                                  // name
  std::vector<MaintenanceForObjective> standings;  // in the order of the terms
};

// In log order. Fails as Replay.
absl::StatusOr<std::vector<MaintenanceView>> ViewMaintenance(const ledger::Ledger& ledger,
                                                             const std::string& agreement,
                                                             const Axes& axes);

// Of an announcement that is in the case and takes nothing out of any objective: why, if so.
std::optional<Finding> FindingOnMaintenance(const CaseFile& file, const Answered& answered,
                                            const ledger::EventAddress& at);

}  // namespace tally::replay
