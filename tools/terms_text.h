// Terms as people read them: in the very language in which they are written, with what the words
// come to as comments. What is shown compiles to the same terms, given the same zone rules.
#pragma once

#include <string>

#include "schema/terms.h"

namespace tally::tools {

std::string FormatTermsForPeople(const Terms& terms);

// "1 - (down time - excluded time) / window": the objective's value in words, for reports too.
std::string FormulaInWords(const AvailabilityByTime& measure);

}  // namespace tally::tools
