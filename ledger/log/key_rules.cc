// Acts about keys: what an author must prove, beside what the fold of keys itself refuses.
//
// A new key is signed for by its holder. The ledger's recovery key says again what an operator's
// key said before it, and never speaks first about the log key; it alone ends a recovery key, and
// adds another while there is one.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/log/admission.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

bool IsRecoveryKey(const KeyEntry* key) {
  return key != nullptr && (key->roles & kRoleRecovery) != 0;
}

// Whoever could add a recovery key with a service key alone would hold both words of a rotation.
absl::Status CheckServiceGrant(const Keyring& keyring, const KeyFingerprint& registrar,
                               ByteView body) {
  TALLY_ASSIGN_OR_RETURN(const KeyRegistered registered, DecodeKeyRegistered(body));
  const bool adds_recovery = (registered.grant.roles & kRoleRecovery) != 0;
  if (!adds_recovery || IsRecoveryKey(keyring.Find(registrar))) return absl::OkStatus();
  for (const KeyEntry* key : keyring.KeysOf(StreamId())) {
    if (!IsRecoveryKey(key) || key->revoked_at.has_value()) continue;
    return absl::PermissionDeniedError(
        "the ledger has a recovery key: a recovery key alone adds another");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AdmissionRules::CheckPossessionOf(const Candidate& candidate,
                                               const StreamRow& stream) const {
  const ByteView body = candidate.batch.events[0].body;
  const KeyFingerprint& registrar = candidate.checked.evidence.key;
  const Hash bound = Rename<Hash>(stream.state.id);
  if (candidate.kind() == BodyKind::kKeyRecovered) {
    TALLY_ASSIGN_OR_RETURN(const KeyRecovered recovered, DecodeKeyRecovered(body));
    return CheckPossession(registrar, recovered.grants, bound);
  }
  TALLY_ASSIGN_OR_RETURN(const KeyRegistered registered, DecodeKeyRegistered(body));
  return CheckPossession(registrar, {registered.grant}, bound);
}

// Names in a grant must be there. A part of the log does not show everybody whom it names.
absl::Status AdmissionRules::CheckRoleGranted(ByteView body, const StreamRow& stream) const {
  if (extent_ == Extent::kPart) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const RoleGranted granted, DecodeRoleGranted(body));
  const RoleName& name = granted.name;
  if (keyring_.FindParty(name.grantee) == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("role granted: party ", name.grantee.ToHex(), " is not known"));
  }
  if (!name.key.IsZero()) {
    const KeyEntry* key = keyring_.Find(name.key);
    if (key == nullptr || key->party != name.grantee) {
      return absl::NotFoundError(
          absl::StrCat("role granted: key ", name.key.ToHex(), " is not of that party"));
    }
  }
  if (name.agreement.IsZero()) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const StreamRow* agreement, streams_.Find(name.agreement));
  TALLY_ASSIGN_OR_RETURN(const bool party, IsPartyTo(*agreement, stream.state.id));
  if (party) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "role granted: the granting party is none of agreement ", agreement->state.name));
}

absl::Status AdmissionRules::CheckLogKeyAct(const Candidate& candidate) const {
  const bool completes = LogKeys::Completes(candidate.header());
  const bool by_recovery = IsRecoveryKey(keyring_.Find(candidate.checked.evidence.key));
  if (completes != by_recovery) {
    return absl::PermissionDeniedError(
        completes ? "log key: a rotation is completed by a recovery key of the ledger"
                  : "log key: an operator's key speaks first, and a recovery key answers it");
  }
  if (candidate.kind() != BodyKind::kLogKeyRetired || extent_ == Extent::kPart) {
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(const LogKeyRetired retired,
                         DecodeLogKeyRetired(candidate.batch.events[0].body));
  TALLY_ASSIGN_OR_RETURN(const Checkpoint checkpoint, keyring_.log_keys().Open(retired.checkpoint));
  TALLY_ASSIGN_OR_RETURN(const Hash root, tree_.RootAt(checkpoint.size));
  if (root == checkpoint.root) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("log key: the checkpoint of size ", checkpoint.size, " has root ",
                   checkpoint.root.ToHex(), ", the log ", root.ToHex()));
}

absl::Status AdmissionRules::CheckKeyAct(const Candidate& candidate,
                                         const StreamRow& stream) const {
  const ByteView body = candidate.batch.events[0].body;
  const bool system = stream.state.kind == StreamKind::kSystem;
  switch (candidate.kind()) {
    case BodyKind::kServiceKeyRegistered:
      TALLY_RETURN_IF_ERROR(CheckServiceGrant(keyring_, candidate.checked.evidence.key, body));
      TALLY_RETURN_IF_ERROR(CheckPossessionOf(candidate, stream));
      break;
    case BodyKind::kKeyRegistered:
    case BodyKind::kKeyRecovered:
      TALLY_RETURN_IF_ERROR(CheckPossessionOf(candidate, stream));
      break;
    case BodyKind::kServiceKeyRevoked: {
      TALLY_ASSIGN_OR_RETURN(const KeyRevoked revoked, DecodeKeyRevoked(body));
      const bool by_recovery = IsRecoveryKey(keyring_.Find(candidate.checked.evidence.key));
      if (IsRecoveryKey(keyring_.Find(revoked.key)) && !by_recovery) {
        return absl::PermissionDeniedError("a recovery key is ended by a recovery key alone");
      }
      break;
    }
    case BodyKind::kRoleGranted:
      TALLY_RETURN_IF_ERROR(CheckRoleGranted(body, stream));
      break;
    case BodyKind::kLogKeyRegistered:
    case BodyKind::kLogKeyRetired:
      TALLY_RETURN_IF_ERROR(CheckLogKeyAct(candidate));
      break;
    default:
      break;
  }
  return keyring_.Check(system ? StreamId() : stream.state.id, candidate.header(), body);
}

}  // namespace tally::ledger
