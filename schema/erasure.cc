// Erasures: values to canonical bytes and back.
#include "schema/erasure.h"

#include "schema/body_parts.h"

namespace tally {
namespace {

absl::Status Read(wire::ErasureAgreed::Reader source, ErasureAgreed& value) {
  value.event = TakeDigest<Hash>(source.getEvent());
  value.index = source.getIndex();
  value.offset = source.getOffset();
  value.reason = AsString(source.getReason());
  value.document = TakeDigest<DocumentDigest>(source.getDocument());
  return absl::OkStatus();
}

absl::Status Read(wire::Erasure::Reader source, Erasure& value) {
  value.event = TakeDigest<Hash>(source.getEvent());
  value.index = source.getIndex();
  value.offset = source.getOffset();
  value.reason = AsString(source.getReason());
  value.requested_by = AsString(source.getRequestedBy());
  value.request = TakeDigest<Hash>(source.getRequest());
  for (capnp::Data::Reader consent : source.getConsents()) {
    value.consents.push_back(TakeDigest<Hash>(consent));
  }
  value.order = TakeDigest<Hash>(source.getOrder());
  if (source.getFirstRow() == 0 && source.getRows() == 0) return absl::OkStatus();
  return absl::InvalidArgumentError("rows: this version erases a run as a whole only");
}

}  // namespace

Bytes Encode(const ErasureAgreed& value) {
  return EncodeWire<wire::ErasureAgreed>([&](wire::ErasureAgreed::Builder target) {
    Put(target, &wire::ErasureAgreed::Builder::setEvent, value.event);
    target.setIndex(value.index);
    target.setOffset(value.offset);
    Put(target, &wire::ErasureAgreed::Builder::setReason, value.reason);
    Put(target, &wire::ErasureAgreed::Builder::setDocument, value.document);
  });
}

absl::StatusOr<ErasureAgreed> DecodeErasureAgreed(ByteView body) {
  return DecodeBody<wire::ErasureAgreed, ErasureAgreed>(BodyKind::kErasureAgreed, body, Read);
}

Bytes Encode(const Erasure& value) {
  return EncodeWire<wire::Erasure>([&](wire::Erasure::Builder target) {
    target.setIndex(value.index);
    target.setOffset(value.offset);
    Put(target, &wire::Erasure::Builder::setEvent, value.event);
    Put(target, &wire::Erasure::Builder::setReason, value.reason);
    Put(target, &wire::Erasure::Builder::setRequestedBy, value.requested_by);
    Put(target, &wire::Erasure::Builder::setRequest, value.request);
    if (const auto count = static_cast<unsigned>(value.consents.size()); count > 0) {
      auto consents = target.initConsents(count);
      for (unsigned i = 0; i < count; ++i) consents.set(i, AsData(value.consents[i].view()));
    }
    Put(target, &wire::Erasure::Builder::setOrder, value.order);
  });
}

absl::StatusOr<Erasure> DecodeErasure(ByteView body) {
  return DecodeBody<wire::Erasure, Erasure>(BodyKind::kErasure, body, Read);
}

}  // namespace tally
