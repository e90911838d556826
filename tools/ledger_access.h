// Whether a ledger lies in a directory, and whether this user may use it: asked before a ledger is
// opened, and of the fault when it was not.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tally::tools {

// Fault no-ledger unless a ledger lies there, whatever its state.
absl::Status CheckIsLedger(const std::string& directory);
// True for what this user or file system forbids: no damage, and nothing was changed by it.
bool IsDenial(const absl::Status& status);
// The fault for it; `what`: "read" or "written".
absl::Status Denied(const std::string& directory, absl::string_view what, absl::string_view reason);

}  // namespace tally::tools
