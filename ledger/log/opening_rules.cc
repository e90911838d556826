// Openings: one event that begins a stream. The stream's id will be the leaf hash of its entry, so
// whatever an opening promises holds for one place in one ledger.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "ledger/log/admission.h"
#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kNameBytesMax = 64;

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

absl::Status CheckName(absl::string_view name) {
  const bool good = !name.empty() && name.size() <= kNameBytesMax && IsNameStart(name.front()) &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return IsNameStart(c) || c == '.' || c == '_' || c == '-';
                    });
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("name: expected [a-z0-9][a-z0-9._-]{0,63}, found ",
                                                 name.size(), " bytes that are not"));
}

absl::StatusOr<StreamRow> ReadFeed(const Candidate& candidate, const Keyring& keyring) {
  TALLY_ASSIGN_OR_RETURN(FeedOpened opened, DecodeFeedOpened(candidate.batch.events[0].body));
  if (keyring.FindParty(candidate.header().author) == nullptr) {
    return absl::NotFoundError("the author of a feed is a party of this ledger");
  }
  StreamRow row;
  row.state.author = candidate.header().author;
  row.state.name = std::move(opened.name);
  return row;
}

absl::StatusOr<StreamRow> ReadAgreement(const Candidate& candidate, const Keyring& keyring) {
  TALLY_ASSIGN_OR_RETURN(AgreementOpened opened,
                         DecodeAgreementOpened(candidate.batch.events[0].body));
  StreamRow row;
  row.state.name = std::move(opened.name);
  for (const AgreementParty& party : opened.parties) {
    const PartyEntry* known = keyring.FindParty(party.party);
    if (known == nullptr) {
      return absl::NotFoundError(absl::StrCat("agreement ", row.state.name, ": party ", party.name,
                                              " (", party.party.ToHex(), ") is not known"));
    }
    // Balances and reports call parties by these names.
    if (known->name != party.name) {
      return absl::InvalidArgumentError(absl::StrCat("agreement ", row.state.name, ": the party ",
                                                     known->name, " is called ", party.name));
    }
    // One party may hold several roles; it acts as one.
    if (std::find(row.parties.begin(), row.parties.end(), party.party) == row.parties.end()) {
      row.parties.push_back(party.party);
    }
  }
  const StreamId& author = candidate.header().author;
  const bool named = std::find(row.parties.begin(), row.parties.end(), author) != row.parties.end();
  if (!author.IsZero() && !named) {
    return absl::PermissionDeniedError(
        "an agreement is opened by a party that it names, or by the operator");
  }
  return row;
}

}  // namespace

absl::Status AdmissionRules::CheckPossession(const KeyFingerprint& registrar,
                                             const std::vector<KeyGrant>& grants,
                                             const Hash& party) const {
  for (const KeyGrant& grant : grants) {
    TALLY_ASSIGN_OR_RETURN(const auto verifier, Verifier::Create(grant.key));
    const Bytes message = PossessionMessage(ledger_, verifier->fingerprint(), registrar, party);
    if (!verifier->Verify(message, grant.possession)) {
      return absl::PermissionDeniedError(
          absl::StrCat("key ", verifier->fingerprint().ToHex(),
                       ": the proof of possession is not a signature by this key for this party"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<StreamRow> AdmissionRules::OpenedStream(const Candidate& candidate) const {
  switch (candidate.kind()) {
    case BodyKind::kPartyOpened: {
      TALLY_ASSIGN_OR_RETURN(PartyOpened opened, DecodePartyOpened(candidate.batch.events[0].body));
      const Hash party = Sha256Of({AsBytes(opened.name)});
      const KeyFingerprint& registrar = candidate.checked.evidence.key;
      TALLY_RETURN_IF_ERROR(CheckPossession(registrar, opened.keys, party));
      TALLY_RETURN_IF_ERROR(CheckPossession(registrar, opened.recovery_keys, party));
      StreamRow row;
      row.state.name = std::move(opened.name);
      return row;
    }
    case BodyKind::kFeedOpened:
      return ReadFeed(candidate, keyring_);
    case BodyKind::kAgreementOpened:
      return ReadAgreement(candidate, keyring_);
    default:
      return absl::InvalidArgumentError(absl::StrCat("\"", FindKind(candidate.kind())->name,
                                                     "\" cannot be admitted by this version"));
  }
}

absl::StatusOr<Admission> AdmissionRules::JudgeOpening(const Candidate& candidate) const {
  const EventHeader& header = candidate.header();
  if (header.stream != Rename<StreamId>(ledger_)) {
    return absl::InvalidArgumentError("stream: an opening names the ledger");
  }
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> same_id,
                         streams_.rows().Get(layout::Act(0, header.author, *header.id)));
  if (same_id) {
    return absl::AlreadyExistsError(
        absl::StrCat("id ", header.id->ToHex(), " is taken by other content"));
  }
  TALLY_ASSIGN_OR_RETURN(StreamRow row, OpenedStream(candidate));
  row.state.kind = FindKind(header.kind)->stream;
  TALLY_RETURN_IF_ERROR(CheckName(row.state.name));
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> same_name,
                         streams_.rows().Get(layout::Name(row.state.kind, row.state.name)));
  if (same_name) {
    return absl::AlreadyExistsError(
        absl::StrCat(StreamKindName(row.state.kind), " ", row.state.name, " exists already"));
  }
  TALLY_RETURN_IF_ERROR(keyring_.Check(StreamId(), header, candidate.batch.events[0].body));
  Admission admission;
  admission.opening = std::move(row);
  return admission;
}

}  // namespace tally::ledger
