// `tally verify` of what a log publishes: a directory of tiles, and the text that convicts a log of
// two trees. Neither needs a ledger or a store.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "ledger/chain/merkle.h"
#include "tools/command.h"
#include "tools/verdict.h"
#include "tools/verify_trust.h"

namespace tally::tools {

// A directory with a checkpoint and no store.
bool IsTileDirectory(const std::string& path);
absl::StatusOr<Verdict> VerifyTiles(const Invocation& call, const std::string& directory,
                                    const Trust& trust);

// The policy of --policy, if any, over a signed checkpoint: its log, its witnesses, its quorum.
void ComparePolicy(const Trust& trust, const std::string& note, Verdict& verdict);

// A file that begins as a contradiction does.
bool IsContradictionFile(const std::string& path);
// The verdict is "verified" when the contradiction is proven under the caller's keys.
absl::StatusOr<Verdict> VerifyContradiction(const Invocation& call, const std::string& file,
                                            const Trust& trust);

// Writes --evidence, if asked, for a retained checkpoint that contradicts the head `note` of a
// tree; the verdict's notes say what was written, or why there is nothing that convicts.
// `handovers`: checkpoints of that tree which an old and a new log key signed. Where the retained
// one is signed by an old key and the head by a new one, no key signed both, but the old key signed
// the handover too, and a tree that contradicts what follows from the handover contradicts that.
absl::Status WriteEvidence(const Invocation& call, const Trust::Retained& retained,
                           const std::string& note, std::span<const ledger::VerifierKey> keys,
                           const ledger::TileReader& tree,
                           const std::vector<std::string>& handovers, Verdict& verdict);

}  // namespace tally::tools
