// Bodies about the life of keys: values of schema/key_body.h to canonical bytes and back.
#include "schema/key_body.h"

#include "schema/body_parts.h"

namespace tally {
namespace {

absl::Status Read(wire::KeyRecovered::Reader source, KeyRecovered& value) {
  TALLY_ASSIGN_OR_RETURN(value.grants, TakeGrants(source.getGrants()));
  for (capnp::Data::Reader key : source.getRevoked()) {
    value.revoked.push_back(TakeDigest<KeyFingerprint>(key));
  }
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

template <typename Reader>
RoleName TakeRoleName(Reader source) {
  return {AsString(source.getRole()), TakeDigest<StreamId>(source.getGrantee()),
          TakeDigest<KeyFingerprint>(source.getKey()), TakeDigest<StreamId>(source.getAgreement())};
}

template <typename Builder>
void PutRoleName(const RoleName& name, Builder& target) {
  Put(target, &Builder::setRole, name.role);
  Put(target, &Builder::setGrantee, name.grantee);
  Put(target, &Builder::setKey, name.key);
  Put(target, &Builder::setAgreement, name.agreement);
}

absl::Status Read(wire::RoleGranted::Reader source, RoleGranted& value) {
  value.name = TakeRoleName(source);
  if (source.hasAmountLimit()) {
    TALLY_ASSIGN_OR_RETURN(value.amount_limit, TakeMoney(source.getAmountLimit()));
  }
  const auto until = source.getValidUntil();
  if (until.isIs()) value.valid_until = Instant{until.getIs()};
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

absl::Status Read(wire::RoleRevoked::Reader source, RoleRevoked& value) {
  value = {TakeRoleName(source), AsString(source.getReason())};
  return absl::OkStatus();
}

absl::Status Read(wire::LogKeyRegistered::Reader source, LogKeyRegistered& value) {
  value = {AsString(source.getVkey()), AsString(source.getReason())};
  return absl::OkStatus();
}

absl::Status Read(wire::LogKeyRetired::Reader source, LogKeyRetired& value) {
  value = {AsString(source.getVkey()), source.getLastSize(), AsString(source.getReason()),
           AsString(source.getCheckpoint())};
  return absl::OkStatus();
}

}  // namespace

Bytes Encode(const KeyRecovered& value) {
  return EncodeWire<wire::KeyRecovered>([&](wire::KeyRecovered::Builder target) {
    if (const auto count = static_cast<unsigned>(value.grants.size()); count > 0) {
      PutGrants(value.grants, target.initGrants(count));
    }
    if (const auto count = static_cast<unsigned>(value.revoked.size()); count > 0) {
      auto revoked = target.initRevoked(count);
      for (unsigned i = 0; i < count; ++i) revoked.set(i, AsData(value.revoked[i].view()));
    }
    Put(target, &wire::KeyRecovered::Builder::setReason, value.reason);
  });
}

absl::StatusOr<KeyRecovered> DecodeKeyRecovered(ByteView body) {
  return DecodeBody<wire::KeyRecovered, KeyRecovered>(BodyKind::kKeyRecovered, body, Read);
}

Bytes Encode(const RoleGranted& value) {
  return EncodeWire<wire::RoleGranted>([&](wire::RoleGranted::Builder target) {
    PutRoleName(value.name, target);
    if (value.amount_limit) PutMoney(*value.amount_limit, target.initAmountLimit());
    if (value.valid_until != Instant::Max()) {
      target.initValidUntil().setIs(value.valid_until.micros);
    }
    Put(target, &wire::RoleGranted::Builder::setReason, value.reason);
  });
}

absl::StatusOr<RoleGranted> DecodeRoleGranted(ByteView body) {
  return DecodeBody<wire::RoleGranted, RoleGranted>(BodyKind::kRoleGranted, body, Read);
}

Bytes Encode(const RoleRevoked& value) {
  return EncodeWire<wire::RoleRevoked>([&](wire::RoleRevoked::Builder target) {
    PutRoleName(value.name, target);
    Put(target, &wire::RoleRevoked::Builder::setReason, value.reason);
  });
}

absl::StatusOr<RoleRevoked> DecodeRoleRevoked(ByteView body) {
  return DecodeBody<wire::RoleRevoked, RoleRevoked>(BodyKind::kRoleRevoked, body, Read);
}

Bytes Encode(const LogKeyRegistered& value) {
  return EncodeWire<wire::LogKeyRegistered>([&](wire::LogKeyRegistered::Builder target) {
    Put(target, &wire::LogKeyRegistered::Builder::setVkey, value.vkey);
    Put(target, &wire::LogKeyRegistered::Builder::setReason, value.reason);
  });
}

absl::StatusOr<LogKeyRegistered> DecodeLogKeyRegistered(ByteView body) {
  return DecodeBody<wire::LogKeyRegistered, LogKeyRegistered>(BodyKind::kLogKeyRegistered, body,
                                                              Read);
}

Bytes Encode(const LogKeyRetired& value) {
  return EncodeWire<wire::LogKeyRetired>([&](wire::LogKeyRetired::Builder target) {
    Put(target, &wire::LogKeyRetired::Builder::setVkey, value.vkey);
    target.setLastSize(value.last_size);
    Put(target, &wire::LogKeyRetired::Builder::setReason, value.reason);
    Put(target, &wire::LogKeyRetired::Builder::setCheckpoint, value.checkpoint);
  });
}

absl::StatusOr<LogKeyRetired> DecodeLogKeyRetired(ByteView body) {
  return DecodeBody<wire::LogKeyRetired, LogKeyRetired>(BodyKind::kLogKeyRetired, body, Read);
}

}  // namespace tally
