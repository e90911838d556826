// The `window` and `exclusions` of an objective: what time is judged at once, and what both parties
// took out of it when they signed.
#pragma once

#include <string>
#include <vector>

#include "schema/terms.h"
#include "tools/terms_fields.h"
#include "tools/terms_zones.h"

namespace tally::tools {

WindowRule ReadWindow(const Field& field, TermsZones& zones);
// The value of `every`, as it is written.
std::string EveryInWords(const WindowRule& window);
// Ascending by id; dates are midnights in `zone`.
std::vector<AgreedExclusion> ReadExclusions(const Field& field, const replay::Zone* zone);

}  // namespace tally::tools
