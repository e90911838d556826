// What the commands on parties share: whose stream, whose key, and a grant from a key at hand or
// from a proof made where the key lies.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "schema/body.h"
#include "tools/author.h"
#include "tools/command.h"

namespace tally::tools {

// A key that is at hand (a private key) or proven from elsewhere (a proof).
struct GrantSource {
  std::optional<std::string> key_path;
  std::optional<std::string> proof_path;
};
// `bound`: the party's stream id, or the hash of a new party's name.
absl::StatusOr<KeyGrant> GrantFrom(const Invocation& call, const GrantSource& source,
                                   const LedgerId& ledger, const std::string& party,
                                   const KeyFingerprint& registrar, const Hash& bound,
                                   uint32_t roles);
// Fault missing-argument unless exactly one of two options is given.
absl::Status CheckOneOf(const Invocation& call, const char* a, const char* b);
// 64 hex digits. Fault bad-input.
absl::StatusOr<KeyFingerprint> ReadFingerprint(const std::string& text);
// --roles: "append" or "append,grant"; both when it is left out. Fault bad-input.
absl::StatusOr<uint32_t> ReadPartyRoles(const Invocation& call);

absl::StatusOr<ledger::PartyEntry> FindNamedParty(const ledger::Ledger& ledger,
                                                  const std::string& name);
// The party named first on the command line, and the signer, who must hold one of its keys.
struct OwnParty {
  ledger::PartyEntry party;
  ledger::StreamState stream;
  AuthorKey key;
};
absl::StatusOr<OwnParty> OpenOwnParty(const Invocation& call, const ledger::Ledger& ledger);
// An act in the party's own stream, in the party's name. Without an id it has the default one.
absl::StatusOr<ledger::SignedBatch> SignInOwnStream(const Invocation& call,
                                                    const ledger::Ledger& ledger,
                                                    const OwnParty& own, BodyKind kind, Bytes body,
                                                    const std::optional<ActId>& id = std::nullopt);

// A thief may have granted roles with a key that ends now, and those outlive it: each that stands
// is a warning that says how to withdraw it, and whether it is suspect once `revoked` is recorded.
void WarnOfStandingRoles(const Invocation& call, const ledger::Ledger& ledger,
                         const ledger::PartyEntry& party, const std::optional<KeyRevoked>& revoked);

// What a key is now: "valid", "retired", "expired", "compromised".
std::string KeyStateText(const ledger::KeyEntry& key, Instant now);

// The name of a party; its stream in hex where the ledger has none.
std::string NameOfParty(const ledger::Ledger& ledger, const StreamId& id);

}  // namespace tally::tools
