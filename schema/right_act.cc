#include "schema/right_act.h"

#include "schema/body_parts.h"

namespace tally {
namespace {

// What all three acts end with.
template <typename Builder, typename Value>
void PutReason(Builder& target, const Value& value) {
  Put(target, &Builder::setReason, value.reason);
  PutDocuments(value, target);
}

absl::Status Read(wire::RightExercised::Reader source, RightExercised& value) {
  value.right = AsString(source.getRight());
  value.kind = static_cast<RightKind>(source.getKind());
  if (source.getEffective().isIs()) value.effective = Instant{source.getEffective().getIs()};
  TALLY_RETURN_IF_ERROR(TakeWindows(source.getWindows(), value.windows));
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  return absl::OkStatus();
}

absl::Status Read(wire::RightWaived::Reader source, RightWaived& value) {
  value.right = AsString(source.getRight());
  value.kind = static_cast<RightKind>(source.getKind());
  TALLY_RETURN_IF_ERROR(TakeWindows(source.getWindows(), value.windows));
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  return absl::OkStatus();
}

absl::Status Read(wire::Terminated::Reader source, Terminated& value) {
  value.effective = Instant{source.getEffective()};
  value.ground = static_cast<TerminationGround>(source.getGround());
  value.right = AsString(source.getRight());
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  if ((value.ground == TerminationGround::kRight) == value.right.empty()) {
    return absl::InvalidArgumentError("right: stands with the ground \"right\" and no other");
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view GroundName(TerminationGround ground) {
  switch (ground) {
    case TerminationGround::kAgreed:
      return "agreed";
    case TerminationGround::kNotice:
      return "notice";
    case TerminationGround::kRight:
      return "right";
    case TerminationGround::kExpiry:
      return "expiry";
    case TerminationGround::kBreach:
      return "breach";
    case TerminationGround::kOther:
      return "other";
    case TerminationGround::kUnset:
      break;
  }
  return "not said";
}

Bytes Encode(const RightExercised& value) {
  return EncodeWire<wire::RightExercised>([&](wire::RightExercised::Builder target) {
    Put(target, &wire::RightExercised::Builder::setRight, value.right);
    target.setKind(static_cast<wire::RightKind>(value.kind));
    if (value.effective) target.getEffective().setIs(value.effective->micros);
    PutWindows(value, target);
    PutReason(target, value);
  });
}
Bytes Encode(const RightWaived& value) {
  return EncodeWire<wire::RightWaived>([&](wire::RightWaived::Builder target) {
    Put(target, &wire::RightWaived::Builder::setRight, value.right);
    target.setKind(static_cast<wire::RightKind>(value.kind));
    PutWindows(value, target);
    PutReason(target, value);
  });
}
Bytes Encode(const Terminated& value) {
  return EncodeWire<wire::Terminated>([&](wire::Terminated::Builder target) {
    target.setEffective(value.effective.micros);
    target.setGround(static_cast<wire::TerminationGround>(value.ground));
    Put(target, &wire::Terminated::Builder::setRight, value.right);
    PutReason(target, value);
  });
}

absl::StatusOr<RightExercised> DecodeRightExercised(ByteView body) {
  return DecodeBody<wire::RightExercised, RightExercised>(BodyKind::kRightExercised, body, Read);
}
absl::StatusOr<RightWaived> DecodeRightWaived(ByteView body) {
  return DecodeBody<wire::RightWaived, RightWaived>(BodyKind::kRightWaived, body, Read);
}
absl::StatusOr<Terminated> DecodeTerminated(ByteView body) {
  return DecodeBody<wire::Terminated, Terminated>(BodyKind::kTerminated, body, Read);
}

}  // namespace tally
