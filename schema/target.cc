#include "schema/target.h"

#include "schema/body_parts.h"

namespace tally {

Bytes Encode(const TargetProposed& value) {
  using Builder = wire::TargetProposed::Builder;
  return EncodeWire<wire::TargetProposed>([&](Builder target) {
    Put(target, &Builder::setObjective, value.objective);
    target.setCompare(static_cast<wire::Compare>(value.compare));
    PutDecimal(value.target, target.initTarget());
    if (value.minimum) PutDecimal(*value.minimum, target.initMinimum());
    target.setEffective(value.effective.micros);
    Put(target, &Builder::setMethod, value.method);
    Put(target, &Builder::setReason, value.reason);
    PutDocuments(value, target);
  });
}

Bytes Encode(const TargetAccepted& value) {
  using Builder = wire::TargetAccepted::Builder;
  return EncodeWire<wire::TargetAccepted>([&](Builder target) {
    Put(target, &Builder::setObjective, value.objective);
    Put(target, &Builder::setReason, value.reason);
  });
}

Bytes Encode(const TargetContested& value) {
  using Builder = wire::TargetContested::Builder;
  return EncodeWire<wire::TargetContested>([&](Builder target) {
    Put(target, &Builder::setObjective, value.objective);
    if (value.target) PutDecimal(*value.target, target.initTarget());
    Put(target, &Builder::setReason, value.reason);
    PutDocuments(value, target);
  });
}

absl::StatusOr<TargetProposed> DecodeTargetProposed(ByteView body) {
  return DecodeBody<wire::TargetProposed, TargetProposed>(
      BodyKind::kTargetProposed, body, [](auto source, TargetProposed& value) {
        value.objective = AsString(source.getObjective());
        value.compare = static_cast<Compare>(source.getCompare());
        value.target = TakeDecimal(source.getTarget());
        if (source.hasMinimum()) value.minimum = TakeDecimal(source.getMinimum());
        value.effective = {source.getEffective()};
        value.method = AsString(source.getMethod());
        value.reason = AsString(source.getReason());
        value.documents = TakeDigests(source.getDocuments());
        return absl::OkStatus();
      });
}

absl::StatusOr<TargetAccepted> DecodeTargetAccepted(ByteView body) {
  return DecodeBody<wire::TargetAccepted, TargetAccepted>(
      BodyKind::kTargetAccepted, body, [](auto source, TargetAccepted& value) {
        value.objective = AsString(source.getObjective());
        value.reason = AsString(source.getReason());
        return absl::OkStatus();
      });
}

absl::StatusOr<TargetContested> DecodeTargetContested(ByteView body) {
  return DecodeBody<wire::TargetContested, TargetContested>(
      BodyKind::kTargetContested, body, [](auto source, TargetContested& value) {
        value.objective = AsString(source.getObjective());
        if (source.hasTarget()) value.target = TakeDecimal(source.getTarget());
        value.reason = AsString(source.getReason());
        value.documents = TakeDigests(source.getDocuments());
        return absl::OkStatus();
      });
}

}  // namespace tally
