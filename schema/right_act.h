// Acts by which an agreement is left: a right that the terms give is used or given up, or the
// agreement is terminated. Which of them has an effect is for replay to say; the shapes stand in
// schema/body.capnp, and the rules of schema/body.h hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/body.h"

namespace tally {

enum class RightKind : uint16_t {
  kUnset = 0,
  kTermination = 1,
  kEarnBack = 2,
  kStepIn = 3,
  kAudit = 4,
  kSetOff = 5,
  kOther = 6,
};
struct RightExercised {
  std::string right;  // id of the rule that gives it
  RightKind kind = RightKind::kUnset;
  std::optional<Instant> effective;  // absent: at once
  std::vector<WindowName> windows;   // that completed it; none: the only one that is open
  std::string reason;
  std::vector<DocumentDigest> documents;
};
struct RightWaived {
  std::string right;
  RightKind kind = RightKind::kUnset;
  std::vector<WindowName> windows;
  std::string reason;
  std::vector<DocumentDigest> documents;
};

enum class TerminationGround : uint16_t {
  kUnset = 0,
  kAgreed = 1,
  kNotice = 2,
  kRight = 3,
  kExpiry = 4,
  kBreach = 5,
  kOther = 6,
};
absl::string_view GroundName(TerminationGround ground);  // "agreed"
struct Terminated {
  Instant effective;
  TerminationGround ground = TerminationGround::kUnset;
  std::string right;  // ground kRight
  std::string reason;
  std::vector<DocumentDigest> documents;
};

Bytes Encode(const RightExercised& value);
Bytes Encode(const RightWaived& value);
Bytes Encode(const Terminated& value);
absl::StatusOr<RightExercised> DecodeRightExercised(ByteView body);
absl::StatusOr<RightWaived> DecodeRightWaived(ByteView body);
absl::StatusOr<Terminated> DecodeTerminated(ByteView body);

}  // namespace tally
