// Bodies of the system stream: values of schema/body.h to canonical bytes and back.
#include "absl/strings/str_cat.h"
#include "schema/body_parts.h"

namespace tally {
namespace {

constexpr uint32_t kFormat = 1;

absl::Status Read(wire::Genesis::Reader source, Genesis& value) {
  value.format = source.getFormat();
  if (value.format != kFormat) {
    return absl::InvalidArgumentError(
        absl::StrCat("format ", value.format, "; this program reads format ", kFormat));
  }
  value.origin = AsString(source.getOrigin());
  for (capnp::Text::Reader vkey : source.getLogVkeys()) value.log_vkeys.push_back(AsString(vkey));
  TALLY_ASSIGN_OR_RETURN(value.service_keys, TakeGrants(source.getServiceKeys()));
  TALLY_ASSIGN_OR_RETURN(value.recovery_keys, TakeGrants(source.getRecoveryKeys()));
  value.nonce = TakeBytes(source.getNonce());
  return absl::OkStatus();
}

absl::Status Read(wire::Heads::Reader source, Heads& value) {
  value = {source.getIndex(), source.getStreams(), TakeDigest<Hash>(source.getRoot())};
  return absl::OkStatus();
}

absl::Status Read(wire::Recovered::Reader source, Recovered& value) {
  value.head_size = source.getHeadSize();
  value.found_size = source.getFoundSize();
  value.kept_size = source.getKeptSize();
  value.dropped_bytes = source.getDroppedBytes();
  value.quarantine = TakeDigest<Hash>(source.getQuarantine());
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

template <typename Reader, typename Value>
absl::Status ReadTime(Reader source, Value& value) {
  value = {{source.getTime()}, AsString(source.getReason())};
  return absl::OkStatus();
}

absl::Status Read(wire::DocumentAdded::Reader source, DocumentAdded& value) {
  value.name = AsString(source.getName());
  value.version = AsString(source.getVersion());
  value.media_type = AsString(source.getMediaType());
  value.digest = TakeDigest<DocumentDigest>(source.getDigest());
  value.content = TakeBytes(source.getContent());
  return absl::OkStatus();
}

template <typename Wire, typename Value>
Bytes EncodeTime(const Value& value) {
  return EncodeWire<Wire>([&](typename Wire::Builder target) {
    target.setTime(value.time.micros);
    Put(target, &Wire::Builder::setReason, value.reason);
  });
}

}  // namespace

Bytes Encode(const Genesis& value) {
  return EncodeWire<wire::Genesis>([&](wire::Genesis::Builder target) {
    target.setFormat(value.format);
    Put(target, &wire::Genesis::Builder::setOrigin, value.origin);
    if (!value.log_vkeys.empty()) {
      auto vkeys = target.initLogVkeys(static_cast<unsigned>(value.log_vkeys.size()));
      for (unsigned i = 0; i < vkeys.size(); ++i) vkeys.set(i, AsTextReader(value.log_vkeys[i]));
    }
    if (const auto count = static_cast<unsigned>(value.service_keys.size()); count > 0) {
      PutGrants(value.service_keys, target.initServiceKeys(count));
    }
    if (const auto count = static_cast<unsigned>(value.recovery_keys.size()); count > 0) {
      PutGrants(value.recovery_keys, target.initRecoveryKeys(count));
    }
    Put(target, &wire::Genesis::Builder::setNonce, value.nonce);
  });
}

absl::StatusOr<Genesis> DecodeGenesis(ByteView body) {
  return DecodeBody<wire::Genesis, Genesis>(BodyKind::kGenesis, body, Read);
}

Bytes Encode(const Heads& value) {
  return EncodeWire<wire::Heads>([&](wire::Heads::Builder target) {
    target.setIndex(value.index);
    target.setStreams(value.streams);
    Put(target, &wire::Heads::Builder::setRoot, value.root);
  });
}

absl::StatusOr<Heads> DecodeHeads(ByteView body) {
  return DecodeBody<wire::Heads, Heads>(BodyKind::kHeads, body, Read);
}

Bytes Encode(const Recovered& value) {
  return EncodeWire<wire::Recovered>([&](wire::Recovered::Builder target) {
    target.setHeadSize(value.head_size);
    target.setFoundSize(value.found_size);
    target.setKeptSize(value.kept_size);
    target.setDroppedBytes(value.dropped_bytes);
    Put(target, &wire::Recovered::Builder::setQuarantine, value.quarantine);
    Put(target, &wire::Recovered::Builder::setReason, value.reason);
  });
}

absl::StatusOr<Recovered> DecodeRecovered(ByteView body) {
  return DecodeBody<wire::Recovered, Recovered>(BodyKind::kRecovered, body, Read);
}

Bytes Encode(const TimeAccepted& value) { return EncodeTime<wire::TimeAccepted>(value); }

absl::StatusOr<TimeAccepted> DecodeTimeAccepted(ByteView body) {
  return DecodeBody<wire::TimeAccepted, TimeAccepted>(
      BodyKind::kTimeAccepted, body,
      [](auto source, TimeAccepted& value) { return ReadTime(source, value); });
}

Bytes Encode(const TimeCorrected& value) { return EncodeTime<wire::TimeCorrected>(value); }

absl::StatusOr<TimeCorrected> DecodeTimeCorrected(ByteView body) {
  return DecodeBody<wire::TimeCorrected, TimeCorrected>(
      BodyKind::kTimeCorrected, body,
      [](auto source, TimeCorrected& value) { return ReadTime(source, value); });
}

Bytes Encode(const DocumentAdded& value) {
  return EncodeWire<wire::DocumentAdded>([&](wire::DocumentAdded::Builder target) {
    Put(target, &wire::DocumentAdded::Builder::setName, value.name);
    Put(target, &wire::DocumentAdded::Builder::setVersion, value.version);
    Put(target, &wire::DocumentAdded::Builder::setMediaType, value.media_type);
    Put(target, &wire::DocumentAdded::Builder::setDigest, value.digest);
    Put(target, &wire::DocumentAdded::Builder::setContent, value.content);
  });
}

// Zones, calendars and documents have one shape, so this decodes the body of all three kinds.
absl::StatusOr<DocumentAdded> DecodeDocumentAdded(ByteView body) {
  return DecodeBody<wire::DocumentAdded, DocumentAdded>(BodyKind::kDocumentAdded, body, Read);
}

}  // namespace tally
