// The evidence of one measured thing in order of observation, from all the feeds and sources that
// the terms list for it, as one question sees it.
//
// The order is (first instant, rank, log address): of two observations that begin together the one
// of the higher rank prevails, and within a feed the later position (DOMAIN rule 6). Runs that
// stand alone in time are handed to the meter packed; only where a run overlaps other evidence are
// the rows of that stretch spread out and sorted, so memory is bounded by the overlap.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "replay/projection/feed_fold.h"
#include "replay/terms/availability.h"

namespace tally::replay {

// Which evidence counts for one window (DOMAIN rules 4 and 30).
struct EvidenceScope {
  std::optional<Instant> reported_by;  // the as-reported axis: later reports are left out
  uint64_t size = UINT64_MAX;          // records at or above this index are left out
  Instant cutoff = Instant::Max();     // recorded at or after it: late, unless reported before it
  bool late_counts = false;            // the terms restate for late evidence
};
enum class EvidenceStanding { kCounts, kCountsAsClaimed, kLate, kNotYetReported };
EvidenceStanding StandingOf(const Provenance& provenance, const EvidenceScope& scope);
inline bool Counts(EvidenceStanding standing) {
  return standing == EvidenceStanding::kCounts || standing == EvidenceStanding::kCountsAsClaimed;
}

// What one window used, and what it left out.
struct EvidenceUse {
  struct Event {
    ledger::EventAddress address;
    Hash digest;
    friend auto operator<=>(const Event&, const Event&) = default;
  };
  std::map<std::string, std::vector<Event>> used;  // by feed; ascending and unique after Sort()
  uint64_t late = 0;
  std::optional<ledger::EventAddress> first_late;
  uint64_t as_claimed = 0;  // recorded after the cut-off, reported before it: imported history
  std::optional<ledger::EventAddress> first_as_claimed;
  std::optional<ledger::EventAddress> erased;  // a figure that rests on this is indeterminate
  void Sort();
};

class Timeline {
 public:
  // Sources by ascending rank; `evidence` outlives the timeline.
  void Add(const SourceEvidence& evidence);
  // Call once, after the last source.
  void Seal();

  // Feeds `meter` with all that it reads, in order. The meter is that of `window`.
  absl::Status Feed(const EvidenceScope& scope, const Interval& window, AvailabilityMeter& meter,
                    EvidenceUse& use) const;

 private:
  struct Item {
    Instant first, last;  // of a run: the first instants of its first and last row
    uint32_t rank = 0;
    const Report* report = nullptr;  // exactly one of the two
    const RunPart* part = nullptr;
    const std::string* feed = nullptr;
    const Report* withdrawn = nullptr;  // the latest correction that takes it back
    const Provenance& provenance() const;
  };
  using Items = std::vector<const Item*>;

  // The items that count and that the meter reads, with the one that holds before it and the one
  // that ends what holds at its end.
  Items Select(const EvidenceScope& scope, const Interval& reads, EvidenceUse& use) const;
  static bool IsTakenBack(const Item& item, const EvidenceScope& scope);
  static absl::Status FeedCluster(const Item* const* begin, const Item* const* end,
                                  AvailabilityMeter& meter);
  static void NoteUse(const Items& items, const Interval& window, const Knowledge& knowledge,
                      EvidenceUse& use);
  void NoteErased(const EvidenceScope& scope, const Items& items, const Interval& window,
                  EvidenceUse& use) const;

  uint32_t ranks_ = 0;
  std::vector<const SourceEvidence*> sources_;
  std::vector<Item> items_;
  std::vector<Instant> reach_;  // the greatest `last` of items_[0..i]
};

}  // namespace tally::replay
