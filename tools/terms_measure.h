// The `measure`, `window`, `target` and `exclusions` of an objective: what is counted, over what
// time, against what.
#pragma once

#include <vector>

#include "schema/terms.h"
#include "tools/terms_fields.h"
#include "tools/terms_zones.h"

namespace tally::tools {

AvailabilityByTime ReadMeasure(const Field& field);
WindowRule ReadWindow(const Field& field, TermsZones& zones);
Target ReadTarget(const Field& field);
// Ascending by id; dates are midnights in `zone`.
std::vector<AgreedExclusion> ReadExclusions(const Field& field, const replay::Zone* zone);

}  // namespace tally::tools
