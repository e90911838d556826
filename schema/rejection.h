// The refusal of proposed terms, or of a proposed amendment: it answers the proposal's digest and
// names the terms hash, so that it cannot be taken for the refusal of another.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/identity.h"

namespace tally {

struct TermsRejected {
  TermsHash terms_hash;
  std::string reason = {};
};
struct AmendmentRejected {
  TermsHash terms_hash;
  std::string reason = {};
};

Bytes Encode(const TermsRejected& value);
Bytes Encode(const AmendmentRejected& value);
absl::StatusOr<TermsRejected> DecodeTermsRejected(ByteView body);
absl::StatusOr<AmendmentRejected> DecodeAmendmentRejected(ByteView body);

}  // namespace tally
