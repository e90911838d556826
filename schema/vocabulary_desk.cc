// Measures of tickets and calls (M10 to M15).
#include "schema/choice.h"

namespace tally {

std::span<const VocabularyRow> DeskVocabulary() { return {}; }

}  // namespace tally
