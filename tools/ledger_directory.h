// A ledger's directory as a door (tools/doors.h): programs for those who have packs alone link
// neither this nor a store.
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

}  // namespace tally::tools
