// Which evidence counts for a window, and what a window used of it: the addresses of the events,
// and the digest over their digests that a result states.
//
// Reports that lie in pages (paged_reports.h) are noted as stretches of row numbers, so what a
// window notes does not grow with the reports in it; their digests are read again at the end.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "replay/projection/paged_reports.h"
#include "replay/projection/report.h"

namespace tally::replay {

// Which evidence counts for one window (DOMAIN rules 4 and 30).
struct EvidenceScope {
  std::optional<Instant> reported_by;  // the as-reported axis: later reports are left out
  uint64_t size = UINT64_MAX;          // records at or above this index are left out
  Instant cutoff = Instant::Max();     // recorded at or after it: late, but for imported history
  bool late_counts = false;            // the terms restate for late evidence
  std::optional<State> erased_as = {};  // what erased observations are taken to have said
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
  // Rows [first, limit) of a source's paged reports.
  struct Stretch {
    const PagedReports* reports = nullptr;
    uint64_t first = 0, limit = 0;
  };
  // What is told of the evidence of a feed in the end.
  struct Range {
    ledger::EventAddress first, last;
    Hash digest;                                 // over the digests of the events, in log order
    std::optional<ledger::EventAddress> beyond;  // the first at or above the size asked for
  };

  std::map<std::string, std::vector<Event>> used;    // by feed; ascending and unique after Sort()
  std::map<std::string, std::vector<Stretch>> rows;  // by feed; of reports in pages
  std::map<std::string, Range> ranges;               // by feed, after Conclude()
  uint64_t late = 0;
  std::optional<ledger::EventAddress> first_late;
  uint64_t as_claimed = 0;  // imported history: recorded after the cut-off, reported before it
  std::optional<ledger::EventAddress> first_as_claimed;
  std::optional<ledger::EventAddress> erased;  // a figure that rests on this is indeterminate
  bool erased_run = false;  // among what was erased is a run, of which not even the times are left

  // Notes a row of paged reports; rows in their order grow one stretch.
  void Note(const std::string& feed, const PagedReports& reports, uint64_t row);
  void Sort();
  // Turns what was used into ranges, and forgets it; `size` as for Range::beyond.
  absl::Status Conclude(uint64_t size);
};

}  // namespace tally::replay
