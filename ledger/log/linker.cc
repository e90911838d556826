// Deriving the record, its leaf and its rows.
#include "ledger/log/linker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/erased_rows.h"
#include "ledger/log/layout.h"
#include "schema/erasure.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// Position of the first event that occupies one; a batch of watermarks has none.
std::optional<uint64_t> FirstOccupied(const CheckedBatch& checked) {
  for (const EventHeader& header : checked.headers) {
    if (header.kind != BodyKind::kWatermark) return header.position;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<Admission> JudgeGenesis(const Candidate& candidate) {
  if (candidate.kind() != BodyKind::kGenesis) {
    return absl::InvalidArgumentError("record 0 is no genesis");
  }
  TALLY_ASSIGN_OR_RETURN(const Genesis genesis, DecodeGenesis(candidate.batch.events[0].body));
  if (genesis.format != 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("format ", genesis.format, " is newer than this program"));
  }
  if (genesis.origin.empty() || genesis.log_vkeys.empty()) {
    return absl::InvalidArgumentError("genesis: has no origin or no log key");
  }
  StreamRow row;
  row.state.kind = StreamKind::kSystem;
  row.state.name = "system";
  Admission admission;
  admission.opening = std::move(row);
  return admission;
}

absl::StatusOr<Linked> Linker::Link(const Candidate& candidate, Admission admission, Place place) {
  TALLY_CHECK(place.index == tree_.size());
  TALLY_CHECK(admission.opening.has_value() != (admission.stream != nullptr));
  const bool opens = admission.opening.has_value();
  const bool genesis = opens && place.index == 0;
  Linked linked;
  linked.record.stream = opens ? place.index : admission.stream->state.opening_index;
  linked.record.sequence = opens ? 0 : admission.stream->state.records;
  linked.record.previous = genesis ? Hash()
                           : opens ? Rename<Hash>(ledger_)
                                   : admission.stream->state.newest_leaf;
  linked.record.root = candidate.checked.root;
  linked.record.evidence = EvidenceDigest(candidate.batch.evidence);
  linked.record_bytes = EncodeRecord(linked.record);
  linked.leaf = EntryLeaf(EntryOf(linked.record_bytes, place.recorded.micros / 1000));
  TALLY_RETURN_IF_ERROR(tree_.Append(linked.leaf));

  if (opens) {
    StreamState& state = admission.opening->state;
    state.opening_index = place.index;
    state.id = Rename<StreamId>(linked.leaf);
    state.opening_digest = candidate.checked.digests[0];
    if (genesis) ledger_ = Rename<LedgerId>(linked.leaf);
    admission.stream = streams_.Add(*std::move(admission.opening));
    TALLY_RETURN_IF_ERROR(PutOpeningRows(*admission.stream));
  }
  StreamRow& stream = *admission.stream;
  stream.state.records = linked.record.sequence + 1;
  stream.state.newest_leaf = linked.leaf;
  stream.state.newest_digest = candidate.checked.evidence.newest;
  streams_.Touch(&stream);
  TALLY_RETURN_IF_ERROR(
      streams_.rows().Put(layout::StreamRecord(linked.record.stream, linked.record.sequence),
                          EncodeNumberRow(place.index)));
  if (stream.state.kind == StreamKind::kFeed && !opens) {
    TALLY_RETURN_IF_ERROR(PutFeedRows(candidate, admission, place.index));
    return linked;
  }
  TALLY_RETURN_IF_ERROR(PutActRows(candidate, stream, place.index));
  if (admission.superseded) {
    TALLY_RETURN_IF_ERROR(Supersede(*admission.superseded, candidate, stream, place.index));
  }
  const StreamId party = stream.state.kind == StreamKind::kParty ? stream.state.id : StreamId();
  TALLY_RETURN_IF_ERROR(keyring_.Apply(place.index, party, candidate.header(),
                                       candidate.batch.events[0].body,
                                       {candidate.checked.evidence.key, place.recorded}));
  return linked;
}

absl::Status Linker::PutOpeningRows(const StreamRow& stream) {
  const Bytes opening = EncodeNumberRow(stream.state.opening_index);
  TALLY_RETURN_IF_ERROR(
      streams_.rows().Put(layout::Name(stream.state.kind, stream.state.name), opening));
  return streams_.rows().Put(layout::Stream(stream.state.id), opening);
}

absl::Status Linker::PutActRows(const Candidate& candidate, const StreamRow& stream,
                                uint64_t index) {
  const EventHeader& header = candidate.header();
  const bool opens = index == stream.state.opening_index;
  // Ids of openings are scoped to the ledger: nobody opens the same thing twice by accident.
  const uint64_t scope = opens ? 0 : stream.state.opening_index;
  TALLY_RETURN_IF_ERROR(
      streams_.rows().Put(layout::Act(scope, header.author, *header.id), EncodeNumberRow(index)));
  if (header.kind == BodyKind::kErasure) {
    TALLY_ASSIGN_OR_RETURN(const Erasure erasure, DecodeErasure(candidate.batch.events[0].body));
    const Bytes key = layout::Erased(erasure.index, erasure.offset);
    TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> before, streams_.rows().Get(key));
    std::vector<uint64_t> erasures;
    if (before.has_value()) {
      TALLY_ASSIGN_OR_RETURN(erasures, DecodeErasuresRow(*before));
    }
    erasures.push_back(index);
    TALLY_RETURN_IF_ERROR(streams_.rows().Put(key, EncodeErasuresRow(erasures)));
  }
  return streams_.rows().Put(
      layout::ActDigest(stream.state.opening_index, candidate.checked.digests[0]),
      EncodeActRow({index, 0, header.kind, header.author}));
}

absl::Status Linker::Supersede(const ActRow& superseded, const Candidate& candidate,
                               const StreamRow& stream, uint64_t index) {
  ActRow row = superseded;
  row.superseded_by = index;
  return streams_.rows().Put(
      layout::ActDigest(stream.state.opening_index, candidate.header().answers), EncodeActRow(row));
}

absl::Status Linker::PutFeedRows(const Candidate& candidate, const Admission& admission,
                                 uint64_t index) {
  const CheckedBatch& checked = candidate.checked;
  StreamRow& stream = *admission.stream;
  const uint64_t opening = stream.state.opening_index;
  if (const std::optional<uint64_t> first = FirstOccupied(checked)) {
    TALLY_RETURN_IF_ERROR(streams_.rows().Put(layout::Position(opening, checked.evidence.last),
                                              EncodePositionRow({index, *first})));
  }
  stream.state.last_position = checked.evidence.last;
  if (admission.watermark) stream.watermark = *admission.watermark;
  for (const auto& [name, source] : admission.registered) {
    TALLY_RETURN_IF_ERROR(
        streams_.rows().Put(layout::SourceName(opening, name), EncodeNumberRow(source)));
    streams_.SetEndOfSource(opening, source, 0);
  }
  for (const SourceLink& link : checked.sources)
    streams_.SetEndOfSource(opening, link.source, link.last);
  return absl::OkStatus();
}

}  // namespace tally::ledger
