// `tally verify` of a ledger: its audit, held against what the caller trusts.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/command.h"
#include "tools/verdict.h"
#include "tools/verify_trust.h"

namespace tally::tools {

// Always a verdict, also for a store that cannot be read. A fault for a checkpoint of another log.
absl::StatusOr<Verdict> VerifyLedger(const Invocation& call, const std::string& directory,
                                     const Trust& trust);

}  // namespace tally::tools
