// Whether terms state every choice they need, and none that contradicts another. There are no
// defaults, so both a missing choice and a choice without a question are refused. Judgements about
// whether terms are wise (gaps in tiers, caps below credits) are made elsewhere.
#pragma once

#include "absl/status/status.h"
#include "schema/terms.h"

namespace tally {

// InvalidArgument names the objective and the field: `objective "availability": holding: not
// stated`.
absl::Status CheckTerms(const Terms& terms);

}  // namespace tally
