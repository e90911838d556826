// `tally replay --json`: the document "tally.replay/1" of a result.
#pragma once

#include <string>

#include "replay/replay.h"

namespace tally::tools {

// One document, keys in a fixed order. Fractions, 64-bit integers, percentages and money are
// strings; what the terms do not give is null.
std::string ReplayJson(const replay::Result& result);

// `tally explain --json`: "tally.explain/1" with the derivation of each window.
std::string ExplainJson(const replay::Result& result);

}  // namespace tally::tools
