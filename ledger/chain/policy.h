// Trust policies (c2sp.org/tlog-policy): which logs are known, which witnesses, and how many of
// them must have cosigned a checkpoint.
//
//   log <vkey> [<url>]
//   witness <name> <vkey> [<url>]
//   group <name> all|any|<k> <member>...
//   quorum <name of a witness or group> | none
//
// Words are separated by spaces and tabs, lines that begin with "#" are comments, names are opaque
// octets. Names are defined above the line that uses them, each is a member of one group at most,
// and there is exactly one quorum line. Log keys are of type 0x01, witness keys of type 0x04.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/chain/note.h"

namespace tally::ledger {

inline constexpr size_t kPolicyBytesMax = 256 * 1024;

struct Policy {
  struct Log {
    VerifierKey key;
    std::string url;  // may be empty
  };
  struct Witness {
    std::string name;  // inside the policy; the key has one of its own
    VerifierKey key;
    std::string url;
  };
  struct Group {
    std::string name;
    size_t threshold = 0;  // 1 to members.size()
    std::vector<std::string> members;
  };
  std::vector<Log> logs;
  std::vector<Witness> witnesses;
  std::vector<Group> groups;
  std::string quorum;  // of a witness or group; "none"

  // The keys of the log of that origin.
  std::vector<VerifierKey> LogKeys(absl::string_view origin) const;
};
// InvalidArgument "policy line N: ...".
absl::StatusOr<Policy> ParsePolicy(absl::string_view text);

struct PolicyVerdict {
  Checkpoint checkpoint;
  std::string text;  // of the note, as it was signed
  struct Cosigner {
    std::string name;  // in the policy
    uint64_t unix_seconds = 0;
  };
  std::vector<Cosigner> cosigners;  // in the order of the policy
  bool quorum_met = false;
};
// A checkpoint under the policy. `more_log_keys` are logs known from elsewhere; a log's key name is
// its origin. InvalidArgument: no checkpoint; DataLoss: a known key's signature fails;
// PermissionDenied: no known key of its origin signed it. Too few witnesses are no failure here.
absl::StatusOr<PolicyVerdict> CheckPolicy(const Policy& policy,
                                          std::span<const VerifierKey> more_log_keys,
                                          absl::string_view note);

}  // namespace tally::ledger
