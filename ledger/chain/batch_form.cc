// What can be said about a batch from its bytes alone: admission's first and most travelled stage.
//
// Invariants of a batch that passes:
//   every event   its kind is known, its body canonical, its salt not zero, B and D recomputed
//   feed          all events in one stream, each linked by `previous` to the one before, positions
//                 rising by at most 2^40, each source's chain unbroken inside the batch
//   run           rows, sources, range and root are those of the body
//   act           alone, with an id, without position, links or sources
//   opening       an act without `seen` and `answers`; genesis has no stream and no author either
//   evidence      says exactly what the events give
//
// The order of checks is the order of this file, and the first failure is reported. What needs the
// ledger (keys, the links to what stands before the batch, names) is admission's second stage.
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/partial_run.h"
#include "ledger/chain/recorded_form.h"
#include "schema/canonical.h"
#include "schema/run.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::Status Refused(absl::string_view field, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", why));
}

// The fields that a kind of stream leaves empty.
absl::Status RequireNone(bool none, absl::string_view field, absl::string_view where) {
  if (none) return absl::OkStatus();
  return Refused(field, absl::StrCat("must be empty in ", where));
}

// Who reads: admission, which creates nothing unknown, or an audit of what a later version wrote.
enum class LaterKinds { kRefused, kPass };
// Whether a body may be missing that nothing else rests on.
enum class Bodies { kAll, kShown };

// Rows of one source in the range of a run.
struct RowRange {
  Instant from = Instant::Max();
  Instant until = Instant::Min();
};

RowRange RangeOf(const RunView& run) {
  RowRange range;
  for (uint32_t index = 0; index < run.sources().size(); ++index) {
    const uint32_t rows = run.sources()[index].rows;
    range.from = std::min(range.from, run.FromOf(index, 0));
    // Regular rows follow each other, so the last ends last; others may overlap.
    for (uint32_t row = run.step().micros > 0 ? rows - 1 : 0; row < rows; ++row) {
      range.from = std::min(range.from, run.FromOf(index, row));
      range.until = std::max(range.until, run.UntilOf(index, row));
    }
  }
  return range;
}

absl::Status CheckRunHeader(const EventHeader& header, const RunView& run) {
  if (header.run_rows != run.rows()) {
    return Refused("run rows", absl::StrCat("the body has ", run.rows(), ", the header says ",
                                            header.run_rows));
  }
  if (header.run_sources != run.sources().size()) {
    return Refused("run sources", absl::StrCat("the body has ", run.sources().size(),
                                               ", the header says ", header.run_sources));
  }
  // Completeness is shown by the ranges of headers, so a range must be that of the rows.
  const RowRange range = RangeOf(run);
  if (header.observed_from != range.from) {
    return Refused("observed from",
                   absl::StrCat("the rows begin at ", FormatInstant(range.from),
                                ", the header says ", FormatInstant(header.observed_from)));
  }
  if (header.observed_until != range.until) {
    return Refused("observed until",
                   absl::StrCat("the rows end at ", FormatInstant(range.until),
                                ", the header says ", FormatInstant(header.observed_until)));
  }
  if (header.source != 0) return Refused("source", "must be 0 in a run");
  return absl::OkStatus();
}

// Walks the events of one batch; what it keeps is what the next event is compared with.
class FormChecker {
 public:
  FormChecker(size_t events, LaterKinds later_kinds, Bodies bodies)
      : later_kinds_(later_kinds), bodies_(bodies) {
    checked_.headers.reserve(events);
    checked_.digests.reserve(events);
  }

  absl::Status Add(const Event& event, const EventHashes& hashes) {
    TALLY_ASSIGN_OR_RETURN(EventHeader header, DecodeHeader(event.header));
    const KindRow* row = FindKind(header.kind);
    if (row == nullptr && (later_kinds_ == LaterKinds::kRefused || !IsLaterKind(header.kind))) {
      return Refused("kind", absl::StrCat(static_cast<int>(header.kind), " is not in the table"));
    }
    checked_.digests.push_back(hashes.digest);
    checked_.headers.push_back(std::move(header));
    TALLY_RETURN_IF_ERROR(CheckBody(event, hashes.commitment, checked_.headers.back()));
    if (IsFeedKind(checked_.headers.back().kind)) return AddToFeed(event);
    return CheckAct(row);
  }

  absl::StatusOr<CheckedBatch> Finish(ByteView evidence_bytes) && {
    TALLY_ASSIGN_OR_RETURN(checked_.evidence, DecodeEvidence(evidence_bytes));
    TALLY_RETURN_IF_ERROR(CheckEvidence());
    checked_.root = TreeRoot(checked_.digests);
    std::ranges::sort(checked_.sources, {}, &SourceLink::source);
    return std::move(checked_);
  }

 private:
  const EventHeader& header() const { return checked_.headers.back(); }
  bool IsFirst() const { return checked_.headers.size() == 1; }

  absl::Status CheckBody(const Event& event, const Hash& commitment,
                         const EventHeader& header) const {
    if (bodies_ == Bodies::kShown && IsWithheld(event)) {
      if (MayWithhold(header.kind)) return absl::OkStatus();
      return Refused("body", "not shown, and nothing holds without it");
    }
    if (bodies_ == Bodies::kShown && IsPartialRun(event, header.kind)) return absl::OkStatus();
    if (event.salt.IsZero()) return Refused("salt", "all zeros");
    if (event.body.size() > kBodyBytesMax) {
      return Refused("body", absl::StrCat(event.body.size(), " bytes; at most ", kBodyBytesMax));
    }
    if (commitment != header.body) {
      return Refused("body commitment", absl::StrCat("salt and body give ", commitment.ToHex(),
                                                     ", the header says ", header.body.ToHex()));
    }
    if (header.kind == BodyKind::kMeasurementRun) return absl::OkStatus();  // RunView::Open
    if (FindKind(header.kind) == nullptr) return absl::OkStatus();          // no layout is known
    return At("body", CheckCanonicalBody(header.kind, event.body));
  }

  // `row`: nullptr for a later version's kind.
  absl::Status CheckAct(const KindRow* row) {
    if (!IsFirst()) {
      return Refused("kind", absl::StrCat("\"", row == nullptr ? "unknown kind" : row->name,
                                          "\" stands alone"));
    }
    constexpr absl::string_view kAct = "an act";
    TALLY_RETURN_IF_ERROR(RequireNone(header().position == 0, "position", kAct));
    TALLY_RETURN_IF_ERROR(RequireNone(header().source == 0, "source", kAct));
    TALLY_RETURN_IF_ERROR(
        RequireNone(header().previous_of_source == 0, "previous of source", kAct));
    TALLY_RETURN_IF_ERROR(RequireNone(header().run_rows == 0, "run rows", kAct));
    TALLY_RETURN_IF_ERROR(RequireNone(header().previous.IsZero(), "previous", kAct));
    if (!header().id) return Refused("id", "an act has one");
    if (header().id->IsZero()) return Refused("id", "all zeros");
    if (header().kind == BodyKind::kGenesis) {
      TALLY_RETURN_IF_ERROR(RequireNone(header().stream.IsZero(), "stream", "the genesis"));
      TALLY_RETURN_IF_ERROR(RequireNone(header().author.IsZero(), "author", "the genesis"));
    } else if (header().stream.IsZero()) {
      return Refused("stream", "missing");
    }
    const bool opening = row != nullptr && row->opening;
    if (!opening && header().kind != BodyKind::kGenesis) return absl::OkStatus();
    TALLY_RETURN_IF_ERROR(RequireNone(!header().seen.has_value(), "seen", "an opening"));
    return RequireNone(header().answers.IsZero(), "answers", "an opening");
  }

  absl::Status AddToFeed(const Event& event) {
    constexpr absl::string_view kFeed = "a feed";
    TALLY_RETURN_IF_ERROR(RequireNone(!header().id.has_value(), "id", kFeed));
    TALLY_RETURN_IF_ERROR(RequireNone(header().author.IsZero(), "author", kFeed));
    TALLY_RETURN_IF_ERROR(RequireNone(!header().seen.has_value(), "seen", kFeed));
    TALLY_RETURN_IF_ERROR(RequireNone(header().answers.IsZero(), "answers", kFeed));
    if (header().stream.IsZero()) return Refused("stream", "missing");
    TALLY_RETURN_IF_ERROR(CheckOrder());
    if (header().kind == BodyKind::kMeasurementRun) return AddRun(event);
    TALLY_RETURN_IF_ERROR(RequireNone(header().run_rows == 0, "run rows", "other kinds than runs"));
    if (header().source == 0) {
      return RequireNone(header().previous_of_source == 0, "previous of source",
                         "an event without source");
    }
    return AddSource(header().source, header().previous_of_source, header().position);
  }

  // Stream, link and position against the event before.
  absl::Status CheckOrder() {
    const bool watermark = header().kind == BodyKind::kWatermark;
    if (watermark) {
      TALLY_RETURN_IF_ERROR(RequireNone(header().source == 0, "source", "a watermark"));
    } else if (header().position == 0) {
      return Refused("position", "a feed counts from 1");
    }
    if (IsFirst()) return absl::OkStatus();
    const EventHeader& before = checked_.headers[checked_.headers.size() - 2];
    if (!IsFeedKind(before.kind)) return Refused("kind", "it follows an act in one batch");
    if (header().stream != before.stream) return Refused("stream", "another than the batch's");
    const Hash& digest = checked_.digests[checked_.digests.size() - 2];
    if (header().previous != digest) {
      return Refused("previous", absl::StrCat("the event before has digest ", digest.ToHex(),
                                              ", the header says ", header().previous.ToHex()));
    }
    const uint64_t last = LastPosition(before);
    if (watermark) {
      if (header().position == last) return absl::OkStatus();
      return Refused("position", absl::StrCat("a watermark carries the last position ", last,
                                              ", found ", header().position));
    }
    if (header().position <= last || header().position - last > kPositionStepMax) {
      return Refused("position", absl::StrCat("expected above ", last, " by at most 2^40, found ",
                                              header().position));
    }
    return absl::OkStatus();
  }

  absl::Status AddRun(const Event& event) {
    if (bodies_ == Bodies::kShown && IsPartialRun(event, header().kind)) {
      return AddPartialRun(event.body);
    }
    absl::StatusOr<RunView> run = RunView::Open(event.body);
    if (!run.ok()) return At("body", run.status());
    TALLY_RETURN_IF_ERROR(CheckRunHeader(header(), *run));
    TALLY_ASSIGN_OR_RETURN(const Hash root, RunRoot(event.salt, *run));
    if (root != header().run_root) {
      return Refused("run root", absl::StrCat("the rows give ", root.ToHex(), ", the header says ",
                                              header().run_root.ToHex()));
    }
    return AddSourcesOf(run->sources());
  }

  // Its columns and salt are gone or not shown: of the header's range nothing is known.
  absl::Status AddPartialRun(ByteView body) {
    absl::StatusOr<PartialRun> run = DecodePartialRun(body);
    if (!run.ok()) return At("body", run.status());
    if (header().source != 0) return Refused("source", "must be 0 in a run");
    const absl::Status bound = CheckPartialRun(header(), *run);
    if (!bound.ok()) return Refused("body", bound.message());
    return AddSourcesOf(run->sources);
  }

  // The sources of a run, in the order of its table, which is that of its positions.
  template <typename Sources>
  absl::Status AddSourcesOf(const Sources& sources) {
    TALLY_RETURN_IF_ERROR(
        RequireNone(header().previous_of_source == 0, "previous of source", "a run"));
    uint64_t first = header().position;
    for (const auto& source : sources) {
      if (source.source == 0) return Refused("body", "source 0 in a run");
      TALLY_RETURN_IF_ERROR(AddSource(source.source, source.previous_position, first));
      first += source.rows;
      checked_.sources[places_[source.source]].last = first - 1;
    }
    return absl::OkStatus();
  }

  // Links one event, or the first of a run's rows, to what the batch holds of its source.
  absl::Status AddSource(uint32_t source, uint64_t previous, uint64_t position) {
    const auto [place, is_new] = places_.try_emplace(source, checked_.sources.size());
    if (is_new) {
      if (previous >= position) {
        return Refused("previous of source", absl::StrCat("source ", source, " at ", position,
                                                          " says it follows ", previous));
      }
      checked_.sources.push_back({source, previous, position});
      return absl::OkStatus();
    }
    SourceLink& link = checked_.sources[place->second];
    if (previous != link.last) {
      return Refused("previous of source", absl::StrCat("source ", source, " stands last at ",
                                                        link.last, ", the event says ", previous));
    }
    link.last = position;
    return absl::OkStatus();
  }

  absl::Status CheckEvidence() const {
    const Evidence& said = checked_.evidence;
    const Evidence found = EvidenceFields(checked_.headers, checked_.digests);
    const auto differs = [](absl::string_view field) {
      return Refused("evidence", absl::StrCat(field, " is not what the events give"));
    };
    if (said.first != found.first) return differs("first position");
    if (said.last != found.last) return differs("last position");
    if (said.count != found.count) return differs("number of events");
    if (said.from != found.from) return differs("least observed from");
    if (said.until != found.until) return differs("greatest observed until");
    if (said.previous != found.previous) return differs("previous");
    if (said.newest != found.newest) return differs("newest");
    return absl::OkStatus();
  }

  const LaterKinds later_kinds_;
  const Bodies bodies_;
  CheckedBatch checked_;
  absl::flat_hash_map<uint32_t, size_t> places_;  // source to its place in checked_.sources
};

absl::StatusOr<CheckedBatch> CheckForm(const SignedBatch& batch, LaterKinds later_kinds,
                                       Bodies bodies = Bodies::kAll) {
  TALLY_RETURN_IF_ERROR(CheckBatchSize(batch.events));
  const std::vector<EventHashes> hashes = HashesOfEvents(batch.events);
  FormChecker checker(batch.events.size(), later_kinds, bodies);
  for (size_t i = 0; i < batch.events.size(); ++i) {
    const absl::Status status = checker.Add(batch.events[i], hashes[i]);
    if (!status.ok()) return At(absl::StrCat("event ", i), status);
  }
  return std::move(checker).Finish(batch.evidence);
}

}  // namespace

bool IsLaterKind(BodyKind kind) {
  constexpr int kOpeningFirst = 32;
  constexpr int kOpeningLast = 47;
  const int number = static_cast<int>(kind);
  const bool opening = number >= kOpeningFirst && number <= kOpeningLast;
  return kind != BodyKind::kUnset && FindKind(kind) == nullptr && !opening;
}

absl::StatusOr<CheckedBatch> CheckBatchForm(const SignedBatch& batch) {
  return CheckForm(batch, LaterKinds::kRefused);
}

absl::StatusOr<CheckedBatch> CheckRecordedForm(const SignedBatch& batch) {
  return CheckForm(batch, LaterKinds::kPass);
}

absl::StatusOr<CheckedBatch> CheckShownForm(const SignedBatch& batch) {
  return CheckForm(batch, LaterKinds::kPass, Bodies::kShown);
}

bool IsWithheld(const Event& event) { return event.salt.IsZero() && event.body.empty(); }

bool IsPartialRun(const Event& event, BodyKind kind) {
  return kind == BodyKind::kMeasurementRun && event.salt.IsZero() && !event.body.empty();
}

bool MayWithhold(BodyKind kind) {
  switch (kind) {
    case BodyKind::kZoneAdded:
    case BodyKind::kCalendarAdded:
    case BodyKind::kDocumentAdded:
    case BodyKind::kStamp:
    case BodyKind::kWithoutPrejudice:
    case BodyKind::kDocumentNamed:
      return true;
    case BodyKind::kSourceRegistered:
    case BodyKind::kWatermark:
    case BodyKind::kMeasurementRun:
      return false;
    default:
      return IsFeedKind(kind);
  }
}

}  // namespace tally::ledger
