// A handful of grants in the life of a ledger: a list is enough.
#include "ledger/log/role_book.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// The grant of that name that no record ended yet.
template <typename Grants>
auto FindOpen(Grants& grants, const StreamId& grantor, const RoleName& name) {
  return std::find_if(grants.begin(), grants.end(), [&](const RoleBook::Grant& grant) {
    return grant.grantor == grantor && grant.name == name && !grant.revoked_at.has_value();
  });
}

}  // namespace

absl::Status RoleBook::CheckGranted(const StreamId& grantor, const RoleGranted& said) const {
  if (said.name.grantee == grantor) {
    return absl::InvalidArgumentError("role granted: a party needs no grant from itself");
  }
  const auto open = FindOpen(grants_, grantor, said.name);
  if (open == grants_.end()) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat("role ", said.name.role, " is granted since record ",
                                               open->granted_at, ": revoke it first"));
}

absl::Status RoleBook::CheckRevoked(const StreamId& grantor, const RoleRevoked& said) const {
  if (FindOpen(grants_, grantor, said.name) != grants_.end()) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("role ", said.name.role, " is not granted to that party, key and agreement"));
}

void RoleBook::Granted(uint64_t index, const StreamId& grantor, const RoleGranted& said,
                       const RecordSigner& by) {
  grants_.push_back({.grantor = grantor,
                     .name = said.name,
                     .limited = said.amount_limit.has_value(),
                     .valid_until = said.valid_until,
                     .granted_at = index,
                     .by = by});
}

void RoleBook::Revoked(uint64_t index, const StreamId& grantor, const RoleRevoked& said) {
  const auto open = FindOpen(grants_, grantor, said.name);
  TALLY_CHECK(open != grants_.end());
  open->revoked_at = index;
}

std::vector<const RoleBook::Grant*> RoleBook::Allowing(const StreamId& author,
                                                       const StreamId& holder,
                                                       const KeyFingerprint& key,
                                                       const StreamId& agreement, uint64_t index,
                                                       Instant recorded) const {
  std::vector<const Grant*> allowing;
  for (const Grant& grant : grants_) {
    const RoleName& name = grant.name;
    if (!grant.HasEffect() || grant.grantor != author || name.grantee != holder) continue;
    if (!name.key.IsZero() && name.key != key) continue;
    if (!name.agreement.IsZero() && name.agreement != agreement) continue;
    const bool ended = grant.revoked_at.has_value() && index > *grant.revoked_at;
    const bool holds = index > grant.granted_at && !ended && recorded < grant.valid_until;
    if (holds) allowing.push_back(&grant);
  }
  return allowing;
}

std::vector<RoleBook::Grant> RoleBook::Of(const StreamId& grantor) const {
  std::vector<Grant> grants;
  std::copy_if(grants_.begin(), grants_.end(), std::back_inserter(grants),
               [&](const Grant& grant) { return grant.grantor == grantor; });
  return grants;
}

}  // namespace tally::ledger
