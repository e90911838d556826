// `tally verify` of a dispute pack: everything in it recomputed, its log held against what the
// caller trusts, and its answer against the caller's question. No ledger and no store is needed.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/command.h"
#include "tools/verdict.h"
#include "tools/verify_trust.h"

namespace tally::tools {

// A file that begins as a pack does.
bool IsPackFile(const std::string& path);
// Its bytes, held once. Fault file-unreadable, or bad-input for more than a pack may have.
absl::StatusOr<Bytes> ReadPackFile(const std::string& file);
// Fault usage when the caller named nothing that could convict the pack: names the key found
// inside.
absl::StatusOr<Verdict> VerifyPack(const Invocation& call, const std::string& file,
                                   const Trust& trust);
// --agreement, --objective, --period, --at-size: what the pack has to be about.
std::vector<OptionSpec> PackQuestionOptions();

}  // namespace tally::tools
