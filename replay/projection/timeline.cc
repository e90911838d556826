// How evidence finds its way into a meter: pieces in the order of their first rows, rows of runs
// that overlap other pieces merged with them.
#include "replay/projection/timeline.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "replay/projection/timeline_walk.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// A run whose rows are merged with other pieces, and the row that comes next.
struct OpenRun {
  const RunPart* part = nullptr;
  uint32_t rank = 0;
  uint32_t row = 0;

  Instant from() const { return part->run->view.FromOf(part->source_index, row); }
  bool done() const { return row == part->run->view.sources()[part->source_index].rows; }
  const ledger::EventAddress& address() const { return part->run->provenance.address; }
  Observation Now() const {
    const RunView& view = part->run->view;
    Observation observation;
    observation.from = from();
    observation.until = view.UntilOf(part->source_index, row);
    observation.state = view.StateOf(view.FirstRow(part->source_index) + row);
    observation.cause = {address().index, address().offset};
    return observation;
  }
};

// Gives a meter the rows of pieces in order.
class Feeding {
 public:
  Feeding(AvailabilityMeter& meter, std::optional<State> erased_as)
      : meter_(meter), erased_as_(erased_as) {}

  // `after` is the piece that comes next; a run that ends before it, and overlaps none before, is
  // fed as it is.
  absl::Status Add(const TimelinePiece& piece, const TimelinePiece* after) {
    if (meter_.Done()) return absl::OkStatus();
    TALLY_RETURN_IF_ERROR(RowsBefore(&piece));
    if (piece.report != nullptr && piece.report->erased && erased_as_) {
      Observation taken = piece.report->observation;
      taken.state = *erased_as_;
      return meter_.Add(taken);
    }
    if (piece.report != nullptr) return meter_.Add(piece.report->observation);
    const bool alone = open_.empty() && (after == nullptr || after->first > piece.last);
    if (!alone) {
      open_.push_back({piece.part, piece.rank, 0});
      return absl::OkStatus();
    }
    const ledger::EventAddress& address = piece.part->run->provenance.address;
    return meter_.Add(piece.part->run->view, piece.part->source_index,
                      {address.index, address.offset});
  }

  // All rows of open runs that come before `piece`; nullptr: all that are left.
  absl::Status RowsBefore(const TimelinePiece* piece) {
    while (!open_.empty() && !meter_.Done()) {
      auto next = std::min_element(open_.begin(), open_.end(), IsSooner);
      if (piece != nullptr) {
        const Instant from = next->from();
        const bool before = std::tie(from, next->rank, next->address()) <
                            std::tie(piece->first, piece->rank, piece->provenance().address);
        if (!before) return absl::OkStatus();
      }
      TALLY_RETURN_IF_ERROR(meter_.Add(next->Now()));
      ++next->row;
      if (next->done()) open_.erase(next);
    }
    return absl::OkStatus();
  }

 private:
  static bool IsSooner(const OpenRun& a, const OpenRun& b) {
    const Instant first = a.from(), second = b.from();
    return std::tie(first, a.rank, a.address()) < std::tie(second, b.rank, b.address());
  }

  AvailabilityMeter& meter_;
  const std::optional<State> erased_as_;
  std::vector<OpenRun> open_;
};

// Notes what a window uses of the pieces, as they come.
class Using {
 public:
  Using(const Interval& window, Instant reads_from, EvidenceUse& use)
      : window_(window), reads_from_(reads_from), use_(use) {}

  // Where the newest row that begins at or before what is read began.
  Instant carried_from() const { return carried_from_; }

  void Add(const TimelinePiece& piece) {
    Weigh(&piece);
    last_ = Weighed{piece.first, piece.report != nullptr && piece.report->erased,
                    piece.provenance().address};
    begins_ = begins_ || piece.first == window_.first;
    if (piece.first <= reads_from_) {
      carried_from_ = std::max(carried_from_, std::min(piece.last, reads_from_));
    }
    following_.reset();
    if (piece.first < window_.first) {
      carried_ = std::max(carried_.value_or(piece.last), piece.last);
      std::erase_if(before_, [this](const TimelinePiece& each) { return !IsCarried(each); });
      before_.push_back(piece);
    } else if (piece.first < window_.limit) {
      Note(piece);
    } else {
      following_ = piece;
    }
  }

  void Finish(const Knowledge& knowledge) {
    Weigh(nullptr);
    for (const TimelinePiece& piece : before_) {
      if (IsCarried(piece)) Note(piece);
    }
    // What comes after the window says only that the last state held until its end, which the
    // watermark says, too, where it reaches so far.
    if (following_ && knowledge.watermark < window_.limit) Note(*following_);
    if (erased_inside_ && !use_.erased) use_.erased = erased_inside_;
    // Before the window only the state that is carried in matters, and not if another one begins
    // it.
    if (erased_before_ && !begins_) use_.erased = erased_before_;
  }

 private:
  // What is asked of a piece once it is known which one follows.
  struct Weighed {
    Instant first;
    bool erased = false;
    ledger::EventAddress address;
  };

  // The state carried into the window comes from the newest piece that begins before it, or from a
  // run that reaches into it.
  bool IsCarried(const TimelinePiece& piece) const {
    return piece.last >= *carried_ || piece.last >= window_.first;
  }

  // An erased report matters where nothing supersedes it.
  void Weigh(const TimelinePiece* next) {
    if (!last_ || last_->first >= window_.limit) return;
    if (next != nullptr && next->first == last_->first && next->report != nullptr) return;
    if (last_->first < window_.first) {
      erased_before_.reset();
      if (last_->erased) erased_before_ = last_->address;
    } else if (last_->erased && !erased_inside_) {
      erased_inside_ = last_->address;
    }
  }

  void Note(const TimelinePiece& piece) {
    if (piece.paged != nullptr) {
      use_.Note(*piece.feed, *piece.paged, piece.row);
    } else {
      use_.used[*piece.feed].push_back({piece.provenance().address, piece.provenance().digest});
    }
  }

  const Interval window_;
  const Instant reads_from_;
  EvidenceUse& use_;
  Instant carried_from_ = Instant::Min();
  std::optional<Weighed> last_;
  std::vector<TimelinePiece> before_;  // that may be carried in
  std::optional<Instant> carried_;     // the greatest `last` of those before the window
  std::optional<TimelinePiece> following_;
  std::optional<ledger::EventAddress> erased_before_, erased_inside_;
  bool begins_ = false;  // a piece begins with the window
};

}  // namespace

const Provenance& Timeline::Item::provenance() const {
  return report != nullptr ? report->provenance : part->run->provenance;
}

void Timeline::Add(const SourceEvidence& evidence) {
  sources_.push_back(&evidence);
  uint32_t rank = ranks_++;
  if (evidence.paged != nullptr) paged_.push_back({evidence.paged.get(), rank, &evidence.feed});
  for (const Report& report : evidence.reports) {
    items_.push_back({.first = report.observation.from,
                      .last = report.observation.from,
                      .rank = rank,
                      .report = &report,
                      .part = nullptr,
                      .feed = &evidence.feed});
  }
  for (const RunPart& part : evidence.runs) {
    items_.push_back({.first = part.first,
                      .last = part.last,
                      .rank = rank,
                      .report = nullptr,
                      .part = &part,
                      .feed = &evidence.feed});
  }
}

void Timeline::Seal() {
  std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
    return std::tie(a.first, a.rank, a.provenance().address) <
           std::tie(b.first, b.rank, b.provenance().address);
  });
  Instant reach = Instant::Min();
  for (const Item& item : items_) {
    reach = std::max(reach, item.last);
    reach_.push_back(reach);
    // Ascending by address where instant and rank are the same: the latest stays.
    const bool withdraws = item.report != nullptr && item.report->withdraws;
    if (withdraws) withdrawals_.insert_or_assign({item.first, item.rank}, item.report);
  }
}

void Timeline::NoteErasedRuns(const EvidenceScope& scope, const Interval& reads,
                              Instant carried_from, EvidenceUse& use) const {
  for (const SourceEvidence* source : sources_) {
    for (const ErasedRun& run : source->erased_runs) {
      const bool touches = run.observed.first < reads.limit && reads.first < run.observed.limit;
      // A row of it may be the last that was observed before.
      const bool carried = run.observed.limit <= reads.first && carried_from < run.observed.limit;
      EvidenceStanding standing = StandingOf(run.provenance, scope);
      if (!(touches || carried) || !Counts(standing)) continue;
      use.erased = run.provenance.address;
      use.erased_run = true;
    }
  }
}

absl::Status Timeline::Feed(const EvidenceScope& scope, const Interval& window,
                            AvailabilityMeter& meter, EvidenceUse& use) const {
  TALLY_CHECK(reach_.size() == items_.size());
  TimelineWalk walk(*this, scope, meter.reads(), use);
  TALLY_RETURN_IF_ERROR(walk.Start());
  Feeding feeding(meter, scope.erased_as);
  Using using_now(window, meter.reads().first, use);
  while (const TimelinePiece* piece = walk.now()) {
    TALLY_RETURN_IF_ERROR(feeding.Add(*piece, walk.after()));
    using_now.Add(*piece);
    TALLY_RETURN_IF_ERROR(walk.Advance());
  }
  TALLY_RETURN_IF_ERROR(feeding.RowsBefore(nullptr));
  using_now.Finish(meter.knowledge());
  NoteErasedRuns(scope, meter.reads(), using_now.carried_from(), use);
  return absl::OkStatus();
}

}  // namespace tally::replay
