#include "tools/identity_file.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "schema/status.h"
#include "tools/documents.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/json_reader.h"
#include "tools/json_writer.h"

namespace tally::tools {
namespace {

std::vector<IdentityFile::Key> KeysOf(const ledger::Keyring& keyring, const StreamId& party) {
  std::vector<IdentityFile::Key> keys;
  for (const ledger::KeyEntry* entry : keyring.KeysOf(party)) {
    keys.push_back({entry->fingerprint, entry->key, entry->roles, entry->revoked_at.has_value()});
  }
  return keys;
}

void WriteKeys(JsonWriter& json, const std::vector<IdentityFile::Key>& keys) {
  json.BeginArray();
  for (const IdentityFile::Key& key : keys) {
    json.BeginObject()
        .Field("fingerprint", key.fingerprint.ToHex())
        .Field("public_key", ToHex(key.key.ed25519))
        .Key("roles")
        .Small(static_cast<int>(key.roles))
        .BoolField("revoked", key.revoked)
        .EndObject();
  }
  json.EndArray();
}

void WriteFeed(JsonWriter& json, const FeedEnd& feed) {
  json.Field("author", feed.author.ToHex())
      .NumberField("last_position", feed.last_position)
      .Field("last_digest", feed.newest.ToHex());
  json.OptionalField("watermark", feed.watermark.has_value()
                                      ? std::optional<std::string>(FormatInstant(*feed.watermark))
                                      : std::nullopt);
  json.Key("sources").BeginArray();
  for (const SourceRegistered& source : feed.sources) {
    const auto last = feed.last_positions.find(source.source);
    json.BeginObject()
        .Key("number")
        .Small(static_cast<int>(source.source))
        .Field("name", source.name)
        .Field("unit", source.unit)
        .Key("scale")
        .Small(source.scale)
        .NumberField("last_position", last == feed.last_positions.end() ? 0 : last->second)
        .EndObject();
  }
  json.EndArray();
}

void WriteStream(JsonWriter& json, const IdentityFile::Stream& stream) {
  json.BeginObject()
      .Field("kind", StreamKindName(stream.name.kind))
      .Field("name", stream.name.name)
      .Field("id", stream.acts.stream.ToHex())
      .NumberField("opening", stream.opening);
  if (stream.acts.seen.has_value()) {
    json.NumberField("sequence", stream.acts.seen->sequence)
        .Field("leaf", stream.acts.seen->leaf.ToHex());
  }
  if (stream.feed.has_value()) WriteFeed(json, *stream.feed);
  json.EndObject();
}

// Fills a hex field of fixed length.
template <typename Id>
absl::Status TakeHex(ObjectReader& reader, absl::string_view key, Id& id) {
  TALLY_ASSIGN_OR_RETURN(const std::string hex, reader.String(key));
  absl::StatusOr<Id> parsed = Id::FromHex(hex);
  if (!parsed.ok())
    return Refuse("bad-json", absl::StrCat("\"", key, "\" is not hex of its length"));
  id = *parsed;
  return absl::OkStatus();
}

absl::Status ReadKeys(ObjectReader& reader, absl::string_view name, absl::string_view text,
                      const FilePosition& start, std::vector<IdentityFile::Key>& keys) {
  TALLY_ASSIGN_OR_RETURN(const JsonValue* list, reader.Array(name));
  for (const JsonValue& item : list->items) {
    ObjectReader fields(item, text, start);
    IdentityFile::Key key;
    TALLY_RETURN_IF_ERROR(TakeHex(fields, "fingerprint", key.fingerprint));
    Hash bytes;
    TALLY_RETURN_IF_ERROR(TakeHex(fields, "public_key", bytes));
    key.key.ed25519 = bytes.bytes;
    TALLY_ASSIGN_OR_RETURN(const uint64_t roles, fields.Number("roles"));
    key.roles = static_cast<uint32_t>(roles);
    const JsonValue* revoked = fields.Take("revoked");
    if (revoked == nullptr || revoked->kind != JsonValue::Kind::kBool) {
      return fields.Bad(item, "\"revoked\" must be true or false");
    }
    key.revoked = revoked->boolean;
    TALLY_RETURN_IF_ERROR(fields.Finish());
    if (ledger::FingerprintOf(key.key) != key.fingerprint) {
      return fields.Bad(item, "the fingerprint is not that of the public key");
    }
    keys.push_back(key);
  }
  return absl::OkStatus();
}

absl::Status ReadFeed(ObjectReader& reader, const LedgerId& ledger, absl::string_view text,
                      const FilePosition& start, IdentityFile::Stream& stream) {
  FeedEnd feed;
  feed.ledger = ledger;
  feed.stream = stream.acts.stream;
  feed.name = stream.name.name;
  TALLY_RETURN_IF_ERROR(TakeHex(reader, "author", feed.author));
  TALLY_ASSIGN_OR_RETURN(feed.last_position, reader.Number("last_position"));
  TALLY_RETURN_IF_ERROR(TakeHex(reader, "last_digest", feed.newest));
  const JsonValue* watermark = reader.Take("watermark");
  if (watermark != nullptr && watermark->kind == JsonValue::Kind::kString) {
    TALLY_ASSIGN_OR_RETURN(feed.watermark, ParseInstant(watermark->text));
  }
  TALLY_ASSIGN_OR_RETURN(const JsonValue* sources, reader.Array("sources"));
  for (const JsonValue& item : sources->items) {
    ObjectReader fields(item, text, start);
    SourceRegistered source;
    TALLY_ASSIGN_OR_RETURN(const uint64_t number, fields.Number("number"));
    TALLY_ASSIGN_OR_RETURN(source.name, fields.String("name"));
    TALLY_ASSIGN_OR_RETURN(source.unit, fields.String("unit"));
    TALLY_ASSIGN_OR_RETURN(const uint64_t scale, fields.Number("scale"));
    TALLY_ASSIGN_OR_RETURN(const uint64_t last, fields.Number("last_position"));
    TALLY_RETURN_IF_ERROR(fields.Finish());
    if (number == 0 || number > 0xffffffff || scale > 12) return fields.Bad(item, "is no source");
    source.source = static_cast<uint32_t>(number);
    source.scale = static_cast<uint8_t>(scale);
    if (last > 0) feed.last_positions[source.source] = last;
    feed.sources.push_back(std::move(source));
  }
  stream.feed = std::move(feed);
  return absl::OkStatus();
}

StreamKind KindByName(absl::string_view name) {
  for (const StreamKind kind :
       {StreamKind::kSystem, StreamKind::kParty, StreamKind::kFeed, StreamKind::kAgreement}) {
    if (StreamKindName(kind) == name) return kind;
  }
  return StreamKind::kUnset;
}

absl::Status ReadStream(const JsonValue& item, const LedgerId& ledger, absl::string_view text,
                        const FilePosition& start, std::vector<IdentityFile::Stream>& streams) {
  ObjectReader fields(item, text, start);
  IdentityFile::Stream stream;
  TALLY_ASSIGN_OR_RETURN(const std::string kind, fields.String("kind"));
  stream.name.kind = KindByName(kind);
  if (stream.name.kind == StreamKind::kUnset) return fields.Bad(item, "unknown kind of stream");
  TALLY_ASSIGN_OR_RETURN(stream.name.name, fields.String("name"));
  TALLY_ASSIGN_OR_RETURN(stream.opening, fields.Number("opening"));
  stream.acts.ledger = ledger;
  TALLY_RETURN_IF_ERROR(TakeHex(fields, "id", stream.acts.stream));
  if (item.Find("sequence") != nullptr) {
    Seen seen;
    TALLY_ASSIGN_OR_RETURN(seen.sequence, fields.Number("sequence"));
    TALLY_RETURN_IF_ERROR(TakeHex(fields, "leaf", seen.leaf));
    stream.acts.seen = seen;
  }
  if (stream.name.kind == StreamKind::kFeed) {
    TALLY_RETURN_IF_ERROR(ReadFeed(fields, ledger, text, start, stream));
  }
  TALLY_RETURN_IF_ERROR(fields.Finish());
  streams.push_back(std::move(stream));
  return absl::OkStatus();
}

absl::Status ReadParties(const JsonValue& list, absl::string_view text, const FilePosition& start,
                         std::vector<IdentityFile::Party>& parties) {
  for (const JsonValue& item : list.items) {
    ObjectReader fields(item, text, start);
    IdentityFile::Party party;
    TALLY_ASSIGN_OR_RETURN(party.name, fields.String("name"));
    TALLY_ASSIGN_OR_RETURN(party.display_name, fields.String("display_name"));
    TALLY_RETURN_IF_ERROR(TakeHex(fields, "id", party.id));
    TALLY_RETURN_IF_ERROR(ReadKeys(fields, "keys", text, start, party.keys));
    TALLY_RETURN_IF_ERROR(fields.Finish());
    parties.push_back(std::move(party));
  }
  return absl::OkStatus();
}

absl::Status ReadZones(const JsonValue& list, absl::string_view text, const FilePosition& start,
                       std::vector<IdentityFile::Zone>& zones) {
  for (const JsonValue& item : list.items) {
    ObjectReader fields(item, text, start);
    IdentityFile::Zone zone;
    TALLY_ASSIGN_OR_RETURN(zone.name, fields.String("name"));
    TALLY_ASSIGN_OR_RETURN(zone.version, fields.String("version"));
    TALLY_RETURN_IF_ERROR(TakeHex(fields, "digest", zone.digest));
    TALLY_RETURN_IF_ERROR(fields.Finish());
    zones.push_back(std::move(zone));
  }
  return absl::OkStatus();
}

absl::StatusOr<IdentityFile> ParseFields(const JsonValue& value, absl::string_view text,
                                         const FilePosition& start) {
  IdentityFile identity;
  ObjectReader reader(value, text, start);
  TALLY_ASSIGN_OR_RETURN(const std::string format, reader.String("format"));
  if (format != "tally.identity/1") return reader.Bad(value, "is not a tally.identity/1 file");
  TALLY_RETURN_IF_ERROR(TakeHex(reader, "ledger_id", identity.ledger));
  TALLY_ASSIGN_OR_RETURN(identity.origin, reader.String("origin"));
  TALLY_ASSIGN_OR_RETURN(identity.size, reader.Number("size"));
  TALLY_ASSIGN_OR_RETURN(const JsonValue* vkeys, reader.Array("log_vkeys"));
  for (const JsonValue& vkey : vkeys->items) identity.log_vkeys.push_back(vkey.text);
  TALLY_RETURN_IF_ERROR(ReadKeys(reader, "service_keys", text, start, identity.service_keys));
  TALLY_ASSIGN_OR_RETURN(const JsonValue* parties, reader.Array("parties"));
  TALLY_RETURN_IF_ERROR(ReadParties(*parties, text, start, identity.parties));
  TALLY_ASSIGN_OR_RETURN(const JsonValue* zones, reader.Array("zones"));
  TALLY_RETURN_IF_ERROR(ReadZones(*zones, text, start, identity.zones));
  TALLY_ASSIGN_OR_RETURN(const JsonValue* streams, reader.Array("streams"));
  for (const JsonValue& item : streams->items) {
    TALLY_RETURN_IF_ERROR(ReadStream(item, identity.ledger, text, start, identity.streams));
  }
  TALLY_RETURN_IF_ERROR(reader.Finish());
  return identity;
}

}  // namespace

const IdentityFile::Party* IdentityFile::FindParty(absl::string_view name) const {
  for (const Party& party : parties) {
    if (party.name == name) return &party;
  }
  return nullptr;
}

const IdentityFile::Party* IdentityFile::PartyOf(const KeyFingerprint& fingerprint) const {
  for (const Party& party : parties) {
    for (const Key& key : party.keys) {
      if (key.fingerprint == fingerprint) return &party;
    }
  }
  return nullptr;
}

const IdentityFile::Stream* IdentityFile::FindStream(const StreamName& name) const {
  for (const Stream& stream : streams) {
    if (stream.name.kind == name.kind && stream.name.name == name.name) return &stream;
  }
  return nullptr;
}

std::string RolesText(uint32_t roles) {
  constexpr std::pair<Role, absl::string_view> kNames[] = {
      {kRoleAppend, "append"},     {kRoleGrant, "grant"},         {kRoleRecovery, "recovery"},
      {kRoleOperator, "operator"}, {kRoleProjector, "projector"},
  };
  std::vector<absl::string_view> names;
  for (const auto& [role, name] : kNames) {
    if ((roles & role) != 0) names.push_back(name);
  }
  return absl::StrJoin(names, ", ");
}

absl::StatusOr<IdentityFile> IdentityOf(const ledger::Ledger& ledger,
                                        const std::vector<StreamName>& streams) {
  IdentityFile identity;
  identity.ledger = ledger.id();
  identity.origin = ledger.origin();
  identity.size = ledger.head().size;
  identity.log_vkeys = ledger.keyring().log_keys().terms().back().vkeys;
  identity.service_keys = KeysOf(ledger.keyring(), StreamId{});
  for (const ledger::PartyEntry& party : ledger.keyring().parties()) {
    identity.parties.push_back(
        {party.name, party.display_name, party.id, KeysOf(ledger.keyring(), party.id)});
  }
  TALLY_ASSIGN_OR_RETURN(const auto zones,
                         ListDocuments(ledger, BodyKind::kZoneAdded, Contents::kLeftOut));
  for (const ListedDocument& zone : zones) {
    identity.zones.push_back({zone.document.name, zone.document.version, zone.document.digest});
  }
  for (const StreamName& name : streams) {
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState state, FindStream(ledger, name));
    IdentityFile::Stream stream{name, state.opening_index, EndOfActs(ledger, state), std::nullopt};
    if (name.kind == StreamKind::kFeed) {
      TALLY_ASSIGN_OR_RETURN(stream.feed, ReadFeedEnd(ledger, state));
    }
    identity.streams.push_back(std::move(stream));
  }
  return identity;
}

std::string IdentityText(const IdentityFile& identity) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.identity/1")
      .Field("ledger_id", identity.ledger.ToHex())
      .Field("origin", identity.origin)
      .NumberField("size", identity.size);
  json.Key("log_vkeys").BeginArray();
  for (const std::string& vkey : identity.log_vkeys) json.String(vkey);
  json.EndArray().Key("service_keys");
  WriteKeys(json, identity.service_keys);
  json.Key("parties").BeginArray();
  for (const IdentityFile::Party& party : identity.parties) {
    json.BeginObject().Field("name", party.name).Field("display_name", party.display_name);
    json.Field("id", party.id.ToHex()).Key("keys");
    WriteKeys(json, party.keys);
    json.EndObject();
  }
  json.EndArray().Key("zones").BeginArray();
  for (const IdentityFile::Zone& zone : identity.zones) {
    json.BeginObject().Field("name", zone.name).Field("version", zone.version);
    json.Field("digest", zone.digest.ToHex()).EndObject();
  }
  json.EndArray().Key("streams").BeginArray();
  for (const IdentityFile::Stream& stream : identity.streams) WriteStream(json, stream);
  json.EndArray().EndObject();
  return json.Take() + "\n";
}

absl::StatusOr<IdentityFile> ParseIdentity(absl::string_view text, const std::string& path) {
  const FilePosition start{path, 1, 1};
  TALLY_ASSIGN_OR_RETURN(const JsonValue value, ReadJson(text, start));
  absl::StatusOr<IdentityFile> identity = ParseFields(value, text, start);
  if (!identity.ok()) return TranslateAt(start, "bad-json", identity.status());
  return identity;
}

absl::StatusOr<IdentityFile> ReadIdentityFile(const Invocation& call, const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, ReadInput(call, path, size_t{64} << 20));
  return ParseIdentity(text, path);
}

}  // namespace tally::tools
