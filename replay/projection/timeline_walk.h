// One walk along a timeline: the pieces of evidence that count for a question, in order, each a
// single report or what a source has in a run.
//
// A walk gives what begins in the time that a meter reads, before it the state that is carried in,
// and after it one piece more, because a report holds to the next one, wherever that is.
//
// Why it is right to begin in the middle: of what begins before the time that is read, the meter
// needs what lasts at least to the first instant of the newest such piece that counts. Whatever
// ends before that has been followed by another state when reading begins.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "replay/projection/evidence_use.h"
#include "replay/projection/timeline.h"

namespace tally::replay {

struct TimelinePiece {
  Instant first, last;  // of a run: the first instants of its first and last row
  uint32_t rank = 0;
  const Report* report = nullptr;  // exactly one of the two
  const RunPart* part = nullptr;
  const std::string* feed = nullptr;
  // Of a report in pages, where it stands; its page is kept as long as the piece.
  const PagedReports* paged = nullptr;
  uint64_t row = 0;
  PagedReports::Row held = {};

  const Provenance& provenance() const {
    return report != nullptr ? report->provenance : part->run->provenance;
  }
};

class TimelineWalk {
 public:
  // Notes what is late and what counts as claimed in `use`. All of these outlive the walk.
  TimelineWalk(const Timeline& timeline, const EvidenceScope& scope, const Interval& reads,
               EvidenceUse& use)
      : timeline_(timeline), scope_(scope), reads_(reads), use_(use) {}

  // Call once, before anything else.
  absl::Status Start();
  // The next piece, and the one after it without going there; nullptr at the end.
  const TimelinePiece* now() const { return now_ ? &*now_ : nullptr; }
  const TimelinePiece* after() const { return after_ ? &*after_ : nullptr; }
  absl::Status Advance();

 private:
  // Where the walk stands in the rows of one source.
  struct Front {
    const Timeline::Paged* source = nullptr;
    uint64_t next = 0;
    std::optional<TimelinePiece> piece;  // of row `next`; none at the end
  };

  bool Counts(const TimelinePiece& piece) const;
  bool IsTakenBack(const TimelinePiece& piece) const;
  static TimelinePiece PieceOf(const Timeline::Item& item);
  absl::Status Load(Front& front) const;
  // What is carried in, into carried_.
  absl::Status FindCarried();
  absl::StatusOr<std::optional<TimelinePiece>> Next();
  // The next piece whether it counts or not.
  absl::StatusOr<std::optional<TimelinePiece>> NextOfAll();

  const Timeline& timeline_;
  const EvidenceScope& scope_;
  const Interval reads_;
  EvidenceUse& use_;
  std::vector<TimelinePiece> carried_;  // ascending
  size_t next_carried_ = 0;
  size_t next_item_ = 0;
  std::vector<Front> fronts_;
  bool ended_ = false;  // the piece after what is read was given
  std::optional<TimelinePiece> now_, after_;
};

// Whether the first of two pieces comes before the other.
bool ComesBefore(const TimelinePiece& a, const TimelinePiece& b);

}  // namespace tally::replay
