// Measures and rules of states in time (M3, M8, M18; exclusions).
#include "schema/choice.h"

namespace tally {

std::span<const VocabularyRow> StateVocabulary() { return {}; }

}  // namespace tally
