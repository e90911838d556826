// Terms with every choice stated: what the tests of terms start from.
#pragma once

#include "schema/terms.h"

namespace tally {

// One objective by calendar months with tiers, caps, an exclusion and a minimum outage.
Terms ExampleTerms();

}  // namespace tally
