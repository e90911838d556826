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
#include "schema/body.h"
#include "schema/run.h"

namespace tally::replay {

// When an observation was said, apart from what it says.
struct Provenance {
  ledger::EventAddress address;
  Instant reported;  // by its author, as claimed
  Instant recorded;  // by the ledger
  Hash digest;       // of the event
};

// One single observation, in whatever version.
struct Report {
  Observation observation;
  Provenance provenance;
  bool erased = false;  // the body is gone: what it said cannot be known
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
};

class FeedFold {
 public:
  // `sources` are the names that terms use.
  FeedFold(std::string feed, std::set<std::string> sources)
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
    std::string unit;
    uint8_t scale = 0;
    SourceEvidence evidence;
  };
  // Facts of one sort that are odd but counted: one finding tells their number and the first.
  struct Oddity {
    uint64_t count = 0;
    ledger::EventAddress first;
  };

  absl::Status Register(const Fact& fact);
  absl::Status Observe(const Fact& fact);
  absl::Status KeepRun(const Fact& fact);
  absl::Status RaiseWatermark(const Fact& fact);
  void NoteOddTimes(const Fact& fact);
  void NoteUnread(const Fact& fact);
  void Note(absl::string_view kind, const Fact& fact);

  std::string feed_;
  std::set<std::string> sources_;
  std::map<uint32_t, Source> wanted_;  // by the feed's number
  struct WatermarkStep {
    uint64_t index;
    Instant through;
  };
  std::vector<WatermarkStep> watermarks_;  // ascending in both
  std::map<std::string, Oddity> oddities_;
  std::vector<Finding> findings_;
};

// `value` of a source in time, rounded up to a microsecond (so that comparing with a whole limit
// is exact); nullopt when the unit is not one of time.
std::optional<Duration> TookOf(int64_t value, absl::string_view unit, uint8_t scale);

}  // namespace tally::replay
