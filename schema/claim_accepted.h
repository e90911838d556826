// The claimant's word that he takes the answer to his claim; what the answer says binds both from
// then on. With an amount it binds to that amount alone: an answer of another sum was not accepted.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "schema/body.h"

namespace tally {

struct ClaimAccepted {
  std::optional<Money> amount;  // absent: whatever the answer says
  std::string reason;
};

Bytes Encode(const ClaimAccepted& value);
absl::StatusOr<ClaimAccepted> DecodeClaimAccepted(ByteView body);

}  // namespace tally
