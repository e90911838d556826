// Figures by terms that one side alone attested bind nobody: whatever shows them says so first, so
// that nobody prints or books them as if both had agreed.
#pragma once

#include <string>
#include <vector>

#include "replay/replay.h"
#include "tools/json_writer.h"

namespace tally::tools {

// "unilateral: attested by customer alone; the figures bind nobody"; "" of agreed terms.
std::string OneSidedWords(const std::vector<replay::Finding>& findings);
// The same as the field "unilateral" of a document; nothing of agreed terms.
void WriteOneSided(JsonWriter& json, const std::vector<replay::Finding>& findings);

}  // namespace tally::tools
