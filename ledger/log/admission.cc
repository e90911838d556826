// The first rungs: form, signature, stream, key.
#include "ledger/log/admission.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/recorded_form.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::string_view RuleOf(const KeyEntry& key, const StreamId& author, Place place) {
  if (key.party != author) return "it belongs to another party, which holds no role for it here";
  if (place.index <= key.registered_at) return "it is not registered yet at this index";
  if (place.recorded >= key.valid_until) return "it has expired";
  if (key.revoked_at && place.index > *key.revoked_at) return "it was revoked";
  return "it does not hold the role";
}

}  // namespace

absl::Status CheckCandidateSignature(const LedgerId& ledger, const Verifier& verifier,
                                     Candidate& candidate) {
  // Genesis is signed before there is a ledger to name.
  const LedgerId named = candidate.kind() == BodyKind::kGenesis ? LedgerId() : ledger;
  if (!CheckBatchSignature(named, candidate.checked, candidate.stream(), verifier)) {
    return absl::PermissionDeniedError(
        absl::StrCat("batch signature: key ", verifier.fingerprint().ToHex(),
                     " did not sign these events for this ledger and stream"));
  }
  candidate.signature_checked = true;
  return absl::OkStatus();
}

absl::Status AdmissionRules::JudgeKey(const KeyFingerprint& key, const Signing& what,
                                      Place place) const {
  const KeyVerdict verdict = keyring_.Judge(key, what, place.index, place.recorded);
  // A key that is said to be compromised is revoked by the same word: it is a role that is suspect.
  if (verdict == KeyVerdict::kValid || verdict == KeyVerdict::kSuspect) return absl::OkStatus();
  if (verdict == KeyVerdict::kUnknown) {
    return absl::PermissionDeniedError(
        absl::StrCat("key ", key.ToHex(), " is not registered in this ledger"));
  }
  const KindRow* row = FindKind(what.kind);
  const KeyEntry* entry = keyring_.Find(key);
  TALLY_CHECK(entry != nullptr);
  const absl::string_view rule = RuleOf(*entry, what.author, place);
  return absl::PermissionDeniedError(absl::StrCat("key ", key.ToHex(), " may not sign \"",
                                                  row == nullptr ? "unknown kind" : row->name,
                                                  "\" at index ", place.index, ": ", rule));
}

namespace {

Signing SigningIn(const StreamState& stream, const Candidate& candidate) {
  const bool agreement = stream.kind == StreamKind::kAgreement;
  return {stream.kind == StreamKind::kFeed ? stream.author : candidate.header().author,
          candidate.kind(), agreement ? stream.id : StreamId()};
}

}  // namespace

Signing SigningOf(const Candidate& candidate, const Admission& admission) {
  if (admission.opening.has_value()) return {candidate.header().author, candidate.kind()};
  return SigningIn(admission.stream->state, candidate);
}

absl::StatusOr<Admission> AdmissionRules::Judge(const Candidate& candidate, Place place) const {
  const KindRow* row = FindKind(candidate.kind());
  if (row == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("kind ", static_cast<int>(candidate.kind()), " is not known to this version"));
  }
  TALLY_CHECK(candidate.signature_checked);
  if (candidate.kind() == BodyKind::kGenesis) {
    return absl::InvalidArgumentError("genesis stands at record 0 and nowhere else");
  }
  if (row->opening) {
    TALLY_RETURN_IF_ERROR(JudgeKey(candidate.checked.evidence.key,
                                   {candidate.header().author, candidate.kind()}, place));
    return JudgeOpening(candidate);
  }
  return JudgeInStream(candidate, place);
}

absl::StatusOr<Admission> AdmissionRules::JudgeRecorded(const Candidate& candidate,
                                                        Place place) const {
  if (!IsLaterKind(candidate.kind())) return Judge(candidate, place);
  TALLY_CHECK(candidate.signature_checked);
  return JudgeInStream(candidate, place);
}

absl::StatusOr<Admission> AdmissionRules::JudgeInStream(const Candidate& candidate,
                                                        Place place) const {
  TALLY_ASSIGN_OR_RETURN(StreamRow * stream, streams_.Find(candidate.stream()));
  const bool feed = stream->state.kind == StreamKind::kFeed;
  for (const EventHeader& header : candidate.checked.headers) {
    const KindRow* kind = FindKind(header.kind);
    // Form let a later kind pass; of those only the feeds' differ by number from acts.
    if (kind == nullptr ? IsFeedKind(header.kind) != feed : kind->stream != stream->state.kind) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", kind == nullptr ? "unknown kind" : kind->name,
                       "\" does not belong in a ", StreamKindName(stream->state.kind), " stream"));
    }
  }
  TALLY_RETURN_IF_ERROR(
      JudgeKey(candidate.checked.evidence.key, SigningIn(stream->state, candidate), place));
  return feed ? JudgeFeed(candidate, stream, place) : JudgeAct(candidate, stream, place);
}

}  // namespace tally::ledger
