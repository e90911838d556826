// A log key that the caller trusts, held against the keys that the ledger had one after another.
//
// A key speaks for what it signed and no further. Where it handed over, the checkpoint that it
// signed with the next key covers the acts by which operator and recovery key named that one; so
// what follows is told of, as covered by the key that follows, and not as something that the
// caller's key signed.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "tools/verdict.h"
#include "tools/verify_trust.h"

namespace tally::tools {

// Each key of --trust must have signed `note`, the checkpoint of the ledger's head, or the one at
// which its term ended. A ledger shown in part must tell the root there.
void CompareLogKeys(const Trust& trust, const ledger::Ledger& ledger, const std::string& note,
                    Verdict& verdict);
// Opens a checkpoint that was kept, under the log's key at its size, or a trusted key that the
// ledger does not know as its own.
absl::StatusOr<ledger::Checkpoint> OpenKept(const Trust& trust, const ledger::Ledger& ledger,
                                            const std::string& note);

}  // namespace tally::tools
