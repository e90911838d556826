// DIR/cosigned.checkpoint: the newest checkpoint of a ledger that witnesses cosigned, as `witness
// submit` left it. What is published (checkpoints, proofs, tiles, packs) carries it.
//
// It is also a retained checkpoint: a ledger that does not hold what was cosigned was rolled back
// or forked, and nothing of it is published.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"

namespace tally::tools {

struct CosignedCheckpoint {
  std::string note;  // signed by the log and by witnesses
  ledger::Checkpoint checkpoint;
};

// Every key that was ever the log's, oldest first.
absl::StatusOr<std::vector<ledger::VerifierKey>> LogKeysOf(const ledger::Ledger& ledger);
// nullopt where nothing was cosigned yet. Fault ledger-refused when the ledger does not hold it.
absl::StatusOr<std::optional<CosignedCheckpoint>> ReadCosigned(const std::string& directory,
                                                               const ledger::Ledger& ledger);
// Replaces it durably.
absl::Status WriteCosigned(const std::string& directory, absl::string_view note);
// The head's note, with the cosignatures if those that lie there are of the head.
absl::StatusOr<std::string> HeadNote(const std::string& directory, const ledger::Ledger& ledger);

}  // namespace tally::tools
