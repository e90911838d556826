// Bodies by which a target is adjusted (DOMAIN 3.5): a proposal, and the answer of the other side.
// The shapes stand in schema/body.capnp; the rules of schema/body.h hold. Answers answer the
// proposal's digest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/identity.h"
#include "schema/instant.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally {

struct TargetProposed {
  std::string objective;
  Compare compare = Compare::kUnset;
  Decimal target = {};  // the expected level, as in Target::percent
  std::optional<Decimal> minimum = {};
  Instant effective = {};   // no window that begins before it is judged by the target
  std::string method = {};  // id of the rule by whose formula it was found; "": by none
  std::string reason = {};
  std::vector<DocumentDigest> documents = {};
};
struct TargetAccepted {
  std::string objective;
  std::string reason = {};
};
struct TargetContested {
  std::string objective;
  std::optional<Decimal> target = {};  // that its author would agree to
  std::string reason = {};
  std::vector<DocumentDigest> documents = {};
};

Bytes Encode(const TargetProposed& value);
Bytes Encode(const TargetAccepted& value);
Bytes Encode(const TargetContested& value);
absl::StatusOr<TargetProposed> DecodeTargetProposed(ByteView body);
absl::StatusOr<TargetAccepted> DecodeTargetAccepted(ByteView body);
absl::StatusOr<TargetContested> DecodeTargetContested(ByteView body);

}  // namespace tally
