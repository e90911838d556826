// The fold of keys and parties. Each kind of event that changes keys is checked in one place
// (`Check`), which admission calls with the author's mistakes in mind and `Apply` calls again, so
// that a ledger can never hold a change of keys that the fold would read differently.
#include "ledger/log/keyring.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr uint32_t kPartyRoles = kRoleAppend | kRoleGrant;
constexpr uint32_t kServiceRoles = kRoleOperator | kRoleProjector;

bool ChangesKeys(BodyKind kind) {
  switch (kind) {
    case BodyKind::kGenesis:
    case BodyKind::kPartyOpened:
    case BodyKind::kServiceKeyRegistered:
    case BodyKind::kServiceKeyRevoked:
    case BodyKind::kKeyRegistered:
    case BodyKind::kKeyRevoked:
    case BodyKind::kKeyRecovered:
      return true;
    default:
      return false;
  }
}

bool IsLogKeyKind(BodyKind kind) {
  return kind == BodyKind::kLogKeyRegistered || kind == BodyKind::kLogKeyRetired;
}

// What the ledger's recovery key is for: service keys that are lost, and the second word of a
// rotation of the log key.
bool RecoveryMaySign(BodyKind kind) {
  return kind == BodyKind::kServiceKeyRegistered || kind == BodyKind::kServiceKeyRevoked ||
         IsLogKeyKind(kind);
}

// The roles of which a key must hold one to sign `kind` for its author; 0 when no role suffices.
uint32_t RolesFor(BodyKind kind, bool by_system) {
  constexpr uint32_t kNoRole = 0;
  const auto system_with = [=](uint32_t role) { return by_system ? role : kNoRole; };
  const auto party_with = [=](uint32_t role) { return by_system ? kNoRole : role; };
  const KindRow* row = FindKind(kind);
  if (row == nullptr) return by_system ? system_with(kRoleOperator) : party_with(kRoleAppend);
  switch (row->signer) {
    case Signer::kOperator:
      return system_with(RecoveryMaySign(kind) ? kRoleOperator | kRoleRecovery : kRoleOperator);
    case Signer::kProjector:
      return system_with(kRoleProjector);
    case Signer::kRecovery:
      return kRoleRecovery;
    case Signer::kAuthor:
      return party_with(kRoleAppend);
    case Signer::kParty:
      // The operator may open an agreement for its parties; everything else in it is theirs.
      if (kind == BodyKind::kAgreementOpened && by_system) return kRoleOperator;
      if (row->stream == StreamKind::kParty && !row->opening) return party_with(kRoleGrant);
      return party_with(kRoleAppend);
    case Signer::kUnset:
      return kNoRole;
  }
  return kNoRole;
}

}  // namespace

bool FoldsKeys(BodyKind kind) {
  return ChangesKeys(kind) || IsLogKeyKind(kind) || kind == BodyKind::kRoleGranted ||
         kind == BodyKind::kRoleRevoked;
}

// In one shape for all kinds.
struct Keyring::Change {
  std::string name, display_name;  // openings of parties
  std::vector<KeyGrant> keys;      // with the roles of party or service keys
  std::vector<KeyGrant> recovery_keys;
  std::vector<KeyRevoked> revoked;
  uint32_t roles_allowed = kPartyRoles;
  // Whether one key may recover is told by its roles.
  void Add(KeyGrant grant) {
    const bool recovers = (grant.roles & kRoleRecovery) != 0;
    (recovers ? recovery_keys : keys).push_back(std::move(grant));
  }
};

absl::StatusOr<Keyring::Change> Keyring::ReadChange(BodyKind kind, ByteView body) {
  Change change;
  switch (kind) {
    case BodyKind::kGenesis: {
      TALLY_ASSIGN_OR_RETURN(Genesis genesis, DecodeGenesis(body));
      change.roles_allowed = kServiceRoles;
      change.keys = std::move(genesis.service_keys);
      change.recovery_keys = std::move(genesis.recovery_keys);
      return change;
    }
    case BodyKind::kPartyOpened: {
      TALLY_ASSIGN_OR_RETURN(PartyOpened opened, DecodePartyOpened(body));
      change.name = std::move(opened.name);
      change.display_name = std::move(opened.display_name);
      change.keys = std::move(opened.keys);
      change.recovery_keys = std::move(opened.recovery_keys);
      return change;
    }
    case BodyKind::kServiceKeyRegistered:
    case BodyKind::kKeyRegistered: {
      TALLY_ASSIGN_OR_RETURN(KeyRegistered registered, DecodeKeyRegistered(body));
      if (kind == BodyKind::kServiceKeyRegistered) change.roles_allowed = kServiceRoles;
      change.Add(std::move(registered.grant));
      return change;
    }
    case BodyKind::kServiceKeyRevoked:
    case BodyKind::kKeyRevoked: {
      TALLY_ASSIGN_OR_RETURN(KeyRevoked revoked, DecodeKeyRevoked(body));
      change.revoked.push_back(std::move(revoked));
      return change;
    }
    case BodyKind::kKeyRecovered: {
      TALLY_ASSIGN_OR_RETURN(KeyRecovered recovered, DecodeKeyRecovered(body));
      for (KeyGrant& grant : recovered.grants) change.Add(std::move(grant));
      for (const KeyFingerprint& key : recovered.revoked) change.revoked.push_back({key, {}, {}});
      return change;
    }
    default:
      return absl::InvalidArgumentError("the kind changes no keys");
  }
}

absl::string_view KeyVerdictName(KeyVerdict verdict) {
  switch (verdict) {
    case KeyVerdict::kValid:
      return "valid";
    case KeyVerdict::kValidRetired:
      return "valid by retired key";
    case KeyVerdict::kSuspect:
      return "suspect";
    case KeyVerdict::kInvalid:
      return "invalid";
    case KeyVerdict::kUnknown:
      return "unknown";
  }
  return "unknown";
}

absl::Status Keyring::CheckNewKeys(const std::vector<KeyGrant>& grants,
                                   uint32_t roles_allowed) const {
  std::vector<KeyFingerprint> seen;
  for (const KeyGrant& grant : grants) {
    TALLY_RETURN_IF_ERROR(CheckPublicKey(grant.key));
    const KeyFingerprint fingerprint = FingerprintOf(grant.key);
    const bool twice = std::find(seen.begin(), seen.end(), fingerprint) != seen.end();
    if (twice || keys_.contains(fingerprint)) {
      return absl::AlreadyExistsError(
          absl::StrCat("key ", fingerprint.ToHex(), " is registered already"));
    }
    if (grant.roles == 0 || (grant.roles & ~roles_allowed) != 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "key ", fingerprint.ToHex(), ": roles ", grant.roles, " are not among ", roles_allowed));
    }
    seen.push_back(fingerprint);
  }
  return absl::OkStatus();
}

absl::Status Keyring::CheckRevocation(const StreamId& stream, const KeyRevoked& revocation) const {
  const KeyEntry* entry = Find(revocation.key);
  if (entry == nullptr || entry->party != stream) {
    return absl::NotFoundError(
        absl::StrCat("key ", revocation.key.ToHex(), " is not of this stream"));
  }
  // A second revocation may only bring forward what is known of a compromise.
  const bool adds =
      revocation.compromised_since.has_value() &&
      (!entry->compromised_since || *revocation.compromised_since < *entry->compromised_since);
  if (entry->revoked_at.has_value() && !adds) {
    return absl::FailedPreconditionError(
        absl::StrCat("key ", revocation.key.ToHex(), " was revoked at ", *entry->revoked_at));
  }
  return absl::OkStatus();
}

absl::Status Keyring::CheckRecoveryStays(const StreamId& party, const Change& change) const {
  const auto recovers = [&](const KeyEntry& key) {
    return key.party == party && key.roles == kRoleRecovery && !key.revoked_at.has_value();
  };
  for (const KeyRevoked& revoked : change.revoked) {
    const KeyEntry* key = Find(revoked.key);
    if (key == nullptr || !recovers(*key)) continue;
    return absl::PermissionDeniedError(absl::StrCat(
        "key ", revoked.key.ToHex(), " is a recovery key: only \"key recovered\" ends it"));
  }
  if (change.recovery_keys.empty()) return absl::OkStatus();
  const bool has_one = std::any_of(keys_.begin(), keys_.end(),
                                   [&](const auto& each) { return recovers(each.second); });
  if (!has_one) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "the party has a recovery key: only \"key recovered\" adds another");
}

absl::Status Keyring::CheckChange(const StreamId& stream, BodyKind kind,
                                  const Change& change) const {
  if (kind == BodyKind::kKeyRegistered || kind == BodyKind::kKeyRevoked) {
    TALLY_RETURN_IF_ERROR(CheckRecoveryStays(stream, change));
  }
  std::vector<KeyFingerprint> ended;
  for (const KeyRevoked& revoked : change.revoked) {
    TALLY_RETURN_IF_ERROR(CheckRevocation(stream, revoked));
    if (std::find(ended.begin(), ended.end(), revoked.key) != ended.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("key ", revoked.key.ToHex(), " is revoked twice"));
    }
    ended.push_back(revoked.key);
  }
  std::vector<KeyGrant> all = change.keys;
  all.insert(all.end(), change.recovery_keys.begin(), change.recovery_keys.end());
  TALLY_RETURN_IF_ERROR(CheckNewKeys(all, change.roles_allowed | kRoleRecovery));
  TALLY_RETURN_IF_ERROR(CheckNewKeys(change.keys, change.roles_allowed));
  TALLY_RETURN_IF_ERROR(CheckNewKeys(change.recovery_keys, kRoleRecovery));
  if (kind == BodyKind::kPartyOpened && change.keys.empty()) {
    return absl::InvalidArgumentError("a party opens with at least one key");
  }
  if (kind == BodyKind::kPartyOpened && parties_by_name_.contains(change.name)) {
    return absl::AlreadyExistsError(absl::StrCat("party ", change.name, " exists already"));
  }
  if (kind == BodyKind::kKeyRecovered && all.empty()) {
    return absl::InvalidArgumentError("a recovery grants at least one key");
  }
  const bool opens = kind == BodyKind::kPartyOpened || kind == BodyKind::kGenesis;
  if (opens || stream.IsZero() || parties_by_id_.contains(stream)) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("party ", stream.ToHex(), " is not known"));
}

absl::Status Keyring::Check(const StreamId& stream, const EventHeader& header,
                            ByteView body) const {
  if (header.kind == BodyKind::kRoleGranted) {
    TALLY_ASSIGN_OR_RETURN(const RoleGranted granted, DecodeRoleGranted(body));
    return roles_.CheckGranted(stream, granted);
  }
  if (header.kind == BodyKind::kRoleRevoked) {
    TALLY_ASSIGN_OR_RETURN(const RoleRevoked revoked, DecodeRoleRevoked(body));
    return roles_.CheckRevoked(stream, revoked);
  }
  if (IsLogKeyKind(header.kind)) return log_keys_.Check(header, body);
  if (!ChangesKeys(header.kind)) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const Change change, ReadChange(header.kind, body));
  return CheckChange(stream, header.kind, change);
}

absl::Status Keyring::Register(uint64_t index, const StreamId& party, const KeyGrant& grant) {
  KeyEntry entry;
  TALLY_ASSIGN_OR_RETURN(entry.verifier, Verifier::Create(grant.key));
  entry.fingerprint = entry.verifier->fingerprint();
  entry.key = grant.key;
  entry.party = party;
  entry.roles = grant.roles;
  entry.registered_at = index;
  entry.valid_until = grant.valid_until;
  registered_.push_back(entry.fingerprint);
  const bool inserted = keys_.emplace(entry.fingerprint, std::move(entry)).second;
  TALLY_CHECK(inserted);
  return absl::OkStatus();
}

absl::Status Keyring::ApplyRole(uint64_t index, const StreamId& grantor, BodyKind kind,
                                ByteView body, const RecordSigner& by) {
  if (kind == BodyKind::kRoleGranted) {
    TALLY_ASSIGN_OR_RETURN(const RoleGranted granted, DecodeRoleGranted(body));
    roles_.Granted(index, grantor, granted, by);
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(const RoleRevoked revoked, DecodeRoleRevoked(body));
  roles_.Revoked(index, grantor, revoked);
  return absl::OkStatus();
}

absl::Status Keyring::Apply(uint64_t index, const StreamId& stream, const EventHeader& header,
                            ByteView body, const RecordSigner& by) {
  const BodyKind kind = header.kind;
  if (!FoldsKeys(kind)) return absl::OkStatus();
  if (absl::Status checked = Check(stream, header, body); !checked.ok()) {
    return absl::DataLossError(absl::StrCat("record ", index, ": ", checked.message()));
  }
  if (IsLogKeyKind(kind)) return log_keys_.Apply(index, header, body);
  if (!ChangesKeys(kind)) return ApplyRole(index, stream, kind, body, by);
  if (kind == BodyKind::kGenesis) {
    TALLY_ASSIGN_OR_RETURN(const Genesis genesis, DecodeGenesis(body));
    log_keys_.Begin(genesis);
  }
  TALLY_ASSIGN_OR_RETURN(Change change, ReadChange(kind, body));
  for (const KeyRevoked& revoked : change.revoked) {
    KeyEntry& entry = keys_.at(revoked.key);
    if (!entry.revoked_at) entry.revoked_at = index;
    const std::optional<Instant>& since = revoked.compromised_since;
    const bool reaches_back =
        since.has_value() && (!entry.compromised_since || *since < *entry.compromised_since);
    if (!reaches_back) continue;
    entry.compromised_since = since;
    entry.compromises.push_back({index, *since});
  }
  if (kind == BodyKind::kPartyOpened) {
    parties_by_name_.emplace(change.name, parties_.size());
    parties_by_id_.emplace(stream, parties_.size());
    parties_.push_back({stream, index, std::move(change.name), std::move(change.display_name)});
  }
  for (const KeyGrant& grant : change.keys) TALLY_RETURN_IF_ERROR(Register(index, stream, grant));
  for (const KeyGrant& grant : change.recovery_keys) {
    TALLY_RETURN_IF_ERROR(Register(index, stream, grant));
  }
  return absl::OkStatus();
}

// In this order, the worse the later.
enum class Keyring::Doubt : uint8_t { kNone, kSuspect, kVoid };

const KeyEntry::Compromise* Keyring::CompromiseOf(const KeyFingerprint& key, Instant signed_at,
                                                  uint64_t size) const {
  const KeyEntry* entry = Find(key);
  if (entry == nullptr) return nullptr;
  for (const KeyEntry::Compromise& each : entry->compromises) {
    if (each.told_at < size && signed_at >= each.since) return &each;
  }
  return nullptr;
}

Keyring::Doubt Keyring::DoubtOf(const KeyFingerprint& key, Instant signed_at,
                                const JudgedWith& known) const {
  if (CompromiseOf(key, signed_at, known.size) == nullptr) return Doubt::kNone;
  const bool ruled = known.ruled_invalid != nullptr && known.ruled_invalid->contains(key);
  return ruled ? Doubt::kVoid : Doubt::kSuspect;
}

KeyVerdict Keyring::Judge(const KeyFingerprint& key, const Signing& what, uint64_t index,
                          Instant recorded, const JudgedWith& known) const {
  const KeyEntry* entry = Find(key);
  if (entry == nullptr) return KeyVerdict::kUnknown;
  const uint32_t roles = RolesFor(what.kind, what.author.IsZero());
  if ((entry->roles & roles) == 0) return KeyVerdict::kInvalid;
  Doubt doubt = DoubtOf(key, recorded, known);
  if (entry->party != what.author) {
    // In another's name: only what every key of a party may sign, and only if he granted it. Of
    // several grants the soundest counts.
    Doubt granted = Doubt::kVoid;
    if (roles != kRoleAppend) return KeyVerdict::kInvalid;
    for (const RoleBook::Grant* grant :
         roles_.Allowing(what.author, entry->party, key, what.agreement, index, recorded)) {
      granted = std::min(granted, DoubtOf(grant->by.key, grant->by.recorded, known));
    }
    doubt = std::max(doubt, granted);
  }
  // Genesis registers the key that signs it; every other key is valid behind its registration.
  const bool registered = index > entry->registered_at || (index == 0 && entry->registered_at == 0);
  if (!registered || recorded >= entry->valid_until) return KeyVerdict::kInvalid;
  // At the index of its revocation a key may still sign: that very revocation.
  const bool revoked = entry->revoked_at.has_value() && *entry->revoked_at < known.size;
  if (revoked && index > *entry->revoked_at) return KeyVerdict::kInvalid;
  if (doubt == Doubt::kVoid) return KeyVerdict::kInvalid;
  if (doubt == Doubt::kSuspect) return KeyVerdict::kSuspect;
  return revoked ? KeyVerdict::kValidRetired : KeyVerdict::kValid;
}

std::optional<Suspicion> Keyring::WhySuspect(const KeyFingerprint& key, const Signing& what,
                                             uint64_t index, Instant recorded) const {
  const KeyEntry* entry = Find(key);
  if (entry == nullptr) return std::nullopt;
  constexpr uint64_t kAll = UINT64_MAX;
  const KeyEntry::Compromise* own = CompromiseOf(key, recorded, kAll);
  if (own != nullptr) return Suspicion{key, *own};
  if (entry->party == what.author) return std::nullopt;
  std::optional<Suspicion> why;
  for (const RoleBook::Grant* grant :
       roles_.Allowing(what.author, entry->party, key, what.agreement, index, recorded)) {
    const KeyEntry::Compromise* of = CompromiseOf(grant->by.key, grant->by.recorded, kAll);
    if (of == nullptr) return std::nullopt;
    if (!why) why = Suspicion{grant->by.key, *of, *grant};
  }
  return why;
}

const KeyEntry* Keyring::Find(const KeyFingerprint& key) const {
  auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : &found->second;
}

const PartyEntry* Keyring::FindParty(absl::string_view name) const {
  auto found = parties_by_name_.find(std::string(name));
  return found == parties_by_name_.end() ? nullptr : &parties_[found->second];
}

const PartyEntry* Keyring::FindParty(const StreamId& id) const {
  auto found = parties_by_id_.find(id);
  return found == parties_by_id_.end() ? nullptr : &parties_[found->second];
}

std::vector<const KeyEntry*> Keyring::KeysOf(const StreamId& party) const {
  std::vector<const KeyEntry*> keys;
  for (const KeyFingerprint& fingerprint : registered_) {
    const KeyEntry& entry = keys_.at(fingerprint);
    if (entry.party == party) keys.push_back(&entry);
  }
  return keys;
}

}  // namespace tally::ledger
