// What was said about time that should not count, matter by matter, and what came of it: for
// commands that list exclusions and attributions, and that have to say before anybody signs why an
// act about one would have no effect.
//
// A matter is judged for each objective that it is about, under the terms and the closing of the
// first window that it touches; where no such window is laid out yet, under the terms that reach
// it, or else the newest. The figures are those of a replay with the same axes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/answer.h"
#include "replay/dispute/exclusion_standing.h"

namespace tally::replay {

struct MatterAct {
  ledger::EventAddress at;
  std::string what;    // "proposed", "agreed", "contested", "determined", "ruled", "corrected"
  std::string by;      // name
  Instant time;        // that counts
  bool heard = false;  // for some objective: else it has no effect, and a proposal is an allegation
  DecisionRank rank = DecisionRank::kUnset;  // of a decision
  Admission admission = Admission::kUnset;   // likewise, of an exclusion
  std::string responsible;                   // of an attribution, as its proposal or decision says
  Extent extent;                             // stated by the act; of a contest: conceded
};
struct MatterForObjective {
  std::string objective;
  MatterStanding standing;
};
struct MatterView {
  MatterKind kind = MatterKind::kExclusion;
  std::string name;
  TimeProposal proposal;                      // the newest
  std::vector<MatterAct> acts;                // in log order
  std::vector<MatterForObjective> standings;  // in the order of the terms
};

// By kind, then name. Fails as Replay.
absl::StatusOr<std::vector<MatterView>> ViewMatters(const ledger::Ledger& ledger,
                                                    const std::string& agreement, const Axes& axes);

// The same of a case that was answered.
std::vector<MatterView> MattersOf(const CaseFile& file, const Answered& answered);

// Of an act about a matter that is in the case: why it would have no effect, if so. nullopt for
// acts of other kinds, and for those of which the fold has a finding of its own.
std::optional<Finding> FindingOnUnheard(const CaseFile& file, const Answered& answered,
                                        const ledger::EventAddress& at);

}  // namespace tally::replay
