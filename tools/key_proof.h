// A public key with the proof that its holder wants it registered: what travels instead of a key.
//
// tally.proof/1 is a JSON object: ledger_id, party, registrar, public_key, possession (hex). The
// signature is over the 152-byte possession message, so a proof serves one ledger, one party and
// one registrar.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "schema/body.h"
#include "schema/identity.h"
#include "tools/command.h"

namespace tally::tools {

struct KeyProof {
  LedgerId ledger;
  std::string party;
  KeyFingerprint registrar;
  KeyGrant grant;  // roles are the registrar's to choose
};

std::string KeyProofText(const KeyProof& proof);
// Fault bad-json or bad-input; the possession is checked against `party`'s binding by the caller.
absl::StatusOr<KeyProof> ReadKeyProof(const Invocation& call, const std::string& path);
// Fault identity-mismatch or bad-input unless the proof is for this ledger, party and registrar,
// and its signature holds. `bound`: the party's stream id, or the hash of a new party's name.
absl::Status CheckKeyProof(const KeyProof& proof, const std::string& path, const LedgerId& ledger,
                           absl::string_view party, const KeyFingerprint& registrar,
                           const Hash& bound);

// Names of parties, feeds and agreements: [a-z0-9][a-z0-9._-]{0,63}. Fault bad-input.
absl::Status CheckName(absl::string_view what, absl::string_view name);

}  // namespace tally::tools
