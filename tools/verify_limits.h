// What verifying a stranger's pack may take of the machine: bounds that the kernel keeps, on any
// input, so that they hold for what nobody thought of as well.
//
// The limits of packs (ledger/pack/pack_form.h) keep an honest pack far away from them. A forged
// one may ask replay for more than any count foresees: hundreds of thousands of claims, windows of
// a century. Then the process ends here, with the verdict "failed" and the finding "limit", and
// exit status 1. Only for a process that the program owns (World::owns_process): there is no way
// back.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ledger/pack/pack_form.h"
#include "schema/instant.h"
#include "tools/command.h"

namespace tally::tools {

inline constexpr size_t kVerifyMemoryMax = 256 * 1024 * 1024;
inline constexpr int64_t kVerifySecondsMax = 10;  // of processor time, or
inline constexpr int64_t kVerifyCostsMax = 4;     // times the cost of hashes and signatures

// What is being done when time is up, which decides what the user is told to do.
enum class VerifyStage : uint8_t { kProofs, kFigures };

// From here on the process may hold `resident` bytes in all. Nothing where a sanitizer keeps
// memory of its own.
void LimitMemory(size_t resident, bool json);
// It may use `allowed` of processor time in all, counted from its start. Another call replaces it.
void LimitTime(Duration allowed, VerifyStage stage, bool json);
void LiftTimeLimit();

// The greater of ten seconds and four times what this machine takes to hash the pack's events and
// to check its signatures.
Duration TimeAllowedFor(const ledger::PackCost& cost);

}  // namespace tally::tools
