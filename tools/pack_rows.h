// What a pack of single measurements (`tally pack --row`) proves, in the notes of its verdict: who
// said this, when and of which source, and what the same author said of it later.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "ledger/pack/pack_ledger.h"
#include "tools/verdict.h"

namespace tally::tools {

// `rows` are those that the pack was made for, and nothing of what belongs to them is missing.
absl::Status DescribeRows(const std::vector<ledger::PackRow>& rows, const ledger::PackLedger& pack,
                          Verdict& verdict);

}  // namespace tally::tools
