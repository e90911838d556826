// Whom terms name, read by itself: what rests on it (who is an arbiter) must not change with what
// else terms can say, or with what a later program refuses of them.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/terms.h"

namespace tally {

// As encoded. Errors as of DecodeTerms for bytes that are not canonical; what they say is not
// looked at.
absl::StatusOr<std::vector<TermsParty>> PartiesOfTerms(ByteView bytes);

}  // namespace tally
