// A ledger's directory, where programs that may write to one open it. Programs for those who have
// packs alone link another definition of OpenDirectory, and no store with it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "tools/command.h"

namespace tally::tools {

// Read-only. Fault no-ledger, ledger-denied or ledger-refused.
absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenDirectory(const Invocation& call,
                                                              const std::string& directory);

// Fault no-ledger unless a ledger lies there, whatever its state.
absl::Status CheckIsLedger(const std::string& directory);
// True for what this user or file system forbids: no damage, and nothing was changed by it.
bool IsDenial(const absl::Status& status);
// The fault for it; `what`: "read" or "written".
absl::Status Denied(const std::string& directory, absl::string_view what, absl::string_view reason);

}  // namespace tally::tools
