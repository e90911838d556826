// The evidence of one feed, folded from its stream in log order: what was observed of the sources
// that terms rely on, in which version, and up to when the feed says that it is complete.
//
// Memory: a single report is kept as one row of about 150 bytes and put in order of observation
// when the fold is sealed, because imported histories are not in that order. A run is kept packed
// as it is stored (a quarter of a byte for a regular row) and is never spread into rows here;
// timeline.h streams it into the meter. Sources that no terms name leave nothing behind.
//
// Versions: of two observations of one source with the same first instant the one at the higher
// position prevails. Positions rise with log addresses within a feed, so the order of addresses
// decides, and both stay in the list: which of them counts hangs on the axis of a question.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "replay/terms/availability.h"
#include "replay/terms/counting.h"
#include "schema/body.h"
#include "schema/evidence.h"
#include "schema/run.h"

namespace tally::replay {

// When an observation was said, apart from what it says.
struct Provenance {
  ledger::EventAddress address;
  Instant reported;  // by its author, as claimed
  Instant recorded;  // by the ledger
  Hash digest;       // of the event
};

// One single observation, in whatever version. A correction that replaces one stands as a later
// version of it; a correction that withdraws one is an observation of nothing in its place.
struct Report {
  Observation observation;
  Provenance provenance;
  bool erased = false;  // the body is gone: what it said cannot be known
  bool withdraws = false;
};

// A run as stored; views point into `body`.
struct StoredRun {
  Bytes body;
  RunView view;
  Provenance provenance;
};
// The rows of one source in a run. `first` and `last` are the first instants of its first and last
// row.
struct RunPart {
  std::shared_ptr<const StoredRun> run;
  uint32_t source_index = 0;
  Instant first, last;
};

// One piece of counted evidence (replay/terms/counting.h), in whatever version.
struct StoredItem {
  Item item;  // its `source` is set when items are chosen
  Provenance provenance;
  bool erased = false;
  bool withdraws = false;
  Hash replaces = {};  // a correction: digest of the event that it replaces or withdraws
};

// An erased run: what it covered is known from its header alone.
struct ErasedRun {
  Interval observed;
  Provenance provenance;
};

// What one source of a feed gave, sealed: reports by (first instant, address), runs by (first
// instant, address).
struct SourceEvidence {
  std::string feed, source;
  std::vector<Report> reports;
  std::vector<RunPart> runs;
  std::vector<ErasedRun> erased_runs;
  std::vector<StoredItem> items;  // by (first instant, address); only where terms count items
  std::string unit;               // of the values of runs
  uint8_t scale = 0;
};

// What terms want of a source: states in time, or items to count.
struct WantedSources {
  std::set<std::string> states, items;
};

class FeedFold {
 public:
  // `sources` are the names that terms use.
  FeedFold(std::string feed, WantedSources sources)
      : feed_(std::move(feed)), sources_(std::move(sources)) {}

  // DataLoss for a body that does not decode: admission has checked it, so bytes have changed.
  absl::Status Apply(const Fact& fact);
  // Puts the evidence in order. Call once, after the last fact.
  void Seal();

  // nullptr when the feed never registered that source.
  const SourceEvidence* Find(absl::string_view source) const;
  // The greatest watermark among records below `size`; nullopt when none was stated.
  std::optional<Instant> Watermark(uint64_t size) const;
  const std::string& name() const { return feed_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  struct Source {
    SourceEvidence evidence;
    bool states = false, items = false;
  };
  // A correction waits until all that it may name was read.
  struct Pending {
    Correction correction;
    Provenance provenance;
  };
  // Facts of one sort that are odd but counted: one finding tells their number and the first.
  struct Oddity {
    uint64_t count = 0;
    ledger::EventAddress first;
  };

  absl::Status Register(const Fact& fact);
  absl::Status Observe(const Fact& fact);
  absl::Status KeepItem(const Fact& fact);
  absl::Status KeepRun(const Fact& fact);
  absl::Status KeepCorrection(const Fact& fact);
  void ApplyCorrections();
  void Note(absl::string_view kind, const ledger::EventAddress& at);
  absl::Status RaiseWatermark(const Fact& fact);
  void NoteOddTimes(const Fact& fact);
  void NoteUnread(const Fact& fact);
  void Note(absl::string_view kind, const Fact& fact);

  std::string feed_;
  WantedSources sources_;
  std::vector<Pending> corrections_;
  std::map<uint32_t, Source> wanted_;  // by the feed's number
  struct WatermarkStep {
    uint64_t index;
    Instant through;
  };
  std::vector<WatermarkStep> watermarks_;  // ascending in both
  std::map<std::string, Oddity> oddities_;
  std::vector<Finding> findings_;
};

Provenance ProvenanceOf(const Fact& fact);
Cause CauseOf(const Fact& fact);
// DataLoss that names the event.
absl::Status Unreadable(const Fact& fact, const absl::Status& status);

// `value` of a source in time, rounded up to a microsecond (so that comparing with a whole limit
// is exact); nullopt when the unit is not one of time.
std::optional<Duration> TookOf(int64_t value, absl::string_view unit, uint8_t scale);

}  // namespace tally::replay
