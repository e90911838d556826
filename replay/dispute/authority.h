// Who may decide about an objective over the heads of its two sides, and how high each word stands
// (DOMAIN 3.17 rules 26 and 29). One answer for exclusions, rulings on windows and keys, and
// claims.
//
// Only the terms that govern give authority: the party that they bind to the role, and nobody who
// held it under other terms, or was named by a proposal that never came into force. A side of the
// objective never decides its own cause, whatever role it holds.
//
// And only while he holds the office: the terms in force when he speaks let him decide about the
// objective, too. Whom the parties dismissed decides about no old window any more, and whom they
// appoint later has decided nothing before (DOMAIN 3.16: authority at that time).
//
//   rule "decision authority"   the roles that it names, in the order that it states
//   without it                  the roles "expert", and "arbitrator" or "arbiter"
//   rule "dispute level"        the role that decides a determination or an arbitration
//   a claim without levels      the arbitrator alone
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "replay/projection/agreement_fold.h"
#include "schema/decision.h"
#include "schema/terms.h"

namespace tally::replay {

// True if the terms in force when `party` spoke, `then`, let it decide, by whatever rank, about
// what `governing` calls `objective`, or about anything where they have no such objective. Where
// nothing was in force then, only under terms that never are: those that one party attested, and
// readings of them.
bool InOffice(const TermsVersion& governing, const TermsVersion* then, const Objective& objective,
              const StreamId& party);
// About anything at all.
bool InAnyOffice(const TermsVersion& then, const StreamId& party);

// The party that stands against `party` in an objective, as obligee against obligor; nullptr: it is
// no side of it.
const StreamId* OtherSideOf(const TermsVersion& version, const Objective& objective,
                            const StreamId& party);

class Authority {
 public:
  // Both outlive this.
  Authority(const TermsVersion& version, const Objective& objective);

  bool HoldsRole(const StreamId& party, absl::string_view role) const;
  // Obligor or obligee of the objective.
  bool IsSide(const StreamId& party) const;
  // The place of a rank in the order of the terms; the higher prevails.
  int HeightOf(DecisionRank rank) const;
  // How high the word of a party stands that decides by `rank` about time; nullopt where it holds
  // no such role, or is a side.
  std::optional<int> OnTime(const StreamId& party, DecisionRank rank) const;
  // The same for values, credits, terms and reopening: also as the forum of a dispute level.
  std::optional<int> OnWindows(const StreamId& party, DecisionRank rank) const;
  // The same for a claim whose terms name no levels.
  std::optional<int> OnClaims(const StreamId& party, DecisionRank rank) const;

 private:
  const TermsVersion& version_;
  const Objective& objective_;
  const StreamId* obligor_;  // nullptr: the terms bind nobody
  const StreamId* obligee_;
  const Rule* rule_;  // "decision authority"; nullptr: the terms have none
};

}  // namespace tally::replay
