// `tally replay --json`: the document "tally.replay/1" of a result.
#pragma once

#include <string>
#include <vector>

#include "replay/replay.h"
#include "tools/field_origins.h"

namespace tally::tools {

// One document, keys in a fixed order. Fractions, 64-bit integers, percentages and money are
// strings; what the terms do not give is null.
std::string ReplayJson(const replay::Result& result);

// `tally explain --json`: "tally.explain/1" with the derivation of each window, and where each
// field of the terms behind it comes from.
std::string ExplainJson(const replay::Result& result,
                        const std::vector<TermsOrigins>& origins = {});

}  // namespace tally::tools
