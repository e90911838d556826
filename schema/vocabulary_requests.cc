// Measures of requests, latencies and samples (M4 to M9).
#include "schema/choice.h"

namespace tally {

std::span<const VocabularyRow> RequestVocabulary() { return {}; }

}  // namespace tally
