// The evidence of one feed, folded from its stream in log order: what was observed of the sources
// that terms rely on, in which version, and up to when the feed says that it is complete.
//
// Memory: single reports are not kept, but where they lie is (paged_reports.h); kept are those that
// were observed before one that came earlier, and what corrections put in the place of others. A
// run is kept packed as it is stored (a quarter of a byte for a regular row) and is never spread
// into rows here; timeline.h streams it into the meter. Sources that no terms name leave nothing
// behind.
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
#include "replay/projection/paged_reports.h"
#include "replay/projection/report.h"
#include "replay/replay.h"
#include "replay/terms/counting.h"
#include "schema/body.h"
#include "schema/evidence.h"
#include "schema/run.h"

namespace tally::replay {

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

// Rows of an erased run, or an erased correction: what it covered is known from its header, and
// from the rows beside it that were not erased, alone.
struct ErasedRun {
  Interval observed;  // in which rows began
  Provenance provenance;
};

// What one source of a feed gave, sealed: reports by (first instant, address), runs by (first
// instant, address).
struct SourceEvidence {
  std::string feed, source;
  std::shared_ptr<PagedReports> paged;  // the reports that are read again; nullptr: all are kept
  std::vector<Report> reports;          // that are kept
  std::vector<RunPart> runs;
  std::vector<ErasedRun> erased_runs;
  std::vector<StoredItem> items;  // by (first instant, address); only where terms count items
  std::string unit;               // of the values of runs
  uint8_t scale = 0;
};

// What terms want of a source: states in time, or items to count.
struct WantedSources {
  std::set<std::string> states, items;
  friend bool operator==(const WantedSources&, const WantedSources&) = default;
};

// How reports are read again; without it all are kept.
struct Rereading {
  FactReader reader = nullptr;
  PageShelf* shelf = nullptr;  // outlives the fold
};

class FeedFold {
 public:
  // `sources` are the names that terms use.
  FeedFold(std::string feed, WantedSources sources, Rereading rereading = {})
      : feed_(std::move(feed)), sources_(std::move(sources)), rereading_(std::move(rereading)) {}

  FeedFold& operator=(const FeedFold&) = delete;
  // Before Seal: a fold that goes on from here by itself. What was kept in full is copied; pages
  // and runs are shared, as nobody changes them.
  std::unique_ptr<FeedFold> Copy() const;

  // DataLoss for a body that does not decode: admission has checked it, so bytes have changed.
  absl::Status Apply(const Fact& fact);
  // Puts the evidence in order. Call once, after the last fact. Fails as reading again does.
  absl::Status Seal();

  // nullptr when the feed never registered that source.
  const SourceEvidence* Find(absl::string_view source) const;
  // The greatest watermark among records below `size`; nullopt when none was stated.
  std::optional<Instant> Watermark(uint64_t size) const;
  const std::string& name() const { return feed_; }
  const WantedSources& wanted() const { return sources_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  FeedFold(const FeedFold&) = default;

  struct Source {
    SourceEvidence evidence;
    SourceUnit unit;
    bool states = false, items = false;
  };
  // A correction waits until all that it may name was read.
  struct Pending {
    Correction correction;
    Provenance provenance;
    uint32_t source = 0;  // in whose name it is, by the feed's number; 0: of no single one
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
  absl::Status KeepRestOfRun(const Fact& fact);
  absl::Status KeepCorrection(const Fact& fact);
  // What corrections may name, and what was made of it.
  struct Place {
    SourceEvidence* source = nullptr;
    std::optional<Report> report;  // one or both
    size_t item = SIZE_MAX;
    uint32_t number = 0;  // of the source
  };
  absl::StatusOr<std::map<Hash, Place>> PlacesOfCorrected();
  absl::Status ApplyCorrections();
  void Note(absl::string_view kind, const ledger::EventAddress& at);
  absl::Status RaiseWatermark(const Fact& fact);
  void NoteOddTimes(const Fact& fact);
  void NoteUnread(const Fact& fact);
  void Note(absl::string_view kind, const Fact& fact);

  std::string feed_;
  WantedSources sources_;
  Rereading rereading_;
  std::vector<Pending> corrections_;
  std::map<uint32_t, Source> wanted_;  // by the feed's number
  std::shared_ptr<FeedHistory> history_ = std::make_shared<FeedHistory>();
  std::map<std::string, Oddity> oddities_;
  std::vector<Finding> findings_;
  bool sealed_ = false;
};

}  // namespace tally::replay
