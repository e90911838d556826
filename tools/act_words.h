// The names in an act, compared with what the agreement knows: an objective, a role or a deadline
// that nobody has is a slip of the pen, and an act about it would stand in the ledger without
// effect for ever. Looked at before anything is signed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "schema/instant.h"
#include "tools/acts.h"
#include "tools/command.h"

namespace tally::tools {

// Each of `given` is an objective of some terms that were proposed or attested in `acts`. Without
// terms nothing is known, and everything passes.
absl::Status CheckObjectives(const std::vector<std::string>& given,
                             const std::vector<RecordedAct>& acts);

// What `option` says is a role of the agreement, or of some terms in `acts`.
absl::Status CheckRole(absl::string_view option, const std::string& given,
                       const std::vector<RecordedAct>& acts);

// `deadline` is a name that deadlines have ("claim.answer", alone or with a claim's id behind a
// blank), and `until`, where it is there, lies after the end of every such deadline that runs.
absl::Status CheckDeadline(const Invocation& call, const ledger::Ledger& ledger,
                           const std::string& agreement, const std::string& deadline,
                           std::optional<Instant> until);

}  // namespace tally::tools
