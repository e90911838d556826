// Acts: one event of one author in a system, party or agreement stream. An act names what its
// author had seen of the stream and what it answers, so an author who acts on two histories
// convicts himself.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/recorded_form.h"
#include "ledger/crypto/sha256.h"
#include "ledger/log/admission.h"
#include "ledger/log/erasure_rules.h"
#include "ledger/log/layout.h"
#include "schema/stamp.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

bool IsDocument(BodyKind kind) {
  return kind == BodyKind::kZoneAdded || kind == BodyKind::kCalendarAdded ||
         kind == BodyKind::kDocumentAdded;
}

absl::Status CheckDocument(ByteView body) {
  TALLY_ASSIGN_OR_RETURN(const DocumentAdded document, DecodeDocumentAdded(body));
  if (document.content.empty()) return absl::OkStatus();  // Only its digest is recorded.
  const DocumentDigest found = DigestOfDocument(document.content);
  if (found == document.digest) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("document ", document.name, ": digest is ",
                                                 document.digest.ToHex(), ", content has ",
                                                 found.ToHex()));
}

}  // namespace

bool Supersedes(BodyKind kind, BodyKind answered) {
  switch (kind) {
    case BodyKind::kClaimWithdrawn:
      return answered == BodyKind::kClaimFiled;
    // A proposal that answers a proposal of its own kind replaces it.
    case BodyKind::kTermsProposed:
    case BodyKind::kAmendmentProposed:
    case BodyKind::kMaintenanceAnnounced:
    case BodyKind::kExclusionProposed:
    case BodyKind::kAttributionProposed:
    case BodyKind::kTargetProposed:
    case BodyKind::kSettlementProposed:
    case BodyKind::kRestatementProposed:
      return kind == answered;
    default:
      return false;
  }
}

absl::StatusOr<Heads> HeadsOf(const Rows& rows, uint64_t index) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<StreamRow> streams, rows.AllStreams());
  std::vector<IndexedLeaf> leaves;
  leaves.reserve(streams.size());
  for (const StreamRow& row : streams) {
    const StreamState& state = row.state;
    leaves.push_back(
        {state.opening_index, HeadsLeaf(state.opening_digest, state.records, state.newest_leaf)});
  }
  return Heads{index, streams.size(), HeadsRoot(index, leaves)};
}

bool AdmissionRules::LooksBack(const Candidate& candidate) const {
  const BodyKind kind = candidate.kind();
  if (kind == BodyKind::kErasure || kind == BodyKind::kErasureAgreed) return true;
  if (kind == BodyKind::kRoleGranted) return true;  // by a party to an agreement
  const KindRow* row = FindKind(kind);
  if (row == nullptr || row->opening || row->stream != StreamKind::kAgreement) return false;
  const absl::StatusOr<StreamRow*> stream = streams_.Find(candidate.stream());
  if (!stream.ok() || (*stream)->state.kind != StreamKind::kAgreement) return false;
  const StreamId& author = candidate.header().author;
  return !author.IsZero() && std::ranges::count((*stream)->parties, author) == 0;
}

absl::StatusOr<bool> AdmissionRules::IsPartyTo(const StreamRow& agreement,
                                               const StreamId& party) const {
  if (std::ranges::count(agreement.parties, party) > 0) return true;
  if (recorded_ == nullptr) return false;
  AgreedParties& agreed = streams_.AgreedIn(agreement.state.opening_index);
  while (agreed.added() < agreement.state.records) {
    TALLY_ASSIGN_OR_RETURN(
        const std::optional<Bytes> value,
        streams_.rows().Get(layout::StreamRecord(agreement.state.opening_index, agreed.added())));
    if (!value) return absl::DataLossError("stream index: a record of the stream is missing");
    TALLY_ASSIGN_OR_RETURN(const uint64_t index, DecodeNumberRow(*value));
    TALLY_ASSIGN_OR_RETURN(const RecordedEvent act, recorded_->At({index, 0}));
    TALLY_RETURN_IF_ERROR(agreed.Add(act));
  }
  return agreed.Has(party);
}

absl::Status AdmissionRules::CheckActor(const EventHeader& header, const StreamRow& stream) const {
  switch (stream.state.kind) {
    case StreamKind::kSystem:
      if (header.author.IsZero()) return absl::OkStatus();
      return absl::PermissionDeniedError(
          "the system stream is written by keys of the system alone");
    case StreamKind::kParty:
      if (header.author == stream.state.id) return absl::OkStatus();
      return absl::PermissionDeniedError("a party's stream is written by that party alone");
    case StreamKind::kAgreement: {
      if (header.author.IsZero())
        return absl::OkStatus();  // JudgeKey asked for the service's role.
      TALLY_ASSIGN_OR_RETURN(const bool party, IsPartyTo(stream, header.author));
      if (party) return absl::OkStatus();
      return absl::PermissionDeniedError(absl::StrCat(
          "party ", header.author.ToHex(), " is not named by agreement ", stream.state.name,
          ": neither by its opening nor by terms that both sides signed"));
    }
    default:
      return absl::InvalidArgumentError("a feed holds no acts");
  }
}

absl::Status AdmissionRules::CheckSeen(const EventHeader& header, const StreamRow& stream) const {
  if (!header.seen) {
    return absl::InvalidArgumentError(
        "seen: an act names the stream's last record that its author held");
  }
  const auto refuse = [&](absl::string_view why) {
    return absl::AbortedError(absl::StrCat("seen: ", why, "; the newest is sequence ",
                                           stream.state.records - 1, ", ",
                                           stream.state.newest_leaf.ToHex()));
  };
  if (header.seen->sequence >= stream.state.records) return refuse("no such record on this stream");
  Hash leaf = stream.state.newest_leaf;
  if (header.seen->sequence + 1 != stream.state.records) {
    const Bytes key = layout::StreamRecord(stream.state.opening_index, header.seen->sequence);
    TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value, streams_.rows().Get(key));
    if (!value) return absl::DataLossError("stream index: a record of the stream is missing");
    TALLY_ASSIGN_OR_RETURN(const uint64_t index, DecodeNumberRow(*value));
    TALLY_ASSIGN_OR_RETURN(leaf, tree_.Leaf(index));
  }
  return header.seen->leaf == leaf ? absl::OkStatus() : refuse("another record stands there");
}

absl::Status AdmissionRules::CheckHeads(ByteView body, Place place) const {
  TALLY_ASSIGN_OR_RETURN(const Heads said, DecodeHeads(body));
  if (extent_ == Extent::kPart) {
    if (said.index == place.index) return absl::OkStatus();
    return absl::AbortedError(
        absl::StrCat("heads: expected index ", place.index, ", found ", said.index));
  }
  TALLY_RETURN_IF_ERROR(streams_.Flush());
  TALLY_ASSIGN_OR_RETURN(const Heads found, HeadsOf(streams_.rows(), place.index));
  if (said.index == found.index && said.streams == found.streams && said.root == found.root) {
    return absl::OkStatus();
  }
  return absl::AbortedError(absl::StrCat("heads: expected index ", found.index, ", ", found.streams,
                                         " streams, root ", found.root.ToHex(), "; found ",
                                         said.index, ", ", said.streams, ", ", said.root.ToHex()));
}

// A stamp is over the tree that stands here; what its token proves is for those who trust somebody.
absl::Status AdmissionRules::CheckStamp(ByteView body, Place place) const {
  TALLY_ASSIGN_OR_RETURN(const Stamp stamp, DecodeStamp(body));
  if (stamp.size > place.index) {
    return absl::InvalidArgumentError(
        absl::StrCat("stamp: of ", stamp.size, " records, where there are ", place.index));
  }
  // In a part of the log the root follows later, and is compared with what is trusted then.
  if (extent_ == Extent::kPart) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const Hash root, tree_.RootAt(stamp.size));
  if (root == stamp.root) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("stamp: of root ", stamp.root.ToHex(), " at size ",
                                                 stamp.size, ", where the log has ", root.ToHex()));
}

absl::Status AdmissionRules::CheckErasureAct(BodyKind kind, ByteView body, Place place) const {
  if (recorded_ == nullptr) {
    return absl::FailedPreconditionError("erasure: the events that it names cannot be looked up");
  }
  if (kind == BodyKind::kErasure) {
    TALLY_ASSIGN_OR_RETURN(const Erasure erasure, DecodeErasure(body));
    return At("erasure", CheckErasure(erasure, place, streams_, *recorded_, extent_));
  }
  TALLY_ASSIGN_OR_RETURN(const ErasureAgreed agreed, DecodeErasureAgreed(body));
  return At("erasure agreed", CheckErasureAgreed(agreed, place, *recorded_, extent_));
}

absl::Status AdmissionRules::CheckActBody(const Candidate& candidate, const StreamRow& stream,
                                          Place place) const {
  const BodyKind kind = candidate.kind();
  const ByteView body = candidate.batch.events[0].body;
  if (IsWithheld(candidate.batch.events[0])) {
    const KindRow* row = FindKind(kind);
    const bool erased = row != nullptr && row->erasable;
    if (extent_ == Extent::kPart ? MayWithhold(kind) : erased) return absl::OkStatus();
    return absl::InvalidArgumentError("its body is not shown, and nothing holds without it");
  }
  if (IsDocument(kind)) return CheckDocument(body);
  if (kind == BodyKind::kHeads) return CheckHeads(body, place);
  if (kind == BodyKind::kErasure || kind == BodyKind::kErasureAgreed) {
    return CheckErasureAct(kind, body, place);
  }
  if (kind == BodyKind::kStamp) return CheckStamp(body, place);
  return FoldsKeys(kind) ? CheckKeyAct(candidate, stream) : absl::OkStatus();
}

absl::StatusOr<Admission> AdmissionRules::JudgeAct(const Candidate& candidate, StreamRow* stream,
                                                   Place place) const {
  const EventHeader& header = candidate.header();
  TALLY_RETURN_IF_ERROR(CheckActor(header, *stream));
  const uint64_t opening = stream->state.opening_index;
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> same_id,
                         streams_.rows().Get(layout::Act(opening, header.author, *header.id)));
  if (same_id) {
    return absl::AlreadyExistsError(
        absl::StrCat("id ", header.id->ToHex(), " is taken by other content"));
  }
  TALLY_RETURN_IF_ERROR(CheckSeen(header, *stream));
  Admission admission;
  admission.stream = stream;
  if (!header.answers.IsZero()) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                           streams_.rows().Get(layout::ActDigest(opening, header.answers)));
    if (!value) {
      return absl::AbortedError(
          absl::StrCat("answers: no act ", header.answers.ToHex(), " on this stream"));
    }
    TALLY_ASSIGN_OR_RETURN(const ActRow answered, DecodeActRow(*value));
    // Of a claim a withdrawal may be without effect, because it was ruled on before; that hangs on
    // terms and time, so replay decides, and no answer to a claim is refused here.
    if (answered.superseded_by != 0 && answered.kind != BodyKind::kClaimFiled) {
      return absl::AbortedError(absl::StrCat("answers: the act at ", answered.index,
                                             " was superseded by ", answered.superseded_by));
    }
    if (Supersedes(header.kind, answered.kind)) {
      // Another's proposal is answered by a counter-proposal and stays open; another's claim is not
      // withdrawn at all.
      if (answered.author == header.author) {
        admission.superseded = answered;
      } else if (header.kind == BodyKind::kClaimWithdrawn) {
        return absl::PermissionDeniedError(
            absl::StrCat("answers: only its author withdraws the act at ", answered.index));
      }
    }
  }
  TALLY_RETURN_IF_ERROR(CheckActBody(candidate, *stream, place));
  return admission;
}

}  // namespace tally::ledger
