// Bodies by which terms come into force and change.
#include "schema/body_parts.h"

namespace tally {
namespace {

absl::Status Read(wire::TermsProposed::Reader source, TermsProposed& value) {
  value.terms_hash = TakeDigest<TermsHash>(source.getTermsHash());
  value.terms = TakeBytes(source.getTerms());
  value.bindings = TakeBindings(source.getBindings());
  value.source_text = AsString(source.getSourceText());
  return absl::OkStatus();
}

absl::Status Read(wire::TermsAttested::Reader source, TermsAttested& value) {
  value.terms_hash = TakeDigest<TermsHash>(source.getTermsHash());
  value.terms = TakeBytes(source.getTerms());
  value.bindings = TakeBindings(source.getBindings());
  value.contract = TakeDigest<DocumentDigest>(source.getContract());
  value.source_text = AsString(source.getSourceText());
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

absl::Status Read(wire::AmendmentProposed::Reader source, AmendmentProposed& value) {
  value.base = TakeDigest<TermsHash>(source.getBase());
  value.terms_hash = TakeDigest<TermsHash>(source.getTermsHash());
  value.terms = TakeBytes(source.getTerms());
  value.bindings = TakeBindings(source.getBindings());
  value.effective = {source.getEffective()};
  value.reach = static_cast<Reach>(source.getReach());
  value.reopens_settled = source.getReopensSettled();
  value.reason = AsString(source.getReason());
  value.source_text = AsString(source.getSourceText());
  if (value.base == value.terms_hash) {
    return absl::InvalidArgumentError("termsHash: the same terms as the base");
  }
  return absl::OkStatus();
}

}  // namespace

Bytes Encode(const TermsProposed& value) {
  return EncodeWire<wire::TermsProposed>([&](wire::TermsProposed::Builder target) {
    Put(target, &wire::TermsProposed::Builder::setTermsHash, value.terms_hash);
    Put(target, &wire::TermsProposed::Builder::setTerms, value.terms);
    if (const auto count = static_cast<unsigned>(value.bindings.size()); count > 0) {
      PutBindings(value.bindings, target.initBindings(count));
    }
    Put(target, &wire::TermsProposed::Builder::setSourceText, value.source_text);
  });
}

absl::StatusOr<TermsProposed> DecodeTermsProposed(ByteView body) {
  return DecodeBody<wire::TermsProposed, TermsProposed>(BodyKind::kTermsProposed, body, Read);
}

Bytes Encode(const TermsAttested& value) {
  using Builder = wire::TermsAttested::Builder;
  return EncodeWire<wire::TermsAttested>([&](Builder target) {
    Put(target, &Builder::setTermsHash, value.terms_hash);
    Put(target, &Builder::setTerms, value.terms);
    if (const auto count = static_cast<unsigned>(value.bindings.size()); count > 0) {
      PutBindings(value.bindings, target.initBindings(count));
    }
    Put(target, &Builder::setContract, value.contract);
    Put(target, &Builder::setSourceText, value.source_text);
    Put(target, &Builder::setReason, value.reason);
  });
}

absl::StatusOr<TermsAttested> DecodeTermsAttested(ByteView body) {
  return DecodeBody<wire::TermsAttested, TermsAttested>(BodyKind::kTermsAttested, body, Read);
}

Bytes Encode(const TermsAccepted& value) {
  return EncodeWire<wire::TermsAccepted>([&](wire::TermsAccepted::Builder target) {
    Put(target, &wire::TermsAccepted::Builder::setTermsHash, value.terms_hash);
  });
}

absl::StatusOr<TermsAccepted> DecodeTermsAccepted(ByteView body) {
  return DecodeBody<wire::TermsAccepted, TermsAccepted>(
      BodyKind::kTermsAccepted, body, [](auto source, TermsAccepted& value) {
        value.terms_hash = TakeDigest<TermsHash>(source.getTermsHash());
        return absl::OkStatus();
      });
}

Bytes Encode(const AmendmentProposed& value) {
  using Builder = wire::AmendmentProposed::Builder;
  return EncodeWire<wire::AmendmentProposed>([&](Builder target) {
    Put(target, &Builder::setBase, value.base);
    Put(target, &Builder::setTermsHash, value.terms_hash);
    Put(target, &Builder::setTerms, value.terms);
    if (const auto count = static_cast<unsigned>(value.bindings.size()); count > 0) {
      PutBindings(value.bindings, target.initBindings(count));
    }
    target.setEffective(value.effective.micros);
    target.setReach(static_cast<wire::Reach>(value.reach));
    target.setReopensSettled(value.reopens_settled);
    Put(target, &Builder::setReason, value.reason);
    Put(target, &Builder::setSourceText, value.source_text);
  });
}

absl::StatusOr<AmendmentProposed> DecodeAmendmentProposed(ByteView body) {
  return DecodeBody<wire::AmendmentProposed, AmendmentProposed>(BodyKind::kAmendmentProposed, body,
                                                                Read);
}

Bytes Encode(const AmendmentAccepted& value) {
  return EncodeWire<wire::AmendmentAccepted>([&](wire::AmendmentAccepted::Builder target) {
    Put(target, &wire::AmendmentAccepted::Builder::setTermsHash, value.terms_hash);
  });
}

absl::StatusOr<AmendmentAccepted> DecodeAmendmentAccepted(ByteView body) {
  return DecodeBody<wire::AmendmentAccepted, AmendmentAccepted>(
      BodyKind::kAmendmentAccepted, body, [](auto source, AmendmentAccepted& value) {
        value.terms_hash = TakeDigest<TermsHash>(source.getTermsHash());
        return absl::OkStatus();
      });
}

}  // namespace tally
