// The lines are walked side by side: at each instant where one of them changes, the states of all
// are voted on again.
#include "replay/terms/monitors.h"

#include <algorithm>

#include "schema/status.h"

namespace tally::replay {
namespace {

struct Votes {
  uint32_t up = 0, down = 0, unknown = 0;
};

State AsCounted(State state, CountsAs degraded) {
  if (state != State::kDegraded) return state;
  return degraded == CountsAs::kDown ? State::kDown : State::kUp;
}

State Decide(const AvailabilityByTime& measure, const Votes& votes) {
  bool passed_over = measure.silent == SilentMonitor::kIsPassedOver;
  switch (measure.policy) {
    case MonitorPolicy::kAnyDown:
      if (votes.down > 0) return State::kDown;
      return votes.unknown > 0 ? State::kUnknown : State::kUp;
    case MonitorPolicy::kAllDown:
      if (votes.up > 0) return State::kUp;
      if (votes.unknown == 0) return State::kDown;
      return passed_over && votes.down > 0 ? State::kDown : State::kUnknown;
    case MonitorPolicy::kQuorum:
      if (votes.down >= measure.quorum) return State::kDown;
      if (passed_over || votes.down + votes.unknown < measure.quorum) return State::kUp;
      return State::kUnknown;
    default:
      break;
  }
  TALLY_CHECK(false);  // fallback and mean do not vote
}

class Walk {
 public:
  Walk(const AvailabilityByTime& measure, const std::vector<StateLine>& monitors)
      : measure_(measure), monitors_(monitors), at_(monitors.size(), 0) {}

  StateLine Run() {
    StateLine combined;
    Instant limit = monitors_.front().back().interval.limit;
    Instant from = monitors_.front().front().interval.first;
    while (from < limit) {
      StateStretch stretch = measure_.policy == MonitorPolicy::kFallback ? FirstKnown() : Voted();
      stretch.interval = {from, NextChange()};
      from = stretch.interval.limit;
      Step(from);
      bool joins = !combined.empty() && combined.back().state == stretch.state &&
                   combined.back().remaining == stretch.remaining;
      if (joins) {
        combined.back().interval.limit = from;
      } else {
        combined.push_back(stretch);
      }
    }
    return combined;
  }

 private:
  const StateStretch& Now(size_t monitor) const { return monitors_[monitor][at_[monitor]]; }
  Instant NextChange() const {
    Instant next = Instant::Max();
    for (size_t i = 0; i < monitors_.size(); ++i) next = std::min(next, Now(i).interval.limit);
    return next;
  }
  void Step(Instant to) {
    for (size_t i = 0; i < monitors_.size(); ++i) {
      bool ended = Now(i).interval.limit <= to;
      if (ended && at_[i] + 1 < monitors_[i].size()) ++at_[i];
    }
  }
  StateStretch FirstKnown() const {
    for (size_t i = 0; i < monitors_.size(); ++i) {
      if (Now(i).state != State::kUnknown) return Now(i);
    }
    return Now(0);
  }
  StateStretch Voted() const {
    Votes votes;
    for (size_t i = 0; i < monitors_.size(); ++i) {
      State state = AsCounted(Now(i).state, measure_.degraded);
      ++(state == State::kUp ? votes.up : state == State::kDown ? votes.down : votes.unknown);
    }
    StateStretch stretch;
    stretch.remaining = Now(0).remaining;  // K is the same for all
    if (stretch.remaining) return stretch;
    stretch.state = Decide(measure_, votes);
    // The cause is the earliest event among those who say what was decided, so that the order of
    // the monitors cannot show.
    for (size_t i = 0; i < monitors_.size(); ++i) {
      const StateStretch& now = Now(i);
      if (AsCounted(now.state, measure_.degraded) != stretch.state || !now.cause) continue;
      if (!stretch.cause || *now.cause < *stretch.cause) stretch.cause = now.cause;
    }
    return stretch;
  }

  const AvailabilityByTime& measure_;
  const std::vector<StateLine>& monitors_;
  std::vector<size_t> at_;
};

// Sums are wide: a few thousand monitors of a century stay far below 128 bits.
class Mean {
 public:
  explicit Mean(size_t count) : count_(static_cast<Wide>(count)) {}
  Duration Of(const std::vector<Measured>& monitors, Duration Measured::*length) const {
    Wide sum = 0;
    for (const Measured& each : monitors) sum += (each.*length).micros;
    return {static_cast<int64_t>(sum / count_)};
  }

 private:
  Wide count_;
};

absl::StatusOr<std::optional<Fraction>> MeanOfPresent(
    const std::vector<AvailabilityRatio>& ratios,
    std::optional<Fraction> AvailabilityRatio::*value) {
  Fraction sum = Fraction::Whole(0);
  int64_t count = 0;
  for (const AvailabilityRatio& ratio : ratios) {
    if (!(ratio.*value)) continue;
    TALLY_ASSIGN_OR_RETURN(sum, Fraction::Add(sum, *(ratio.*value)));
    ++count;
  }
  if (count == 0) return std::optional<Fraction>{};
  TALLY_ASSIGN_OR_RETURN(Fraction mean, Fraction::Divide(sum, Fraction::Whole(count)));
  return std::optional<Fraction>(mean);
}

void JoinCauses(const std::vector<Measured>& monitors, Measured& measured) {
  for (const Measured& each : monitors) {
    measured.causes.insert(measured.causes.end(), each.causes.begin(), each.causes.end());
    measured.causes_left_out += each.causes_left_out;
  }
  std::vector<Cause>& causes = measured.causes;
  std::sort(causes.begin(), causes.end());
  causes.erase(std::unique(causes.begin(), causes.end()), causes.end());
  size_t kept = std::min(causes.size(), MeterOptions{}.causes_max);
  measured.causes_left_out += causes.size() - kept;
  causes.resize(kept);
}

}  // namespace

StateLine Combine(const AvailabilityByTime& measure, const std::vector<StateLine>& monitors) {
  TALLY_CHECK(!monitors.empty());
  for (const StateLine& line : monitors) {
    TALLY_CHECK(line.front().interval.first == monitors.front().front().interval.first &&
                line.back().interval.limit == monitors.front().back().interval.limit);
  }
  return Walk(measure, monitors).Run();
}

AvailabilityByTime MeasureOfLine(const AvailabilityByTime& measure) {
  AvailabilityByTime line = measure;
  line.rule = {};
  line.rule.up = UpRule::kRecordedStatus;
  line.holding = Holding::kUntilNext;
  line.hold_limit.reset();
  line.quantum.reset();
  return line;
}

absl::Status FeedLine(const StateLine& line, AvailabilityMeter& meter) {
  for (const StateStretch& stretch : line) {
    TALLY_RETURN_IF_ERROR(meter.Add({.from = stretch.interval.first,
                                     .until = stretch.interval.limit,
                                     .state = stretch.state,
                                     .cause = stretch.cause.value_or(kNoCause)}));
  }
  return absl::OkStatus();
}

absl::StatusOr<MeanOfMonitors> MeanOf(const std::vector<Measured>& monitors,
                                      const AvailabilityByTime& measure, const Window& window) {
  TALLY_CHECK(!monitors.empty());
  MeanOfMonitors mean;
  Mean of(monitors.size());
  for (Duration Measured::*length :
       {&Measured::period, &Measured::counted, &Measured::up, &Measured::down, &Measured::degraded,
        &Measured::unknown, &Measured::unknown_excluded, &Measured::bad_excluded,
        &Measured::excluded, &Measured::remaining, &Measured::counted_unpaid}) {
    mean.measured.*length = of.Of(monitors, length);
  }
  mean.measured.picture_left_out = true;
  JoinCauses(monitors, mean.measured);
  std::vector<AvailabilityRatio> ratios;
  for (const Measured& each : monitors) {
    TALLY_ASSIGN_OR_RETURN(AvailabilityRatio ratio, RatioOf(each, measure, window));
    ratios.push_back(ratio);
  }
  TALLY_ASSIGN_OR_RETURN(mean.ratio.value, MeanOfPresent(ratios, &AvailabilityRatio::value));
  TALLY_ASSIGN_OR_RETURN(mean.ratio.unpaid, MeanOfPresent(ratios, &AvailabilityRatio::unpaid));
  TALLY_ASSIGN_OR_RETURN(mean.ratio.coverage, MeanOfPresent(ratios, &AvailabilityRatio::coverage));
  TALLY_ASSIGN_OR_RETURN(AvailabilityRatio of_means, RatioOf(mean.measured, measure, window));
  mean.ratio.denominator = of_means.denominator;
  return mean;
}

}  // namespace tally::replay
