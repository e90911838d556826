// One observer goes through the meter as it is, packed runs and all; several become lines first.
#include "replay/observed_thing.h"

#include <algorithm>

#include "schema/status.h"

namespace tally::replay {

ObservedThing::ObservedThing(const CaseFile& file, const TermsVersion& version,
                             const Objective& objective)
    : file_(file), measure_(objective.measure) {
  if (measure_.monitors.empty()) AddWatcher(version, measure_.sources);
  for (const Monitor& monitor : measure_.monitors) AddWatcher(version, monitor.sources);
}

void ObservedThing::AddWatcher(const TermsVersion& version, const std::vector<SourceRef>& sources) {
  Watcher& watcher = watchers_.emplace_back();
  // Terms list first what prevails; a timeline takes the lowest rank first.
  for (auto ref = sources.rbegin(); ref != sources.rend(); ++ref) {
    const FeedFold* feed = file_.FeedOf(version, ref->feed);
    watcher.feeds.push_back(feed);
    const SourceEvidence* evidence = feed == nullptr ? nullptr : feed->Find(ref->source);
    if (evidence != nullptr) watcher.timeline.Add(*evidence);
  }
  watcher.timeline.Seal();
}

// The earliest watermark of the feeds that carry versions of what this observer saw (rule 9).
Knowledge ObservedThing::KnowledgeOf(const Watcher& watcher, const View& view) const {
  Instant earliest = watcher.feeds.empty() ? Instant::Min() : Instant::Max();
  uint64_t size = std::min(view.scope.size, file_.axes().size);
  for (const FeedFold* feed : watcher.feeds) {
    std::optional<Instant> stated = feed == nullptr ? std::nullopt : feed->Watermark(size);
    earliest = std::min(earliest, stated.value_or(Instant::Min()));
  }
  return {.watermark = earliest, .instant = view.knowledge};
}

absl::StatusOr<StateLine> ObservedThing::LineOf(const View& view, const Interval& range,
                                                MonitorPolicy policy, EvidenceUse& use) const {
  std::vector<StateLine> lines;
  for (const Watcher& watcher : watchers_) {
    AvailabilityMeter meter = StateMeter(measure_, range, KnowledgeOf(watcher, view));
    TALLY_RETURN_IF_ERROR(watcher.timeline.Feed(view.scope, view.window.interval, meter, use));
    lines.push_back(TakeStates(meter));
  }
  if (lines.size() == 1) return std::move(lines.front());
  AvailabilityByTime measure = measure_;
  measure.policy = policy;
  return Combine(measure, lines);
}

absl::StatusOr<ObservedThing::Seen> ObservedThing::Measure(const View& view,
                                                           EvidenceUse& use) const {
  MeterOptions options;
  options.paid = view.paid;
  if (measure_.monitors.empty() || measure_.policy == MonitorPolicy::kMean) {
    std::vector<Measured> each;
    for (const Watcher& watcher : watchers_) {
      AvailabilityMeter meter(measure_, view.window, view.exclusions, KnowledgeOf(watcher, view),
                              options);
      TALLY_RETURN_IF_ERROR(watcher.timeline.Feed(view.scope, view.window.interval, meter, use));
      each.push_back(meter.Finish());
    }
    if (!measure_.monitors.empty()) {
      TALLY_ASSIGN_OR_RETURN(MeanOfMonitors mean, MeanOf(each, measure_, view.window));
      return Seen{std::move(mean.measured), std::move(mean.ratio)};
    }
    TALLY_ASSIGN_OR_RETURN(AvailabilityRatio ratio, RatioOf(each.front(), measure_, view.window));
    return Seen{std::move(each.front()), std::move(ratio)};
  }
  // All that is known of the line is told, up to K; the meter needs no watermark.
  AvailabilityMeter meter(MeasureOfLine(measure_), view.window, view.exclusions,
                          {.watermark = Instant::Max(), .instant = view.knowledge}, options);
  TALLY_ASSIGN_OR_RETURN(StateLine line, LineOf(view, meter.reads(), measure_.policy, use));
  TALLY_RETURN_IF_ERROR(FeedLine(line, meter));
  Measured measured = meter.Finish();
  TALLY_ASSIGN_OR_RETURN(AvailabilityRatio ratio, RatioOf(measured, measure_, view.window));
  return Seen{std::move(measured), std::move(ratio)};
}

absl::StatusOr<std::vector<Interval>> ObservedThing::BadTime(const View& view,
                                                             const Interval& range) const {
  EvidenceUse elsewhere;  // the window's own measuring notes what it rests on
  MonitorPolicy policy =
      measure_.policy == MonitorPolicy::kMean ? MonitorPolicy::kAnyDown : measure_.policy;
  TALLY_ASSIGN_OR_RETURN(StateLine line, LineOf(view, range, policy, elsewhere));
  return IntervalsWhere(line, [this](const StateStretch& stretch) {
    if (stretch.remaining) return false;
    return stretch.state == State::kDown ||
           (stretch.state == State::kDegraded && measure_.degraded == CountsAs::kDown) ||
           (stretch.state == State::kUnknown && measure_.unknown == CountsAs::kDown);
  });
}

}  // namespace tally::replay
