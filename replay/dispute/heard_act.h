// What every fold asks of an act before it looks at what the act says: may it be heard, and when
// does it count. One ladder for claims, exclusions and rights, so that no act is heard by one fold
// under other rules than by the next.
//
// Time of an act: the ledger's, never its author's. An act whose own time lies before the agreement
// was opened in this ledger is imported history: it informs, and its timers, notices and deadlines
// still go by the ledger, because nobody starts, meets or beats a timer by what he alone says of
// the past. One exception: what both sides signed as history, the second answering the first,
// counts at the time that the second claims, and a finding says so (DOMAIN rules 2 and 25).
#pragma once

#include <optional>
#include <string>
#include <vector>

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
  std::optional<Instant> claimed = {};  // imported history: when its author says that it happened
};

// By the time that counts, and by their place in the log where that is the same.
bool CameBefore(const ActStamp& a, const ActStamp& b);

Finding FindingAbout(const Fact& fact, absl::string_view kind, absl::string_view severity,
                     std::string message);

// False, with a finding, for an act by a key without authority or with an erased body. One by a key
// that was later called compromised is heard, and named.
bool MayBeHeard(const Fact& fact, std::vector<Finding>& findings);
// False, with a finding, for an author who is no party to the agreement.
bool IsByParty(const Fact& fact, const AgreementFold& agreement, std::vector<Finding>& findings);

// While no terms are in force: the newest that one side attested alone by which all of `windows`
// are owed to `party`; nullptr: none, or there are agreed ones. A claim under them is kept, and
// takes effect under what both agree to later.
const TermsVersion* AttestedFor(const AgreementFold& agreement, const StreamId& party,
                                const std::vector<WindowName>& windows);
// Who owes the first of `windows` by these terms; nullptr: they have no such objective.
const StreamId* ObligorBy(const TermsVersion& terms, const std::vector<WindowName>& windows);

// The stamp of the ledger alone.
ActStamp LedgerStamp(const Fact& fact);
// The stamp of what one party says; a finding names a time that it claims in vain.
ActStamp StampOf(const Fact& fact, const AgreementFold& agreement, std::vector<Finding>& findings);
// The stamp of an act that makes `first`, of another party, the word of both.
ActStamp JointStampOf(const Fact& fact, const AgreementFold& agreement, const ActStamp& first,
                      std::vector<Finding>& findings);

}  // namespace tally::replay
