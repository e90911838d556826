// Keys, parties and roles, folded from the ledger itself: which key could sign what at which index.
//
// Verdicts go by log position, never by an event's own time (T-42, T-43): a key registered at index
// r and revoked at index v is valid for records in (r, v). Roles that a party granted to another
// (role_book.h) and the log's own keys (log_keys.h) are folded with them. A role is no better than
// the key that granted it: what is signed under one that a key granted at or after the time since
// which it is said to be compromised is as suspect as that grant.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
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
  kSuspect,       // valid then, by a key or a role of one that is said to be compromised by then
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
  std::optional<Instant> compromised_since;  // the earliest time that was said
  // Each word on it, by the record that says it; each reaches further back than the one before.
  struct Compromise {
    uint64_t told_at = 0;
    Instant since;
  };
  std::vector<Compromise> compromises = {};
  std::shared_ptr<const Verifier> verifier;
};

// In whose name a key signed what, where: that decides whether it could.
struct Signing {
  StreamId author;  // zeros: the system
  BodyKind kind = BodyKind::kUnset;
  StreamId agreement = {};  // the stream that it stands in, if that is an agreement's
};

// What whoever judges knows: the records below `size`, and which keys a ruling declared invalid.
struct JudgedWith {
  uint64_t size = UINT64_MAX;
  const std::set<KeyFingerprint>* ruled_invalid = nullptr;
};

// Why a record is suspect.
struct Suspicion {
  KeyFingerprint key;  // that is said to be compromised
  KeyEntry::Compromise compromise;
  std::optional<RoleBook::Grant> grant = {};  // by that key; else the key signed the record itself
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
  // system. `by`: the signer of its record.
  absl::Status Apply(uint64_t index, const StreamId& stream, const EventHeader& header,
                     ByteView body, const RecordSigner& by);
  // Whether Apply would accept it, with the code that an author is told: InvalidArgument,
  // AlreadyExists, NotFound or FailedPrecondition.
  absl::Status Check(const StreamId& stream, const EventHeader& header, ByteView body) const;

  // Whether `key` could sign in record `index` committed at `recorded`. What is suspect because of
  // a key that was ruled invalid is invalid.
  KeyVerdict Judge(const KeyFingerprint& key, const Signing& what, uint64_t index, Instant recorded,
                   const JudgedWith& known = {}) const;
  // Of what Judge calls suspect.
  std::optional<Suspicion> WhySuspect(const KeyFingerprint& key, const Signing& what,
                                      uint64_t index, Instant recorded) const;
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
  absl::Status ApplyRole(uint64_t index, const StreamId& grantor, BodyKind kind, ByteView body,
                         const RecordSigner& by);
  // The word by which what the key signed at that time is suspect, of those in records below
  // `size`.
  const KeyEntry::Compromise* CompromiseOf(const KeyFingerprint& key, Instant signed_at,
                                           uint64_t size) const;
  enum class Doubt : uint8_t;
  Doubt DoubtOf(const KeyFingerprint& key, Instant signed_at, const JudgedWith& known) const;

  std::vector<PartyEntry> parties_;
  std::map<std::string, size_t> parties_by_name_;  // places in parties_
  std::map<StreamId, size_t> parties_by_id_;
  std::map<KeyFingerprint, KeyEntry> keys_;
  std::vector<KeyFingerprint> registered_;  // in order of registration
  RoleBook roles_;
  LogKeys log_keys_;
};

}  // namespace tally::ledger
