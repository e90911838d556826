// Feeds: evidence of one author, in bulk. What a batch says of itself (positions inside it, links,
// runs) its form has settled; here it is joined to what stands before it.
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/admission.h"
#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// How far the first event's position may lie behind the feed's last one.
absl::Status CheckFirstPosition(const EventHeader& first, uint64_t last) {
  if (first.kind == BodyKind::kWatermark) {
    if (first.position == last) return absl::OkStatus();
    return absl::AbortedError(absl::StrCat("position: a watermark carries the last position ", last,
                                           ", found ", first.position));
  }
  if (first.position > last && first.position - last <= kPositionStepMax) return absl::OkStatus();
  return absl::AbortedError(
      absl::StrCat("position: expected above ", last, " by at most 2^40, found ", first.position));
}

absl::Status CheckObserved(Instant observed, Place place, absl::string_view what) {
  if (observed <= place.recorded + kObservedAheadMax) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(what, " ", FormatInstant(observed),
                                                 " lies more than an hour after the recorded time ",
                                                 FormatInstant(place.recorded)));
}

// A source that goes on from a batch that a pack keeps closed: the position stands there, behind
// the last one that is known.
bool LiesInClosed(const StreamRow& feed, uint64_t position, const std::optional<uint64_t>& end) {
  return std::any_of(feed.closed.begin(), feed.closed.end(), [&](const auto& range) {
    return range.first <= position && position <= range.second && end.value_or(0) < position;
  });
}

// Registrations and watermarks of one batch, in order.
class FeedEvents {
 public:
  FeedEvents(StreamTable& streams, const StreamRow& feed, Place place, Admission& admission)
      : streams_(streams), feed_(feed), place_(place), admission_(admission) {}

  absl::Status Add(const EventHeader& header, ByteView body) {
    if (header.kind == BodyKind::kSourceRegistered) return Register(header, body);
    if (header.kind == BodyKind::kWatermark) return Advance(body);
    if (header.source != 0 && !registered_.contains(header.source)) return Require(header.source);
    if (header.source == 0 &&
        (header.kind == BodyKind::kStateReported || header.kind == BodyKind::kProbeResult)) {
      return absl::InvalidArgumentError("source: a measurement names its source");
    }
    return absl::OkStatus();
  }
  bool HasRegistered(uint32_t source) const { return registered_.contains(source); }

 private:
  absl::Status Require(uint32_t source) {
    if (source == known_) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(const auto end, streams_.EndOfSource(feed_.state.opening_index, source));
    if (!end) {
      return absl::InvalidArgumentError(
          absl::StrCat("source ", source, " is not registered in feed ", feed_.state.name));
    }
    known_ = source;
    return absl::OkStatus();
  }

  absl::Status Register(const EventHeader& header, ByteView body) {
    TALLY_ASSIGN_OR_RETURN(const SourceRegistered source, DecodeSourceRegistered(body));
    if (source.source == 0) return absl::InvalidArgumentError("source: numbers count from 1");
    if (source.name.empty()) return absl::InvalidArgumentError("source: has no name");
    if (header.source != 0 && header.source != source.source) {
      return absl::InvalidArgumentError("source: header and body name different sources");
    }
    const uint64_t opening = feed_.state.opening_index;
    TALLY_ASSIGN_OR_RETURN(const auto end, streams_.EndOfSource(opening, source.source));
    if (end || !registered_.insert(source.source).second) {
      return absl::AlreadyExistsError(
          absl::StrCat("source ", source.source, " is registered already"));
    }
    TALLY_ASSIGN_OR_RETURN(const auto same_name,
                           streams_.rows().Get(layout::SourceName(opening, source.name)));
    if (same_name || !names_.insert(source.name).second) {
      return absl::AlreadyExistsError(absl::StrCat("source name ", source.name, " is taken"));
    }
    admission_.registered.emplace_back(source.name, source.source);
    return absl::OkStatus();
  }

  absl::Status Advance(ByteView body) {
    TALLY_ASSIGN_OR_RETURN(const Watermark mark, DecodeWatermark(body));
    const Instant before = admission_.watermark.value_or(feed_.watermark);
    if (mark.through < before) {
      return absl::AbortedError(absl::StrCat("watermark: goes back from ", FormatInstant(before),
                                             " to ", FormatInstant(mark.through)));
    }
    TALLY_RETURN_IF_ERROR(CheckObserved(mark.through, place_, "watermark"));
    admission_.watermark = mark.through;
    return absl::OkStatus();
  }

  StreamTable& streams_;
  const StreamRow& feed_;
  const Place place_;
  Admission& admission_;
  std::set<uint32_t> registered_;
  std::set<std::string> names_;
  uint32_t known_ = 0;  // the last source that was looked up
};

}  // namespace

Hash ExpectedPrevious(const StreamRow& feed) {
  // The first event of a feed follows its opening, which is another stream's word: no link.
  return feed.state.records <= 1 ? Hash() : feed.state.newest_digest;
}

absl::StatusOr<Admission> AdmissionRules::JudgeFeed(const Candidate& candidate, StreamRow* stream,
                                                    Place place) const {
  const CheckedBatch& checked = candidate.checked;
  const Hash expected = ExpectedPrevious(*stream);
  if (checked.evidence.previous != expected) {
    return absl::AbortedError(absl::StrCat(
        "previous: the feed's newest event is ", expected.ToHex(), " at position ",
        stream->state.last_position, ", the batch follows ", checked.evidence.previous.ToHex()));
  }
  TALLY_RETURN_IF_ERROR(CheckFirstPosition(candidate.header(), stream->state.last_position));
  TALLY_RETURN_IF_ERROR(CheckObserved(checked.evidence.until, place, "observed until"));
  Admission admission;
  admission.stream = stream;
  FeedEvents events(streams_, *stream, place, admission);
  for (size_t i = 0; i < checked.headers.size(); ++i) {
    const absl::Status status = events.Add(checked.headers[i], candidate.batch.events[i].body);
    if (!status.ok()) return At(absl::StrCat("event ", i), status);
  }
  for (const SourceLink& link : checked.sources) {
    TALLY_ASSIGN_OR_RETURN(const auto end,
                           streams_.EndOfSource(stream->state.opening_index, link.source));
    if (!end && !events.HasRegistered(link.source)) {
      return absl::InvalidArgumentError(
          absl::StrCat("source ", link.source, " is not registered in feed ", stream->state.name));
    }
    if (link.previous != end.value_or(0) && !LiesInClosed(*stream, link.previous, end)) {
      return absl::AbortedError(absl::StrCat("previous of source: source ", link.source,
                                             " stands last at ", end.value_or(0),
                                             ", the batch says ", link.previous));
    }
  }
  return admission;
}

}  // namespace tally::ledger
