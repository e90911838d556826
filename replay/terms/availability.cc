// The time line is decided from left to right, once. `marked_` is how far; one observation is held
// back until the next one tells where it ends. Every stretch is then cut where its context changes
// (edges of the window, exclusions, K), so that a piece is counted in one place or another, whole.
//
// Invariant: the pieces marked so far tile [reads_.first, marked_). Finish checks that the sums of
// the window are its length.
#include "replay/terms/availability.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/terms/run_states.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

Duration LengthInside(const std::vector<Interval>& intervals, const Interval& within) {
  Duration length;
  for (const Interval& interval : intervals) {
    length.micros += Length(Intersection(interval, within)).micros;
  }
  return length;
}

// Where the length test may look (kCutAfterTest): far enough that a run which reaches the window's
// edge shows its least length. Excluded time that is passed over adds nothing to a run, so it is
// looked past; each round can only meet more of it, and ends when it meets no more.
Interval ReadsOf(const AvailabilityByTime& measure, const Interval& window,
                 const std::vector<Interval>& exclusions) {
  if (!measure.minimum_outage || measure.minimum_outage->edge == RunAtEdge::kCutBeforeTest) {
    return window;
  }
  const MinimumOutage& rule = *measure.minimum_outage;
  // By the clock a run loses less than a quantum at either end.
  Wide quanta = Wide{rule.count} + (rule.alignment == Alignment::kClock ? 2 : 0);
  Wide least = std::min<Wide>(Wide{rule.quantum.micros} * quanta, Instant::Max().micros);
  Interval reads = window;
  for (Duration passed_before, passed_after;;) {
    reads.first = window.first - Duration{static_cast<int64_t>(least)} - passed_before;
    reads.limit = window.limit + Duration{static_cast<int64_t>(least)} + passed_after;
    if (rule.excluded == ExcludedInRun::kBreaksRun) return reads;
    Duration before = LengthInside(exclusions, {reads.first, window.first});
    Duration after = LengthInside(exclusions, {window.limit, reads.limit});
    if (before == passed_before && after == passed_after) return reads;
    passed_before = before;
    passed_after = after;
  }
}

SegmentKind KindOf(State state) {
  switch (state) {
    case State::kUp:
      return SegmentKind::kUp;
    case State::kDown:
      return SegmentKind::kDown;
    case State::kDegraded:
      return SegmentKind::kDegraded;
    case State::kUnknown:
    case State::kUnset:
      break;
  }
  return SegmentKind::kUnknown;
}

}  // namespace

std::vector<Interval> Union(std::vector<Interval> intervals, const Interval& within) {
  std::sort(intervals.begin(), intervals.end());
  std::vector<Interval> parts;
  for (const Interval& interval : intervals) {
    Interval part = Intersection(interval, within);
    if (part.empty()) continue;
    if (!parts.empty() && part.first <= parts.back().limit) {
      parts.back().limit = std::max(parts.back().limit, part.limit);
    } else {
      parts.push_back(part);
    }
  }
  return parts;
}

AvailabilityMeter::AvailabilityMeter(const AvailabilityByTime& measure, const Window& window,
                                     const std::vector<Interval>& exclusions,
                                     const Knowledge& knowledge, MeterOptions options)
    : measure_(measure),
      window_(window),
      knowledge_(knowledge),
      options_(std::move(options)),
      exclusions_(Union(exclusions, {Instant::Min(), Instant::Max()})),
      reads_(ReadsOf(measure, window.interval, exclusions_)),
      marked_(reads_.first),
      outages_(measure, window.interval, Union(options_.paid, window.interval)) {
  TALLY_CHECK(!window.interval.empty());
  exclusions_ = Union(std::move(exclusions_), reads_);
  EnterContext();
}

State AvailabilityMeter::Judge(const Observation& observation) const {
  const StateRule& rule = measure_.rule;
  if (rule.up == UpRule::kRecordedStatus) return observation.state;
  bool code_is_up = observation.code && std::binary_search(rule.codes_up.begin(),
                                                           rule.codes_up.end(), *observation.code);
  if (rule.up == UpRule::kRecordedStatusOrCodes) {
    return code_is_up ? State::kUp : observation.state;
  }
  TALLY_CHECK(rule.up == UpRule::kCodes);
  if (!observation.code) return State::kUnknown;
  if (!code_is_up) return State::kDown;
  if (!rule.longest) return State::kUp;
  if (!observation.took) return State::kUnknown;
  return *observation.took <= *rule.longest ? State::kUp : State::kDown;
}

bool AvailabilityMeter::IsBad(State state) const {
  switch (state) {
    case State::kDown:
      return true;
    case State::kDegraded:
      return measure_.degraded == CountsAs::kDown;
    case State::kUnknown:
      return measure_.unknown == CountsAs::kDown;
    case State::kUp:
    case State::kUnset:
      break;
  }
  return false;
}

absl::Status AvailabilityMeter::Add(const Observation& observation) {
  if (observation.state == State::kUnset) {
    return absl::InvalidArgumentError("observation: no state");
  }
  return Take({.from = observation.from,
               .last_from = observation.from,
               .until = observation.until,
               .state = Judge(observation),
               .cause = observation.cause});
}

absl::Status AvailabilityMeter::Add(const RunView& run, uint32_t source_index, const Cause& cause) {
  if (source_index >= run.sources().size()) {
    return absl::InvalidArgumentError(absl::StrCat("run: no source with index ", source_index));
  }
  // Rows that touch hold as one stretch, unless a probe's quantum leaves gaps between them.
  bool gaps = measure_.holding == Holding::kProbe && *measure_.quantum < run.step();
  if (run.step().micros > 0 && !gaps) return AddRegular(run, source_index, cause);
  uint32_t first_row = run.FirstRow(source_index);
  for (uint32_t row = 0; row < run.sources()[source_index].rows; ++row) {
    TALLY_RETURN_IF_ERROR(Add({.from = run.FromOf(source_index, row),
                               .until = run.UntilOf(source_index, row),
                               .state = run.StateOf(first_row + row),
                               .cause = cause}));
  }
  return absl::OkStatus();
}

absl::Status AvailabilityMeter::AddRegular(const RunView& run, uint32_t source_index,
                                           const Cause& cause) {
  const RunSource& source = run.sources()[source_index];
  if (source.rows == 0) return absl::OkStatus();
  int64_t step = run.step().micros;
  // Rows that end before what is read, but for one, and rows that begin after it change nothing.
  // Both counts are clamped before they are narrowed.
  auto rows_before = [&](Instant at) {
    return std::clamp<int64_t>(FloorDivide((at - source.first).micros, step), 0, source.rows - 1);
  };
  auto row = static_cast<uint32_t>(rows_before(reads_.first));
  auto limit = static_cast<uint32_t>(rows_before(reads_.limit)) + 1;
  auto from_of = [&](uint32_t at) { return source.first + Duration{step * at}; };
  RunStates states(run.packed_states(), run.FirstRow(source_index));
  while (row < limit) {
    uint32_t end = states.EndOfEqual(row, limit);
    Observation observation{
        .from = from_of(row), .until = from_of(end), .state = states.At(row), .cause = cause};
    TALLY_RETURN_IF_ERROR(Take({.from = observation.from,
                                .last_from = from_of(end - 1),
                                .until = observation.until,
                                .state = Judge(observation),
                                .cause = cause}));
    row = end;
  }
  return absl::OkStatus();
}

absl::Status AvailabilityMeter::Take(const Held& next) {
  if (next.until < next.from) {
    return absl::InvalidArgumentError(
        absl::StrCat("observation ends before it begins, at ", FormatInstant(next.from)));
  }
  if (held_) {
    if (next.from < held_->last_from) {
      return absl::InvalidArgumentError(absl::StrCat("observation at ", FormatInstant(next.from),
                                                     " steps back behind ",
                                                     FormatInstant(held_->last_from)));
    }
    if (Done()) return absl::OkStatus();
    Release(next.from);
  } else {
    Mark(State::kUnknown, next.from, nullptr);
  }
  held_ = next;
  return absl::OkStatus();
}

// Where the knowledge of a held state ends if no other observation ends it earlier.
Instant AvailabilityMeter::KnownUntil(const Held& held, bool last) const {
  Instant told = last ? std::max(held.until, knowledge_.watermark) : Instant::Max();
  switch (measure_.holding) {
    case Holding::kUntilNext:
      return told;
    case Holding::kAtMost:
      return std::min(told, held.until + *measure_.hold_limit);
    case Holding::kProbe:
      return held.last_from + *measure_.quantum;
    case Holding::kUnset:
      break;
  }
  TALLY_CHECK(false);
}

const Cause* AvailabilityMeter::CauseOf(const Held& held) {
  return held.cause == kNoCause ? nullptr : &held.cause;
}

void AvailabilityMeter::Release(Instant next) {
  Mark(held_->state, std::min(KnownUntil(*held_, false), next), CauseOf(*held_));
  Mark(State::kUnknown, next, CauseOf(*held_));
}

void AvailabilityMeter::Mark(State state, Instant limit, const Cause* cause) {
  limit = std::min(limit, reads_.limit);
  while (marked_ < limit) {
    Interval piece{marked_, std::min(limit, context_.limit)};
    MarkPiece(state, piece, cause);
    marked_ = piece.limit;
    if (marked_ == context_.limit) EnterContext();
  }
}

void AvailabilityMeter::EnterContext() {
  const Interval& window = window_.interval;
  context_ = {};
  context_.limit = Instant::Max();
  // Each edge ahead ends the context; each one behind has set its flag.
  auto passed = [this](Instant edge) {
    if (marked_ >= edge) return true;
    context_.limit = std::min(context_.limit, edge);
    return false;
  };
  bool begun = passed(window.first);
  bool ended = passed(window.limit);
  context_.in_window = begun && !ended;
  context_.remaining = passed(knowledge_.instant);
  context_.before_term = window_.term_begins && !passed(*window_.term_begins);
  while (next_exclusion_ < exclusions_.size() && exclusions_[next_exclusion_].limit <= marked_) {
    ++next_exclusion_;
  }
  if (next_exclusion_ < exclusions_.size()) {
    const Interval& exclusion = exclusions_[next_exclusion_];
    context_.excluded = passed(exclusion.first);
    passed(exclusion.limit);
  }
}

void AvailabilityMeter::MarkPiece(State state, const Interval& piece, const Cause* cause) {
  SegmentKind kind = KindOf(state);
  if (context_.remaining || context_.before_term) {
    kind = context_.before_term ? SegmentKind::kUp : SegmentKind::kRemaining;
    state = State::kUp;
    cause = nullptr;
  } else if (context_.in_window) {
    NoteCause(state, cause);
  }
  if (context_.excluded) kind = SegmentKind::kExcluded;

  if (context_.excluded) {
    outages_.Excluded(piece);
  } else if (IsBad(state)) {
    outages_.Bad(piece);
  } else {
    outages_.EndRun();
  }
  if (!context_.in_window) return;
  Duration length = Length(piece);
  if (context_.excluded) {
    MarkExcluded(state, length);
  } else {
    Duration* sum = kind == SegmentKind::kRemaining  ? &measured_.remaining
                    : kind == SegmentKind::kDown     ? &measured_.down
                    : kind == SegmentKind::kDegraded ? &measured_.degraded
                    : kind == SegmentKind::kUnknown  ? &measured_.unknown
                                                     : &measured_.up;
    sum->micros += length.micros;
  }
  Paint(kind, piece, cause);
}

void AvailabilityMeter::MarkExcluded(State state, Duration length) {
  measured_.excluded.micros += length.micros;
  if (state == State::kUnknown) measured_.unknown_excluded.micros += length.micros;
  if (IsBad(state)) measured_.bad_excluded.micros += length.micros;
}

void AvailabilityMeter::NoteCause(State state, const Cause* cause) {
  if (noted_ == state) return;
  noted_ = state;
  if (cause == nullptr) return;
  if (!measured_.causes.empty() && measured_.causes.back() == *cause) return;
  if (measured_.causes.size() < options_.causes_max) {
    measured_.causes.push_back(*cause);
  } else {
    ++measured_.causes_left_out;
  }
}

void AvailabilityMeter::Paint(SegmentKind kind, const Interval& piece, const Cause* cause) {
  if (options_.picture_max == 0 || measured_.picture_left_out) return;
  std::vector<Stretch>& picture = measured_.picture;
  if (!picture.empty() && picture.back().kind == kind) {
    picture.back().interval.limit = piece.limit;
    return;
  }
  if (picture.size() == options_.picture_max) {
    picture = {};
    measured_.picture_left_out = true;
    return;
  }
  bool observed = cause != nullptr && kind != SegmentKind::kExcluded;
  picture.push_back({piece, kind, observed ? std::optional<Cause>(*cause) : std::nullopt});
}

Measured AvailabilityMeter::Finish() {
  const Cause* cause = nullptr;
  if (held_) {
    cause = CauseOf(*held_);
    Mark(held_->state, KnownUntil(*held_, true), cause);
  }
  Mark(State::kUnknown, reads_.limit, cause);
  outages_.Finish();
  measured_.period = Length(window_.interval);
  measured_.counted = outages_.counted();
  measured_.counted_unpaid = outages_.counted_unpaid();
  int64_t sum = measured_.up.micros + measured_.down.micros + measured_.degraded.micros +
                measured_.unknown.micros + measured_.excluded.micros + measured_.remaining.micros;
  TALLY_CHECK(marked_ == reads_.limit && sum == measured_.period.micros);
  return std::move(measured_);
}

}  // namespace tally::replay
