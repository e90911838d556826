// Bodies that open streams, and of party streams: names, keys, and who takes part.
#include "schema/body_parts.h"

namespace tally {
namespace {

absl::Status Read(wire::PartyOpened::Reader source, PartyOpened& value) {
  value.name = AsString(source.getName());
  value.display_name = AsString(source.getDisplayName());
  TALLY_ASSIGN_OR_RETURN(value.keys, TakeGrants(source.getKeys()));
  TALLY_ASSIGN_OR_RETURN(value.recovery_keys, TakeGrants(source.getRecoveryKeys()));
  return CheckName(value.name);
}

absl::Status Read(wire::FeedOpened::Reader source, FeedOpened& value) {
  value.name = AsString(source.getName());
  value.method = AsString(source.getMethod());
  return CheckName(value.name);
}

absl::Status Read(wire::AgreementOpened::Reader source, AgreementOpened& value) {
  value.name = AsString(source.getName());
  for (wire::AgreementParty::Reader party : source.getParties()) {
    value.parties.push_back({AsString(party.getRole()), AsString(party.getName()),
                             TakeDigest<StreamId>(party.getParty())});
  }
  return CheckName(value.name);
}

absl::Status Read(wire::KeyRegistered::Reader source, KeyRegistered& value) {
  TALLY_ASSIGN_OR_RETURN(value.grant, TakeGrant(source.getGrant()));
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

absl::Status Read(wire::KeyRevoked::Reader source, KeyRevoked& value) {
  value.key = TakeDigest<KeyFingerprint>(source.getKey());
  const auto since = source.getCompromisedSince();
  if (since.isIs()) value.compromised_since = Instant{since.getIs()};
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

}  // namespace

Bytes Encode(const PartyOpened& value) {
  return EncodeWire<wire::PartyOpened>([&](wire::PartyOpened::Builder target) {
    Put(target, &wire::PartyOpened::Builder::setName, value.name);
    Put(target, &wire::PartyOpened::Builder::setDisplayName, value.display_name);
    if (const auto count = static_cast<unsigned>(value.keys.size()); count > 0) {
      PutGrants(value.keys, target.initKeys(count));
    }
    if (const auto count = static_cast<unsigned>(value.recovery_keys.size()); count > 0) {
      PutGrants(value.recovery_keys, target.initRecoveryKeys(count));
    }
  });
}

absl::StatusOr<PartyOpened> DecodePartyOpened(ByteView body) {
  return DecodeBody<wire::PartyOpened, PartyOpened>(BodyKind::kPartyOpened, body, Read);
}

Bytes Encode(const FeedOpened& value) {
  return EncodeWire<wire::FeedOpened>([&](wire::FeedOpened::Builder target) {
    Put(target, &wire::FeedOpened::Builder::setName, value.name);
    Put(target, &wire::FeedOpened::Builder::setMethod, value.method);
  });
}

absl::StatusOr<FeedOpened> DecodeFeedOpened(ByteView body) {
  return DecodeBody<wire::FeedOpened, FeedOpened>(BodyKind::kFeedOpened, body, Read);
}

Bytes Encode(const AgreementOpened& value) {
  return EncodeWire<wire::AgreementOpened>([&](wire::AgreementOpened::Builder target) {
    Put(target, &wire::AgreementOpened::Builder::setName, value.name);
    if (value.parties.empty()) return;
    auto parties = target.initParties(static_cast<unsigned>(value.parties.size()));
    for (unsigned i = 0; i < parties.size(); ++i) {
      wire::AgreementParty::Builder party = parties[i];
      Put(party, &wire::AgreementParty::Builder::setRole, value.parties[i].role);
      Put(party, &wire::AgreementParty::Builder::setName, value.parties[i].name);
      Put(party, &wire::AgreementParty::Builder::setParty, value.parties[i].party);
    }
  });
}

absl::StatusOr<AgreementOpened> DecodeAgreementOpened(ByteView body) {
  return DecodeBody<wire::AgreementOpened, AgreementOpened>(BodyKind::kAgreementOpened, body, Read);
}

Bytes Encode(const KeyRegistered& value) {
  return EncodeWire<wire::KeyRegistered>([&](wire::KeyRegistered::Builder target) {
    PutGrant(value.grant, target.initGrant());
    Put(target, &wire::KeyRegistered::Builder::setReason, value.reason);
  });
}

absl::StatusOr<KeyRegistered> DecodeKeyRegistered(ByteView body) {
  return DecodeBody<wire::KeyRegistered, KeyRegistered>(BodyKind::kKeyRegistered, body, Read);
}

Bytes Encode(const KeyRevoked& value) {
  return EncodeWire<wire::KeyRevoked>([&](wire::KeyRevoked::Builder target) {
    Put(target, &wire::KeyRevoked::Builder::setKey, value.key);
    if (value.compromised_since) {
      target.initCompromisedSince().setIs(value.compromised_since->micros);
    }
    Put(target, &wire::KeyRevoked::Builder::setReason, value.reason);
  });
}

absl::StatusOr<KeyRevoked> DecodeKeyRevoked(ByteView body) {
  return DecodeBody<wire::KeyRevoked, KeyRevoked>(BodyKind::kKeyRevoked, body, Read);
}

}  // namespace tally
