#include "schema/right_act.h"

#include "schema/body_parts.h"

namespace tally {
namespace {

template <typename Reader>
absl::Status TakeWindows(Reader source, std::vector<WindowName>& windows) {
  for (wire::WindowName::Reader element : source.getWindows()) {
    TALLY_ASSIGN_OR_RETURN(WindowName window, TakeWindow(element));
    windows.push_back(std::move(window));
  }
  return absl::OkStatus();
}

template <typename Builder, typename Value>
void PutWindows(Builder& target, const Value& value) {
  if (value.windows.empty()) return;
  auto windows = target.initWindows(static_cast<unsigned>(value.windows.size()));
  for (unsigned i = 0; i < windows.size(); ++i) PutWindow(value.windows[i], windows[i]);
}

// What all three acts end with.
template <typename Builder, typename Value>
void PutReason(Builder& target, const Value& value) {
  Put(target, &Builder::setReason, value.reason);
  if (const auto count = static_cast<unsigned>(value.documents.size()); count > 0) {
    PutDigests(value.documents, target.initDocuments(count));
  }
}

absl::Status Read(wire::RightExercised::Reader source, RightExercised& value) {
  value.right = AsString(source.getRight());
  value.kind = static_cast<RightKind>(source.getKind());
  if (source.getEffective().isIs()) value.effective = Instant{source.getEffective().getIs()};
  TALLY_RETURN_IF_ERROR(TakeWindows(source, value.windows));
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  return absl::OkStatus();
}

absl::Status Read(wire::RightWaived::Reader source, RightWaived& value) {
  value.right = AsString(source.getRight());
  value.kind = static_cast<RightKind>(source.getKind());
  TALLY_RETURN_IF_ERROR(TakeWindows(source, value.windows));
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

template <typename Wire, typename Value>
absl::StatusOr<Value> Decode(BodyKind kind, ByteView body) {
  return DecodeBody<Wire, Value>(kind, body,
                                 [](auto source, Value& value) { return Read(source, value); });
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
    PutWindows(target, value);
    PutReason(target, value);
  });
}
Bytes Encode(const RightWaived& value) {
  return EncodeWire<wire::RightWaived>([&](wire::RightWaived::Builder target) {
    Put(target, &wire::RightWaived::Builder::setRight, value.right);
    target.setKind(static_cast<wire::RightKind>(value.kind));
    PutWindows(target, value);
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
  return Decode<wire::RightExercised, RightExercised>(BodyKind::kRightExercised, body);
}
absl::StatusOr<RightWaived> DecodeRightWaived(ByteView body) {
  return Decode<wire::RightWaived, RightWaived>(BodyKind::kRightWaived, body);
}
absl::StatusOr<Terminated> DecodeTerminated(ByteView body) {
  return Decode<wire::Terminated, Terminated>(BodyKind::kTerminated, body);
}

}  // namespace tally
