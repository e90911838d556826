// The evidence of one measured thing in order of observation, from all the feeds and sources that
// the terms list for it, as one question sees it.
//
// The order is (first instant, rank, log address): of two observations that begin together the one
// of the higher rank prevails, and within a feed the later position (DOMAIN rule 6). Evidence is
// walked piece by piece (timeline_walk.h), and its rows are merged as they come: runs that stand
// alone in time are handed to the meter packed, and reports are read page by page. So memory is
// bounded by the runs that overlap and by a page for each source, not by what is measured.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "replay/projection/evidence_use.h"
#include "replay/projection/feed_fold.h"
#include "replay/terms/availability.h"

namespace tally::replay {

class Timeline {
 public:
  // Sources by ascending rank; `evidence` outlives the timeline.
  void Add(const SourceEvidence& evidence);
  // Call once, after the last source.
  void Seal();

  // Feeds `meter` with all that it reads, in order. The meter is that of `window`. Any thread.
  absl::Status Feed(const EvidenceScope& scope, const Interval& window, AvailabilityMeter& meter,
                    EvidenceUse& use) const;

 private:
  friend class TimelineWalk;
  // What is kept: a single report, or what one source has in a run.
  struct Item {
    Instant first, last;  // of a run: the first instants of its first and last row
    uint32_t rank = 0;
    const Report* report = nullptr;  // exactly one of the two
    const RunPart* part = nullptr;
    const std::string* feed = nullptr;
    const Provenance& provenance() const;
  };
  // What is read again.
  struct Paged {
    const PagedReports* reports = nullptr;
    uint32_t rank = 0;
    const std::string* feed = nullptr;
  };

  // `carried_from`: where the newest row that is known at the beginning of `reads` began.
  void NoteErasedRuns(const EvidenceScope& scope, const Interval& reads, Instant carried_from,
                      EvidenceUse& use) const;

  uint32_t ranks_ = 0;
  std::vector<const SourceEvidence*> sources_;
  std::vector<Item> items_;
  std::vector<Instant> reach_;  // the greatest `last` of items_[0..i]
  std::vector<Paged> paged_;
  // The latest correction that takes back what begins at an instant, by instant and rank.
  std::map<std::pair<Instant, uint32_t>, const Report*> withdrawals_;
};

}  // namespace tally::replay
