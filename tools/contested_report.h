// The contested points of an agreement as people and programs read them (docs/REPLAY.md).
#pragma once

#include <string>

#include "replay/contested.h"

namespace tally::tools {

// tally.contested/1.
std::string ContestedJson(const replay::Contested& contested);
std::string ContestedText(const replay::Contested& contested);

}  // namespace tally::tools
