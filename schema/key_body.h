// Bodies about the life of keys beyond their registration: recovery of a party, roles that one
// party grants to another, and the rotation of the log's own key.
//
// As in schema/body.h each has Encode(value) giving canonical bytes and Decode<Value>(bytes)
// refusing anything else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/body.h"

namespace tally {

// Signed by a recovery key: new keys for a party whose own are lost, and which of its keys end.
struct KeyRecovered {
  std::vector<KeyGrant> grants;  // at least one; possession is proven to the recovery key
  std::vector<KeyFingerprint> revoked;
  std::string reason;
};

// What another party, or one key of it, may do in the name of the party whose stream this is in.
struct RoleName {
  std::string role;    // "append" has effect; other words are recorded
  StreamId grantee;    // a party
  KeyFingerprint key;  // zeros: all its keys
  StreamId agreement;  // zeros: everywhere
  friend auto operator<=>(const RoleName&, const RoleName&) = default;
};
struct RoleGranted {
  RoleName name;
  std::optional<Money> amount_limit;  // of acts that dispose of money
  Instant valid_until = Instant::Max();
  std::string reason;
};
struct RoleRevoked {
  RoleName name;
  std::string reason;
};

// The rotation of the log key: said by an operator's key, then said again by a recovery key that
// answers it.
struct LogKeyRegistered {
  std::string vkey;
  std::string reason;
};
// What the retired key may have signed last, and that checkpoint, signed by both keys.
struct LogKeyRetired {
  std::string vkey;
  uint64_t last_size = 0;
  std::string reason;
  std::string checkpoint;
};

Bytes Encode(const KeyRecovered& value);
absl::StatusOr<KeyRecovered> DecodeKeyRecovered(ByteView body);
Bytes Encode(const RoleGranted& value);
absl::StatusOr<RoleGranted> DecodeRoleGranted(ByteView body);
Bytes Encode(const RoleRevoked& value);
absl::StatusOr<RoleRevoked> DecodeRoleRevoked(ByteView body);
Bytes Encode(const LogKeyRegistered& value);
absl::StatusOr<LogKeyRegistered> DecodeLogKeyRegistered(ByteView body);
Bytes Encode(const LogKeyRetired& value);
absl::StatusOr<LogKeyRetired> DecodeLogKeyRetired(ByteView body);

}  // namespace tally
