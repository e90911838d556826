// What one objective by time observes, through one observer or several: their evidence as time
// lines, and the way from these to a measured window. Built once for an objective and read by many
// threads.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/case_file.h"
#include "replay/projection/timeline.h"
#include "replay/terms/monitors.h"
#include "replay/terms/state_line.h"

namespace tally::replay {

class ObservedThing {
 public:
  // All of these outlive it.
  ObservedThing(const CaseFile& file, const TermsVersion& version, const Objective& objective);

  // How one window is looked at.
  struct View {
    EvidenceScope scope;
    Window window;
    std::vector<Interval> exclusions;
    Instant knowledge;  // K, or the as-reported time
    std::vector<Interval> paid;
  };
  struct Seen {
    Measured measured;
    AvailabilityRatio ratio;
  };
  // `use` notes the evidence.
  absl::StatusOr<Seen> Measure(const View& view, EvidenceUse& use) const;

  // Bad time in `range` as the terms count states, as if nothing were excluded. Where the value is
  // a mean of monitors, time is bad when any of them says so.
  absl::StatusOr<std::vector<Interval>> BadTime(const View& view, const Interval& range) const;

 private:
  // One observer: its sources by rank, and what feeds their watermarks.
  struct Watcher {
    Timeline timeline;
    std::vector<const FeedFold*> feeds;  // nullptr for one that is not bound
  };
  void AddWatcher(const TermsVersion& version, const std::vector<SourceRef>& sources);
  Knowledge KnowledgeOf(const Watcher& watcher, const View& view) const;
  absl::StatusOr<StateLine> LineOf(const View& view, const Interval& range, MonitorPolicy policy,
                                   EvidenceUse& use) const;

  const CaseFile& file_;
  const AvailabilityByTime& measure_;
  std::vector<Watcher> watchers_;
};

}  // namespace tally::replay
