// Comparing a batch with the records that hold its positions or its id.
#include "ledger/log/known_batches.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "ledger/log/equivocation.h"
#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

bool SameButLinks(EventHeader a, EventHeader b) {
  for (EventHeader* header : {&a, &b}) {
    header->previous = Hash();
    header->previous_of_source = 0;
    header->reported_at = Instant();
  }
  return a == b;
}

// The event that begins at `position`; positions rise, and watermarks follow what they carry.
const EventHeader* AtExactly(const std::vector<EventHeader>& headers, uint64_t position) {
  const auto found = std::ranges::lower_bound(headers, position, {}, &EventHeader::position);
  if (found == headers.end() || found->position != position) return nullptr;
  return found->kind == BodyKind::kWatermark ? nullptr : &*found;
}

}  // namespace

absl::StatusOr<Overlap> OverlapOf(const Candidate& candidate, const StreamRow& feed) {
  const uint64_t last = feed.state.last_position;
  size_t old = 0;
  for (size_t i = 0; i < candidate.checked.headers.size(); ++i) {
    const EventHeader& header = candidate.checked.headers[i];
    if (header.kind != BodyKind::kWatermark) {
      if (header.position > last) break;  // Positions rise, so the rest is new as well.
      ++old;
    } else if (header.position < last) {
      ++old;
    } else if (header.position == last) {
      TALLY_ASSIGN_OR_RETURN(const Watermark mark, DecodeWatermark(candidate.batch.events[i].body));
      if (mark.through > feed.watermark) break;
      ++old;
    } else {
      break;
    }
  }
  if (old == 0) return Overlap::kNew;
  return old == candidate.checked.headers.size() ? Overlap::kOld : Overlap::kMixed;
}

absl::StatusOr<const KnownBatches::StoredBatch*> KnownBatches::Load(uint64_t index) {
  if (last_ && last_->index == index) return &*last_;
  TALLY_ASSIGN_OR_RETURN(const auto segment, segments_.Containing(index));
  const SpineView& spine = segment->spine;
  const uint32_t i = static_cast<uint32_t>(index - spine.first_index());
  StoredBatch batch;
  batch.index = index;
  TALLY_ASSIGN_OR_RETURN(const Record record, DecodeRecord(spine.record(i)));
  batch.stream = record.stream;
  batch.sequence = record.sequence;
  TALLY_ASSIGN_OR_RETURN(batch.evidence, DecodeEvidence(spine.evidence(i)));
  const auto [first, limit] = spine.EventsOf(i);
  batch.headers.reserve(limit - first);
  for (uint32_t j = first; j < limit; ++j) {
    TALLY_ASSIGN_OR_RETURN(EventHeader header, DecodeHeader(spine.header(j)));
    batch.headers.push_back(std::move(header));
  }
  last_ = std::move(batch);
  return &*last_;
}

absl::StatusOr<const KnownBatches::StoredBatch*> KnownBatches::AtSequence(uint64_t stream,
                                                                          uint64_t sequence) {
  TALLY_ASSIGN_OR_RETURN(const auto value, store_.Get(layout::StreamRecord(stream, sequence)));
  if (!value) return nullptr;
  TALLY_ASSIGN_OR_RETURN(const uint64_t index, DecodeNumberRow(*value));
  return Load(index);
}

absl::StatusOr<const KnownBatches::StoredBatch*> KnownBatches::AtPosition(uint64_t stream,
                                                                          uint64_t position) {
  if (last_ && last_->stream == stream && last_->headers.front().kind != BodyKind::kWatermark &&
      last_->evidence.first <= position && position <= last_->evidence.last) {
    return &*last_;
  }
  std::optional<PositionRow> row;
  absl::Status decoded;
  TALLY_RETURN_IF_ERROR(store_.Scan(layout::Position(stream, position),
                                    layout::Position(stream + 1, 0), [&](ByteView, ByteView value) {
                                      absl::StatusOr<PositionRow> found = DecodePositionRow(value);
                                      decoded = found.status();
                                      if (found.ok()) row = *found;
                                      return false;
                                    }));
  TALLY_RETURN_IF_ERROR(decoded);
  if (!row || row->first > position) return nullptr;
  return Load(row->index);
}

absl::StatusOr<uint64_t> KnownBatches::FindAct(const Candidate& candidate, uint64_t index) {
  TALLY_ASSIGN_OR_RETURN(const StoredBatch* stored, Load(index));
  const EventHeader& known = stored->headers.front();
  const EventHeader& header = candidate.header();
  if (known.kind == header.kind && known.answers == header.answers && known.body == header.body)
    return index;
  return absl::AlreadyExistsError(
      absl::StrCat("id ", header.id->ToHex(), " stands for other content at record ", index));
}

absl::StatusOr<bool> KnownBatches::KnowsWatermark(const EventHeader& header, uint64_t stream) {
  // From the record that holds the position it carries (or the feed's first) while records carry
  // it.
  const StoredBatch* stored = nullptr;
  if (header.position > 0) {
    TALLY_ASSIGN_OR_RETURN(stored, AtPosition(stream, header.position));
  } else {
    TALLY_ASSIGN_OR_RETURN(stored, AtSequence(stream, 1));
  }
  while (stored != nullptr && stored->evidence.first <= header.position) {
    for (const EventHeader& known : stored->headers) {
      if (SameButLinks(known, header)) return true;
    }
    const uint64_t next = stored->sequence + 1;
    TALLY_ASSIGN_OR_RETURN(stored, AtSequence(stream, next));
  }
  return false;
}

absl::StatusOr<absl::Status> KnownBatches::RefusalWithLastEvidence(const StreamRow& feed,
                                                                   absl::string_view why) {
  absl::Status refusal = absl::AbortedError(
      absl::StrCat(why, "; the feed's newest event is ", ExpectedPrevious(feed).ToHex(),
                   " at position ", feed.state.last_position));
  if (feed.state.records > 1) {
    TALLY_ASSIGN_OR_RETURN(const StoredBatch* stored,
                           AtSequence(feed.state.opening_index, feed.state.records - 1));
    if (stored == nullptr) return absl::DataLossError("stream index: the newest record is missing");
    const Bytes evidence = EncodeEvidence(stored->evidence);
    refusal.SetPayload(kLastEvidencePayload, absl::Cord(AsText(evidence)));
  }
  return refusal;
}

absl::StatusOr<KnownBatches::Found> KnownBatches::FindPositions(const Candidate& candidate,
                                                                const StreamRow& feed) {
  const uint64_t stream = feed.state.opening_index;
  Found found;
  for (size_t i = 0; i < candidate.checked.headers.size(); ++i) {
    const EventHeader& header = candidate.checked.headers[i];
    const std::string at = absl::StrCat("event ", i, " at position ", header.position);
    if (header.kind == BodyKind::kWatermark) {
      TALLY_ASSIGN_OR_RETURN(const bool known, KnowsWatermark(header, stream));
      if (!known) {
        TALLY_ASSIGN_OR_RETURN(
            found.status, RefusalWithLastEvidence(feed, absl::StrCat(at, ": no such watermark")));
        return found;
      }
      if (i == 0) found.index = last_->index;
      continue;
    }
    TALLY_ASSIGN_OR_RETURN(const StoredBatch* stored, AtPosition(stream, header.position));
    const EventHeader* known =
        stored == nullptr ? nullptr : AtExactly(stored->headers, header.position);
    if (known == nullptr || LastPosition(*known) != LastPosition(header)) {
      TALLY_ASSIGN_OR_RETURN(
          found.status,
          RefusalWithLastEvidence(
              feed,
              absl::StrCat(at, known == nullptr ? ": nothing stands there, and gaps are not filled"
                                                : ": the same rows were recorded in another cut")));
      return found;
    }
    if (!SameButLinks(*known, header)) {
      found.equivocation = WriteSet::Put{layout::Equivocation(stream, header.position),
                                         EncodeEquivocation(candidate, i)};
      found.status = absl::AlreadyExistsError(absl::StrCat(
          at, ": record ", stored->index, " holds other content of the same author there"));
      return found;
    }
    if (i == 0) found.index = stored->index;
  }
  return found;
}

}  // namespace tally::ledger
