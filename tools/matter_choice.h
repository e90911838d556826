// Which proposal about time an act answers, and what that proposal says.
//
// A matter is known by its name, and under one name several things can be proposed, one after the
// other and by both sides. Whoever agrees, contests or decides means one of them: the only one that
// is open, or the one of --proposal, and never one that came in its place a moment ago.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/dispute/exclusions.h"
#include "schema/decision.h"
#include "tools/acts.h"
#include "tools/command.h"

namespace tally::tools {

// The kinds of the acts about one kind of matter.
struct Subject {
  std::string word;
  BodyKind proposed, agreed, contested, determined;
};
Subject SubjectOf(replay::MatterKind kind);

// The word of event lines: "planned-maintenance" for "planned maintenance".
std::string WordOf(CauseClass cause);

struct ProposalMeant {
  std::string name;  // of its matter
  Hash digest;
  // "exclusion x, proposed by provider 2026-02-03T12:00:00Z (at 12/0)", and what it says.
  std::string title, content;
};
// The proposal of --proposal or, of the matter of --name, the one that is open. Faults:
// missing-argument where several matters could be meant, proposal-ambiguous where several proposals
// of one are open, proposal-replaced where its author put another in the place of the named one,
// not-found, usage where --name and --proposal disagree.
absl::StatusOr<ProposalMeant> ChooseProposal(const Invocation& call, const ledger::Ledger& ledger,
                                             const Subject& subject,
                                             const std::vector<RecordedAct>& acts);

}  // namespace tally::tools
