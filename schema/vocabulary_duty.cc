// Measures of volumes, deliverables and surveys (M16 to M20).
#include "schema/choice.h"

namespace tally {

std::span<const VocabularyRow> DutyVocabulary() { return {}; }

}  // namespace tally
