// The contested points of an agreement as people and programs read them (docs/REPLAY.md).
#pragma once

#include <string>

#include "replay/contested.h"

namespace tally::tools {

// tally.contested/1.
std::string ContestedJson(const replay::Contested& contested);
std::string ContestedText(const replay::Contested& contested);
// "60.00 EUR and 5.00 USD", "nothing".
std::string AmountsText(const replay::Amounts& amounts);

}  // namespace tally::tools
