// A replay for people at a terminal: one block for each window, then claims, deadlines, balances
// and findings. Plain text, no escape sequences but the colours asked for.
#pragma once

#include <string>
#include <vector>

#include "replay/replay.h"
#include "tools/field_origins.h"

namespace tally::tools {

// Text made of names that others chose goes through Printable (tools/printable.h).
std::string ReplayText(const replay::Result& result);
// The derivation of each window, from records through clauses to the last cent, and where the terms
// come from.
std::string ExplainText(const replay::Result& result,
                        const std::vector<TermsOrigins>& origins = {});

}  // namespace tally::tools
