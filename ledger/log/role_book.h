// Roles that parties grant to other parties, folded from the granting party's own stream.
//
// The role "append" lets the keys of another party, or one of them, sign acts and evidence in the
// granting party's name: everywhere, or in one agreement alone. It holds for records between its
// two events and before its end in recorded time, as keys do. It never reaches the granting party's
// own stream, so nobody passes on what was granted to him. Other words are recorded and give
// nothing here; so does a grant with a limit of money, which these rules cannot see.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "schema/identity.h"
#include "schema/instant.h"
#include "schema/key_body.h"

namespace tally::ledger {

// Which key signed a record, and when it was recorded.
struct RecordSigner {
  KeyFingerprint key;
  Instant recorded;
};

inline constexpr absl::string_view kRoleNameAppend = "append";

class RoleBook {
 public:
  struct Grant {
    StreamId grantor;
    RoleName name;
    bool limited = false;  // to an amount
    Instant valid_until = Instant::Max();
    uint64_t granted_at = 0;
    std::optional<uint64_t> revoked_at = {};
    RecordSigner by = {};
    bool HasEffect() const { return name.role == kRoleNameAppend && !limited; }
  };

  // AlreadyExists while the same role is granted; InvalidArgument for a grant to oneself.
  absl::Status CheckGranted(const StreamId& grantor, const RoleGranted& said) const;
  // NotFound unless it is granted.
  absl::Status CheckRevoked(const StreamId& grantor, const RoleRevoked& said) const;
  void Granted(uint64_t index, const StreamId& grantor, const RoleGranted& said,
               const RecordSigner& by);
  void Revoked(uint64_t index, const StreamId& grantor, const RoleRevoked& said);

  // The grants by which `key` of `holder` may sign for `author` in the agreement (zeros: in none)
  // in record `index` committed at `recorded`; none: it may not. Valid until the next grant.
  std::vector<const Grant*> Allowing(const StreamId& author, const StreamId& holder,
                                     const KeyFingerprint& key, const StreamId& agreement,
                                     uint64_t index, Instant recorded) const;
  // In the order of their records.
  std::vector<Grant> Of(const StreamId& grantor) const;

 private:
  std::vector<Grant> grants_;
};

}  // namespace tally::ledger
