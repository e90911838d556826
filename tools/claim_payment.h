// How a claim is paid: on account of what is approved of it, as a whole, or with what rulings
// awarded beside. Whoever signs is told before what the settlement does with the claim.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/body.h"
#include "tools/acts.h"
#include "tools/claim_choice.h"

namespace tally::tools {

// Proposes what is meant by `settlement propose` with a claim: --on-account, --awards, or the whole
// of it; a claim of which only a part is approved is paid on account unless `given` names a sum.
// Faults state-forbids where nothing is owed, missing-argument where no claim or several are meant.
absl::StatusOr<int> ProposeForClaim(const Invocation& call, const std::optional<Money>& given);

// A payment on account leaves the claim as it is, any other settlement ends it, whatever of it is
// disputed. `suffix` follows the sum.
void TellOfClaim(const Invocation& call, const ClaimDues& dues, const Money& amount,
                 bool on_account, const std::string& suffix);
// The claim that a proposed settlement is about, also where it takes the place of an earlier one;
// nullptr: it is about none.
const RecordedAct* ClaimOf(const RecordedAct& proposal, const std::vector<RecordedAct>& acts);

// The body of a proposal, with --reference and --reason.
SettlementProposed ProposalOf(const Invocation& call, const Money& amount, bool on_account = false);
// What both stated is paid; an equal sum that is owed since then is another settlement. `acts`
// outlives it.
LikeDone ConfirmedIn(const std::vector<RecordedAct>& acts);
// nullptr: none of them stands there.
const RecordedAct* RecordedActAt(const std::vector<RecordedAct>& acts,
                                 const ledger::EventAddress& at);

}  // namespace tally::tools
