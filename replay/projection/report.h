// One single observation of a source, as an event said it: a state report or the result of a probe.
// Read the same way whenever its record is read, the first time or again (paged_reports.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "replay/projection/fact.h"
#include "replay/terms/availability.h"

namespace tally::replay {

// When an observation was said, apart from what it says.
struct Provenance {
  ledger::EventAddress address;
  Instant reported;      // by its author, as claimed
  Instant recorded;      // by the ledger
  Hash digest;           // of the event
  bool history = false;  // by FeedHistory
};

// What of a feed is imported history: what it reported, as claimed, before it was opened in this
// ledger, of a time that it had not yet called complete. Nothing else that came late is: a feed
// that was open could have recorded it in time, and what was complete has nothing to add.
struct FeedHistory {
  struct Mark {
    ledger::EventAddress at;
    Instant through;
  };
  Instant opened = Instant::Min();
  std::vector<Mark> marks;  // watermarks, ascending in both
  bool Holds(const Fact& fact) const;
};

// In whatever version. A correction that replaces one stands as a later version of it; a correction
// that withdraws one is an observation of nothing in its place.
struct Report {
  Observation observation;
  Provenance provenance;
  bool erased = false;  // the body is gone: what it said cannot be known
  bool withdraws = false;
};

// A source as a feed registered it.
struct SourceUnit {
  uint32_t number = 0;
  std::string unit;  // of its values
  uint8_t scale = 0;
  std::shared_ptr<const FeedHistory> history = nullptr;  // of its feed; nullptr: it has none
};

// Whether an authorised fact is one report of the source.
bool IsReportOf(const SourceUnit& source, const Fact& fact);
// What such a fact says. DataLoss for a body that does not decode.
absl::StatusOr<Report> ReadReport(const SourceUnit& source, const Fact& fact);

Provenance ProvenanceOf(const Fact& fact, const FeedHistory* history);
Cause CauseOf(const Fact& fact);
// DataLoss that names the event.
absl::Status Unreadable(const Fact& fact, const absl::Status& status);

// `value` of a source in time, rounded up to a microsecond (so that comparing with a whole limit
// is exact); nullopt when the unit is not one of time.
std::optional<Duration> TookOf(int64_t value, absl::string_view unit, uint8_t scale);

}  // namespace tally::replay
