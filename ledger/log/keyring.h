// Keys, parties and roles, folded from the ledger itself: which key could sign what at which index.
//
// Verdicts go by log position, never by an event's own time (T-42, T-43): a key registered at index
// r and revoked at index v is valid for records in (r, v). Roles that a party granted to another
// (role_book.h) and the log's own keys (log_keys.h) are folded with them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/crypto/ed25519.h"
#include "ledger/log/log_keys.h"
#include "ledger/log/role_book.h"
#include "schema/body.h"
#include "schema/event.h"
#include "schema/identity.h"
#include "schema/instant.h"
#include "schema/kind.h"

namespace tally::ledger {

enum class KeyVerdict : uint8_t {
  kValid,
  kValidRetired,  // valid then, revoked since
  kSuspect,       // valid then, marked compromised since a time before it
  kInvalid,       // revoked, expired or without the role at that index
  kUnknown,       // no such key
};
absl::string_view KeyVerdictName(KeyVerdict verdict);
// True for the kinds that change what the keyring says: those that Apply folds.
bool FoldsKeys(BodyKind kind);

struct KeyEntry {
  KeyFingerprint fingerprint;
  PublicKeyBytes key;
  StreamId party;  // zeros: the system stream
  uint32_t roles = 0;
  uint64_t registered_at = 0;  // log index
  Instant valid_until = Instant::Max();
  std::optional<uint64_t> revoked_at;
  std::optional<Instant> compromised_since;
  std::shared_ptr<const Verifier> verifier;
};

struct PartyEntry {
  StreamId id;
  uint64_t opening_index = 0;
  std::string name;
  std::string display_name;
};

class Keyring {
 public:
  // Folds one event of a system or party stream (openings included), already admitted or verified.
  // DataLoss when it contradicts what was folded before.
  // `stream` is the id of the party's stream that the event stands in or opens; zeros for the
  // system.
  absl::Status Apply(uint64_t index, const StreamId& stream, const EventHeader& header,
                     ByteView body);
  // Whether Apply would accept it, with the code that an author is told: InvalidArgument,
  // AlreadyExists, NotFound or FailedPrecondition.
  absl::Status Check(const StreamId& stream, const EventHeader& header, ByteView body) const;

  // Whether `key` could sign an event of `kind` for `author` (zeros: the system) in record `index`
  // committed at `recorded`. `agreement`: the stream that it stands in, if that is an agreement's;
  // a role may be granted for one of them alone.
  KeyVerdict Judge(const KeyFingerprint& key, const StreamId& author, BodyKind kind, uint64_t index,
                   Instant recorded, const StreamId& agreement = StreamId()) const;
  const KeyEntry* Find(const KeyFingerprint& key) const;
  const PartyEntry* FindParty(absl::string_view name) const;
  const PartyEntry* FindParty(const StreamId& id) const;
  const std::vector<PartyEntry>& parties() const { return parties_; }
  // Keys of a party (zeros: system), in order of registration.
  std::vector<const KeyEntry*> KeysOf(const StreamId& party) const;
  const LogKeys& log_keys() const { return log_keys_; }
  const RoleBook& roles() const { return roles_; }

 private:
  struct Change;  // what a body of a key-changing kind says
  static absl::StatusOr<Change> ReadChange(BodyKind kind, ByteView body);
  absl::Status CheckChange(const StreamId& stream, BodyKind kind, const Change& change) const;
  absl::Status CheckNewKeys(const std::vector<KeyGrant>& grants, uint32_t roles_allowed) const;
  absl::Status CheckRevocation(const StreamId& stream, const KeyRevoked& revocation) const;
  // A party whose recovery key is in force is not robbed of it by who holds its other keys.
  absl::Status CheckRecoveryStays(const StreamId& party, const Change& change) const;
  absl::Status Register(uint64_t index, const StreamId& party, const KeyGrant& grant);
  absl::Status ApplyRole(uint64_t index, const StreamId& grantor, BodyKind kind, ByteView body);

  std::vector<PartyEntry> parties_;
  std::map<std::string, size_t> parties_by_name_;  // places in parties_
  std::map<StreamId, size_t> parties_by_id_;
  std::map<KeyFingerprint, KeyEntry> keys_;
  std::vector<KeyFingerprint> registered_;  // in order of registration
  RoleBook roles_;
  LogKeys log_keys_;
};

}  // namespace tally::ledger
