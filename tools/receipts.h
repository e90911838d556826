// Handing signed batches to the ledger and saying what became of each.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/batch.h"
#include "tools/command.h"
#include "tools/session.h"

namespace tally::tools {

// What one call recorded, for commands that go on with it.
struct Submitted {
  std::vector<ledger::AppendReceipt> receipts;  // one a batch, in order; empty after a dry run
  int exit = 0;
};

// Appends `batches` in order, several to a commit, and prints a receipt for each: index and
// offsets, position or id, checkpoint size; says which were recorded already. Where some are
// refused the fault of the first is returned, and says how many were recorded: each has its
// receipt. Ends with the first commit of which nothing was taken. With --dry-run: prints events,
// digests and what would be refused, and records nothing.
absl::StatusOr<Submitted> Submit(const Invocation& call, AppendSession& session,
                                 std::vector<ledger::SignedBatch> batches);

}  // namespace tally::tools
