// What the caller of `verify` trusts: log keys, a ledger id, keys of parties, retained checkpoints,
// a policy of witnesses. Nothing that lies in what is verified ever adds to it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/chain/note.h"
#include "ledger/chain/policy.h"
#include "schema/identity.h"
#include "tools/command.h"

namespace tally::tools {

struct Trust {
  std::vector<ledger::VerifierKey> keys;  // of logs, by --trust
  std::vector<std::string> key_names;     // as given
  std::optional<LedgerId> ledger_id;
  struct PartyKey {
    std::string party;
    KeyFingerprint key;
  };
  std::vector<PartyKey> parties;
  struct Retained {
    std::string file;
    std::string note;
    std::string origin;  // as the note says, trusted by nobody
  };
  std::vector<Retained> retained;
  std::optional<ledger::Policy> policy;
  std::string policy_file;
  // Whose time stamps count: PEM of --tsa-ca, in its one spelling.
  std::optional<std::string> authorities;
  std::string authorities_file;
  bool self = false;

  // Nothing that could convict: neither a key nor a checkpoint nor a policy.
  bool empty() const {
    return keys.empty() && !ledger_id && parties.empty() && retained.empty() && !policy;
  }
};

// "name+id, name+id" of those whose signatures stand under `note`, as they call themselves; nobody
// trusts them yet. "nobody" when it is no note.
std::string ClaimedSigners(absl::string_view note);

// --trust, --ledger-id, --party, --against, --policy, --tsa-ca and --self.
absl::StatusOr<Trust> ReadTrust(const Invocation& call);
// The options that it reads.
std::vector<OptionSpec> TrustOptions();
// The policy in a file. Fault bad-input with the line.
absl::StatusOr<ledger::Policy> ReadPolicy(const Invocation& call, const std::string& file);
// Certificates of time stamp authorities, in one spelling. Fault bad-input.
absl::StatusOr<std::string> ReadAuthorities(const Invocation& call, const std::string& file);
// --tsa-ca, as every command writes it.
OptionSpec AuthoritiesOption();
// Verifier keys of a vkey, or of a file of them, one a line, "#" before comments.
absl::StatusOr<std::vector<ledger::VerifierKey>> ReadVerifierKeys(const Invocation& call,
                                                                  const std::string& given);

}  // namespace tally::tools
