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

// What a body of a key-changing kind says, in one shape.
struct KeyChange {
  std::string name, display_name;  // openings of parties
  std::vector<KeyGrant> keys;      // with the roles of party or service keys
  std::vector<KeyGrant> recovery_keys;
  std::optional<KeyRevoked> revoked;
  uint32_t roles_allowed = kPartyRoles;
};

bool ChangesKeys(BodyKind kind) {
  switch (kind) {
    case BodyKind::kGenesis:
    case BodyKind::kPartyOpened:
    case BodyKind::kServiceKeyRegistered:
    case BodyKind::kServiceKeyRevoked:
    case BodyKind::kKeyRegistered:
    case BodyKind::kKeyRevoked:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<KeyChange> ReadGenesis(ByteView body) {
  TALLY_ASSIGN_OR_RETURN(Genesis genesis, DecodeGenesis(body));
  KeyChange change;
  change.roles_allowed = kServiceRoles;
  change.keys = std::move(genesis.service_keys);
  change.recovery_keys = std::move(genesis.recovery_keys);
  return change;
}

absl::StatusOr<KeyChange> ReadPartyOpened(ByteView body) {
  TALLY_ASSIGN_OR_RETURN(PartyOpened opened, DecodePartyOpened(body));
  KeyChange change;
  change.name = std::move(opened.name);
  change.display_name = std::move(opened.display_name);
  change.keys = std::move(opened.keys);
  change.recovery_keys = std::move(opened.recovery_keys);
  return change;
}

// Registers one key; whether it recovers is told by its roles.
absl::StatusOr<KeyChange> ReadRegistration(ByteView body, uint32_t roles_allowed) {
  TALLY_ASSIGN_OR_RETURN(KeyRegistered registered, DecodeKeyRegistered(body));
  KeyChange change;
  change.roles_allowed = roles_allowed;
  const bool recovers = (registered.grant.roles & kRoleRecovery) != 0;
  (recovers ? change.recovery_keys : change.keys).push_back(std::move(registered.grant));
  return change;
}

absl::StatusOr<KeyChange> ReadRevocation(ByteView body) {
  TALLY_ASSIGN_OR_RETURN(KeyRevoked revoked, DecodeKeyRevoked(body));
  KeyChange change;
  change.revoked = std::move(revoked);
  return change;
}

absl::StatusOr<KeyChange> ReadChange(BodyKind kind, ByteView body) {
  switch (kind) {
    case BodyKind::kGenesis:
      return ReadGenesis(body);
    case BodyKind::kPartyOpened:
      return ReadPartyOpened(body);
    case BodyKind::kServiceKeyRegistered:
      return ReadRegistration(body, kServiceRoles);
    case BodyKind::kKeyRegistered:
      return ReadRegistration(body, kPartyRoles);
    case BodyKind::kServiceKeyRevoked:
    case BodyKind::kKeyRevoked:
      return ReadRevocation(body);
    default:
      return absl::InvalidArgumentError("the kind changes no keys");
  }
}

// The role that a key must hold to sign `kind` for its author; 0 when no role suffices.
uint32_t RoleFor(BodyKind kind, bool by_system) {
  constexpr uint32_t kNoRole = 0;
  const auto system_with = [=](uint32_t role) { return by_system ? role : kNoRole; };
  const auto party_with = [=](uint32_t role) { return by_system ? kNoRole : role; };
  const KindRow* row = FindKind(kind);
  if (row == nullptr) return by_system ? system_with(kRoleOperator) : party_with(kRoleAppend);
  switch (row->signer) {
    case Signer::kOperator:
      return system_with(kRoleOperator);
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

absl::Status Keyring::Check(const StreamId& stream, const EventHeader& header,
                            ByteView body) const {
  if (!ChangesKeys(header.kind)) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const KeyChange change, ReadChange(header.kind, body));
  if (change.revoked) return CheckRevocation(stream, *change.revoked);
  std::vector<KeyGrant> all = change.keys;
  all.insert(all.end(), change.recovery_keys.begin(), change.recovery_keys.end());
  TALLY_RETURN_IF_ERROR(CheckNewKeys(all, change.roles_allowed | kRoleRecovery));
  TALLY_RETURN_IF_ERROR(CheckNewKeys(change.keys, change.roles_allowed));
  TALLY_RETURN_IF_ERROR(CheckNewKeys(change.recovery_keys, kRoleRecovery));
  if (header.kind == BodyKind::kPartyOpened) {
    if (change.keys.empty())
      return absl::InvalidArgumentError("a party opens with at least one key");
    if (parties_by_name_.contains(change.name)) {
      return absl::AlreadyExistsError(absl::StrCat("party ", change.name, " exists already"));
    }
  } else if (header.kind != BodyKind::kGenesis && !stream.IsZero() &&
             !parties_by_id_.contains(stream)) {
    return absl::NotFoundError(absl::StrCat("party ", stream.ToHex(), " is not known"));
  }
  return absl::OkStatus();
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

absl::Status Keyring::Apply(uint64_t index, const StreamId& stream, const EventHeader& header,
                            ByteView body) {
  if (!ChangesKeys(header.kind)) return absl::OkStatus();
  if (absl::Status checked = Check(stream, header, body); !checked.ok()) {
    return absl::DataLossError(absl::StrCat("record ", index, ": ", checked.message()));
  }
  TALLY_ASSIGN_OR_RETURN(KeyChange change, ReadChange(header.kind, body));
  if (change.revoked) {
    KeyEntry& entry = keys_.at(change.revoked->key);
    if (!entry.revoked_at) entry.revoked_at = index;
    if (change.revoked->compromised_since)
      entry.compromised_since = change.revoked->compromised_since;
    return absl::OkStatus();
  }
  if (header.kind == BodyKind::kPartyOpened) {
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

KeyVerdict Keyring::Judge(const KeyFingerprint& key, const StreamId& author, BodyKind kind,
                          uint64_t index, Instant recorded) const {
  const KeyEntry* entry = Find(key);
  if (entry == nullptr) return KeyVerdict::kUnknown;
  const uint32_t role = RoleFor(kind, author.IsZero());
  if (entry->party != author || role == 0 || (entry->roles & role) == 0)
    return KeyVerdict::kInvalid;
  // Genesis registers the key that signs it; every other key is valid behind its registration.
  const bool registered = index > entry->registered_at || (index == 0 && entry->registered_at == 0);
  if (!registered || recorded >= entry->valid_until) return KeyVerdict::kInvalid;
  // At the index of its revocation a key may still sign: that very revocation.
  if (entry->revoked_at && index > *entry->revoked_at) return KeyVerdict::kInvalid;
  if (entry->compromised_since && recorded >= *entry->compromised_since)
    return KeyVerdict::kSuspect;
  return entry->revoked_at ? KeyVerdict::kValidRetired : KeyVerdict::kValid;
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
