// What every fold asks of an act before it looks at what the act says: may it be heard, and when
// does it count. One ladder for claims, exclusions and rights, so that no act is heard by one fold
// under other rules than by the next.
//
// Time of an act: the ledger's, never its author's. One exception: an act whose own time lies
// before the agreement was opened in this ledger can only be imported history; it counts at the
// time that it claims, but not before what it answers, and a finding says so (DOMAIN rule 2).
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "schema/instant.h"

namespace tally::replay {

// Where and when an act stands.
struct ActStamp {
  ledger::EventAddress at;
  Instant time;      // that counts
  Instant recorded;  // of the ledger
  StreamId author;
};

Finding FindingAbout(const Fact& fact, absl::string_view kind, absl::string_view severity,
                     std::string message);

// False, with a finding, for an act by a key without authority or with an erased body. One by a key
// that was later called compromised is heard, and named.
bool MayBeHeard(const Fact& fact, std::vector<Finding>& findings);
// False, with a finding, for an author who is no party to the agreement.
bool IsByParty(const Fact& fact, const AgreementFold& agreement, std::vector<Finding>& findings);

// The stamp of the ledger alone.
ActStamp LedgerStamp(const Fact& fact);
// The stamp that counts. `answered_at` is asked only of an act that claims a time as history: when
// what it answers counted; Instant::Min() if it answers nothing, Max() if that is not known.
ActStamp StampOf(const Fact& fact, const AgreementFold& agreement,
                 absl::FunctionRef<Instant()> answered_at, std::vector<Finding>& findings);

}  // namespace tally::replay
