// From a question to what a pack has to show: which feeds and sources the terms rest on, and when.
//
// The door of the ledger does not read terms, so this is told to it. The maker of a pack asks here
// of the ledger, the verifier asks the same of the pack, and must be given no less.
#pragma once

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "ledger/pack/pack_selection.h"
#include "replay/replay.h"

namespace tally::replay {

// Every feed and source that a version of the terms named which was ever in force, proposed or
// attested; of one objective if the scope names one, unless its figures are made of others or share
// a rule over windows with them (a cap, an amount at risk).
//
// A period narrows what is shown to its windows, and the last report before them, where each of
// their objectives is measured by time within the window alone. Where figures look back (rules over
// several windows, runs of outages that reach in, counted measures, a value carried over), all
// evidence up to the windows' end is shown; all that there is where later windows can change them.
//
// A scope of single rows ("rows ...", ledger/pack/pack_selection.h) shows these and no other
// evidence.
//
// NotFound: no such agreement, objective or window, or a feed that the terms in force bind and that
// is not there; FailedPrecondition: a period without terms in force; InvalidArgument: the period.
absl::StatusOr<ledger::PackSelection> SelectForPack(const ledger::Ledger& ledger,
                                                    const ledger::PackScope& scope);
// The same for what a replay is asked, whatever a pack was made for; without a scope.
absl::StatusOr<ledger::PackSelection> SelectForQuestion(const ledger::Ledger& ledger,
                                                        const ReplayRequest& question);

}  // namespace tally::replay
