// The axes of a replay as options: what the ledger held, what authors had reported, which engine.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/replay.h"
#include "tools/command.h"

namespace tally::tools {

// --as-recorded, --at-size, --as-reported, --engine.
std::vector<OptionSpec> AxesOptions();
// Fault usage when two axes exclude each other.
absl::StatusOr<replay::Axes> AxesOf(const Invocation& call);
// --period; nullopt when it is absent.
absl::StatusOr<std::optional<replay::Period>> PeriodOf(const Invocation& call);

}  // namespace tally::tools
