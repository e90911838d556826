#include "schema/restatement_act.h"

#include "schema/body_parts.h"

namespace tally {
namespace {

absl::Status Read(wire::RestatementProposed::Reader source, RestatementProposed& value) {
  TALLY_ASSIGN_OR_RETURN(value.window, TakeWindow(source.getWindow()));
  value.terms_hash = TakeDigest<TermsHash>(source.getTermsHash());
  value.size = source.getSize();
  value.knowledge = {source.getKnowledge()};
  value.closed = TakeDigest<Hash>(source.getClosed());
  value.figures = TakeDigest<Hash>(source.getFigures());
  value.verdict = AsString(source.getVerdict());
  value.value = AsString(source.getValue());
  value.reason = AsString(source.getReason());
  if (!source.hasCredit()) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(value.credit, TakeMoney(source.getCredit()));
  return absl::OkStatus();
}

absl::Status Read(wire::RestatementAccepted::Reader source, RestatementAccepted& value) {
  value.figures = TakeDigest<Hash>(source.getFigures());
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

absl::Status Read(wire::RestatementContested::Reader source, RestatementContested& value) {
  value.figures = TakeDigest<Hash>(source.getFigures());
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  return absl::OkStatus();
}

}  // namespace

Bytes Encode(const RestatementProposed& value) {
  using Builder = wire::RestatementProposed::Builder;
  return EncodeWire<wire::RestatementProposed>([&](Builder target) {
    PutWindow(value.window, target.initWindow());
    Put(target, &Builder::setTermsHash, value.terms_hash);
    target.setSize(value.size);
    target.setKnowledge(value.knowledge.micros);
    Put(target, &Builder::setClosed, value.closed);
    Put(target, &Builder::setFigures, value.figures);
    Put(target, &Builder::setVerdict, value.verdict);
    Put(target, &Builder::setValue, value.value);
    if (value.credit) PutMoney(*value.credit, target.initCredit());
    Put(target, &Builder::setReason, value.reason);
  });
}
Bytes Encode(const RestatementAccepted& value) {
  using Builder = wire::RestatementAccepted::Builder;
  return EncodeWire<wire::RestatementAccepted>([&](Builder target) {
    Put(target, &Builder::setFigures, value.figures);
    Put(target, &Builder::setReason, value.reason);
  });
}
Bytes Encode(const RestatementContested& value) {
  using Builder = wire::RestatementContested::Builder;
  return EncodeWire<wire::RestatementContested>([&](Builder target) {
    Put(target, &Builder::setFigures, value.figures);
    Put(target, &Builder::setReason, value.reason);
    PutDocuments(value, target);
  });
}

absl::StatusOr<RestatementProposed> DecodeRestatementProposed(ByteView body) {
  return DecodeBody<wire::RestatementProposed, RestatementProposed>(BodyKind::kRestatementProposed,
                                                                    body, Read);
}
absl::StatusOr<RestatementAccepted> DecodeRestatementAccepted(ByteView body) {
  return DecodeBody<wire::RestatementAccepted, RestatementAccepted>(BodyKind::kRestatementAccepted,
                                                                    body, Read);
}
absl::StatusOr<RestatementContested> DecodeRestatementContested(ByteView body) {
  return DecodeBody<wire::RestatementContested, RestatementContested>(
      BodyKind::kRestatementContested, body, Read);
}

}  // namespace tally
