#include "schema/stamp.h"

#include "schema/body_parts.h"

namespace tally {
namespace {

absl::Status Read(wire::Stamp::Reader source, Stamp& value) {
  value.size = source.getSize();
  if (value.size == 0) return absl::InvalidArgumentError("size: a tree of no records");
  value.root = TakeDigest<Hash>(source.getRoot());
  value.authority = AsString(source.getAuthority());
  value.time = Instant{source.getTime()};
  value.token = TakeBytes(source.getToken());
  const Bytes certificates = TakeBytes(source.getCertificates());
  value.certificates = std::string(certificates.begin(), certificates.end());
  return absl::OkStatus();
}

}  // namespace

Bytes Encode(const Stamp& value) {
  return EncodeWire<wire::Stamp>([&](wire::Stamp::Builder target) {
    target.setSize(value.size);
    Put(target, &wire::Stamp::Builder::setRoot, value.root);
    Put(target, &wire::Stamp::Builder::setAuthority, value.authority);
    target.setTime(value.time.micros);
    Put(target, &wire::Stamp::Builder::setToken, value.token);
    Put(target, &wire::Stamp::Builder::setCertificates,
        Bytes(value.certificates.begin(), value.certificates.end()));
  });
}

absl::StatusOr<Stamp> DecodeStamp(ByteView body) {
  return DecodeBody<wire::Stamp, Stamp>(BodyKind::kStamp, body, Read);
}

}  // namespace tally
