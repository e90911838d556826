#include "schema/rejection.h"

#include "schema/body_parts.h"

namespace tally {
namespace {

template <typename Wire, typename Value>
Bytes EncodeRejection(const Value& value) {
  using Builder = typename Wire::Builder;
  return EncodeWire<Wire>([&](Builder target) {
    Put(target, &Builder::setTermsHash, value.terms_hash);
    Put(target, &Builder::setReason, value.reason);
  });
}

template <typename Wire, typename Value>
absl::StatusOr<Value> DecodeRejection(BodyKind kind, ByteView body) {
  return DecodeBody<Wire, Value>(kind, body, [](auto source, Value& value) {
    value.terms_hash = TakeDigest<TermsHash>(source.getTermsHash());
    value.reason = AsString(source.getReason());
    return absl::OkStatus();
  });
}

}  // namespace

Bytes Encode(const TermsRejected& value) { return EncodeRejection<wire::TermsRejected>(value); }
Bytes Encode(const AmendmentRejected& value) {
  return EncodeRejection<wire::AmendmentRejected>(value);
}
absl::StatusOr<TermsRejected> DecodeTermsRejected(ByteView body) {
  return DecodeRejection<wire::TermsRejected, TermsRejected>(BodyKind::kTermsRejected, body);
}
absl::StatusOr<AmendmentRejected> DecodeAmendmentRejected(ByteView body) {
  return DecodeRejection<wire::AmendmentRejected, AmendmentRejected>(BodyKind::kAmendmentRejected,
                                                                     body);
}

}  // namespace tally
