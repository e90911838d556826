// Whom terms name, read by itself: what rests on it (who is an arbiter, who may speak) must not
// change with what else terms can say, or with what a later program refuses of them.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/terms.h"

namespace tally {

// As encoded. Errors as of DecodeTerms for bytes that are not canonical; what they say is not
// looked at.
absl::StatusOr<std::vector<TermsParty>> PartiesOfTerms(ByteView bytes);

// Of each objective the roles that owe and are owed: whose holders have to consent.
struct TermsSides {
  std::string obligor, obligee;
};
absl::StatusOr<std::vector<TermsSides>> SidesOfTerms(ByteView bytes);

}  // namespace tally
