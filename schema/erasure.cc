// Erasures: values to canonical bytes and back.
#include "schema/erasure.h"

#include "absl/strings/str_cat.h"
#include "schema/body_parts.h"

namespace tally {
namespace {

template <typename Reader>
absl::Status ReadRowsOfRun(Reader source, RowsOfRun& part) {
  part = {source.getFirstRow(), source.getRows()};
  if (part.rows > 0 || part.first == 0) return absl::OkStatus();
  return absl::InvalidArgumentError("rows: 0, which means the whole body, behind a first row");
}

absl::Status Read(wire::ErasureAgreed::Reader source, ErasureAgreed& value) {
  value.event = TakeDigest<Hash>(source.getEvent());
  value.index = source.getIndex();
  value.offset = source.getOffset();
  value.reason = AsString(source.getReason());
  value.document = TakeDigest<DocumentDigest>(source.getDocument());
  return ReadRowsOfRun(source, value.part);
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
  return ReadRowsOfRun(source, value.part);
}

}  // namespace

std::string RowsOfRun::ToText() const {
  if (IsWhole()) return "the whole body";
  return absl::StrCat("rows ", first, " to ", limit() - 1);
}

Bytes Encode(const ErasureAgreed& value) {
  return EncodeWire<wire::ErasureAgreed>([&](wire::ErasureAgreed::Builder target) {
    Put(target, &wire::ErasureAgreed::Builder::setEvent, value.event);
    target.setIndex(value.index);
    target.setOffset(value.offset);
    target.setFirstRow(value.part.first);
    target.setRows(value.part.rows);
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
    target.setFirstRow(value.part.first);
    target.setRows(value.part.rows);
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
