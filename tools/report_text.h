// A replay for people at a terminal: one block for each window, then claims, deadlines, balances
// and findings. Plain text, no escape sequences but the colours asked for.
#pragma once

#include <string>

#include "replay/replay.h"

namespace tally::tools {

// Text made of names that others chose goes through Printable (tools/printable.h).
std::string ReplayText(const replay::Result& result);
// The derivation of each window, from records through clauses to the last cent.
std::string ExplainText(const replay::Result& result);

}  // namespace tally::tools
