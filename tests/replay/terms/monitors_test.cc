// Goal: observers that differ become one value exactly as the terms choose.
// Method: the published conflict (GC-19) row by row; every policy over all states of three monitors
// against the words of the rule; every permutation; missing data against a coverage floor (GC-20).
#include "replay/terms/monitors.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

const Interval kApril{{1'775'001'600'000'000}, {1'777'593'600'000'000}};
Window April() {
  Window window;
  window.interval = kApril;
  return window;
}
Observation Seen(absl::string_view at, State state, uint64_t cause) {
  return {.from = At(at), .until = At(at), .state = state, .cause = {cause, 0}};
}
using Seens = std::vector<Observation>;

Seens ProviderSees() {
  return {Seen("2026-03-31T00:00:00Z", State::kUp, 10),
          Seen("2026-04-10T10:00:00Z", State::kDown, 11),
          Seen("2026-04-10T10:20:00Z", State::kUp, 12)};
}
Seens ThirdPartySees() {
  return {Seen("2026-03-31T00:00:00Z", State::kUp, 20),
          Seen("2026-04-10T10:05:00Z", State::kDown, 21),
          Seen("2026-04-10T10:40:00Z", State::kUp, 22)};
}
Seens CustomerSees() {
  return {Seen("2026-03-31T00:00:00Z", State::kUp, 30),
          Seen("2026-04-10T10:00:00Z", State::kDown, 31),
          Seen("2026-04-10T10:10:00Z", State::kUnknown, 32),
          Seen("2026-04-10T10:30:00Z", State::kUp, 33)};
}

AvailabilityByTime Policy(MonitorPolicy policy) {
  AvailabilityByTime measure = PlainMeasure();
  measure.policy = policy;
  measure.silent = SilentMonitor::kMayBeDown;
  return measure;
}

struct Found {
  Measured measured;
  AvailabilityRatio ratio;
};
Found Watch(const AvailabilityByTime& measure, const std::vector<Seens>& monitors,
            const Knowledge& knowledge = {Instant::Max(), Instant::Max()}) {
  Window window = April();
  if (measure.policy == MonitorPolicy::kMean) {
    std::vector<Measured> each;
    for (const Seens& seen : monitors) {
      AvailabilityMeter meter(measure, window, {}, knowledge);
      for (const Observation& observation : seen) EXPECT_TRUE(meter.Add(observation).ok());
      each.push_back(meter.Finish());
    }
    absl::StatusOr<MeanOfMonitors> mean = MeanOf(each, measure, window);
    EXPECT_TRUE(mean.ok()) << mean.status();
    return {mean->measured, mean->ratio};
  }
  AvailabilityMeter meter(MeasureOfLine(measure), window, {}, {Instant::Max(), knowledge.instant});
  std::vector<StateLine> lines;
  for (const Seens& seen : monitors) {
    AvailabilityMeter line = StateMeter(measure, meter.reads(), knowledge);
    for (const Observation& observation : seen) EXPECT_TRUE(line.Add(observation).ok());
    lines.push_back(TakeStates(line));
  }
  EXPECT_TRUE(FeedLine(Combine(measure, lines), meter).ok());
  Found found;
  found.measured = meter.Finish();
  absl::StatusOr<AvailabilityRatio> ratio = RatioOf(found.measured, measure, window);
  EXPECT_TRUE(ratio.ok());
  found.ratio = *ratio;
  return found;
}

// GC-19
TEST(Monitors, GC19ConflictingMonitors) {
  Seens p = ProviderSees(), t = ThirdPartySees(), c = CustomerSees();
  AvailabilityByTime votes = Policy(MonitorPolicy::kQuorum);
  votes.quorum = 2;
  votes.silent = SilentMonitor::kIsPassedOver;
  struct Case {
    const char* name;
    AvailabilityByTime measure;
    std::vector<Seens> monitors;
    Duration counted;
    const char* percent;
    bool met;
  };
  for (const Case& each : std::vector<Case>{
           {"P primary", Policy(MonitorPolicy::kFallback), {p, t}, Minutes(20), "99.953704", true},
           {"T primary", Policy(MonitorPolicy::kFallback), {t, p}, Minutes(35), "99.918981", false},
           {"union", Policy(MonitorPolicy::kAnyDown), {p, t}, Minutes(40), "99.907407", false},
           {"intersection",
            Policy(MonitorPolicy::kAllDown),
            {p, t},
            Minutes(15),
            "99.965278",
            true},
           {"two of three", votes, {p, t, c}, Minutes(20), "99.953704", true},
           {"mean", Policy(MonitorPolicy::kMean), {p, t}, Seconds(1650), "99.936343", false}}) {
    Found found = Watch(each.measure, each.monitors);
    EXPECT_EQ(found.measured.counted, each.counted) << each.name;
    ASSERT_TRUE(found.ratio.value.has_value());
    EXPECT_EQ(FormatPercent(*found.ratio.value), each.percent) << each.name;
    EXPECT_EQ(*found.ratio.value >= Ratio(9995, 10000), each.met) << each.name;
  }
  // Where the silent could decide, the state is unknown: 10:10 to 10:30 but for two known down.
  votes.silent = SilentMonitor::kMayBeDown;
  Found open = Watch(votes, {p, t, c});
  EXPECT_EQ(open.measured.counted, Minutes(20));
  EXPECT_EQ(open.measured.unknown, Minutes(10));
}

// GC-20: what the unknown rule makes of 600 silent minutes, and what coverage is left.
TEST(Monitors, GC20MissingDataAndCoverage) {
  Seens seen = {
      Seen("2026-03-31T00:00:00Z", State::kUp, 1), Seen("2026-04-10T10:00:00Z", State::kDown, 2),
      Seen("2026-04-10T10:20:00Z", State::kUp, 3), Seen("2026-04-20T00:00:00Z", State::kUnknown, 4),
      Seen("2026-04-20T10:00:00Z", State::kUp, 5)};
  struct Case {
    CountsAs unknown;
    const char* percent;
    Verdict verdict;
  };
  for (const Case& c : std::vector<Case>{{CountsAs::kUp, "99.953704", Verdict::kMet},
                                         {CountsAs::kDown, "98.564815", Verdict::kBreached},
                                         {CountsAs::kRemoved, "99.953052", Verdict::kMet}}) {
    for (const char* floor : {"", "98", "99"}) {
      Objective objective = PlainObjective("99.95");
      objective.measure.unknown = c.unknown;
      if (*floor != 0) objective.measure.coverage_floor = Number(floor);
      std::vector<Fee> fees = MonthlyFee("1000.00 USD");
      WindowFigures figures = Evaluate(objective, fees, Zone::Utc(), April(), seen);
      EXPECT_EQ(FormatPercent(*figures.coverage), "98.611111");
      EXPECT_EQ(FormatPercent(*figures.value), c.percent);
      EXPECT_EQ(figures.verdict, std::string(floor) == "99" ? Verdict::kIndeterminate : c.verdict)
          << c.percent << " " << floor;
    }
  }
}

// The words of rule 8, for every state of three monitors.
State ByTheWords(const AvailabilityByTime& measure, const std::array<State, 3>& states) {
  auto count = [&](State state) {
    return static_cast<uint32_t>(std::count(states.begin(), states.end(), state));
  };
  uint32_t up = count(State::kUp), down = count(State::kDown), unknown = count(State::kUnknown);
  bool skip = measure.silent == SilentMonitor::kIsPassedOver;
  switch (measure.policy) {
    case MonitorPolicy::kAnyDown:
      return down > 0 ? State::kDown : unknown > 0 ? State::kUnknown : State::kUp;
    case MonitorPolicy::kAllDown:
      if (up > 0) return State::kUp;
      if (skip) return down > 0 ? State::kDown : State::kUnknown;
      return unknown > 0 ? State::kUnknown : State::kDown;
    case MonitorPolicy::kQuorum:
      if (down >= measure.quorum) return State::kDown;
      if (skip) return State::kUp;
      return down + unknown < measure.quorum ? State::kUp : State::kUnknown;
    default:
      for (State state : states) {
        if (state != State::kUnknown) return state;
      }
      return State::kUnknown;
  }
}

StateLine LineOf(State state, uint64_t cause) {
  return {{.interval = kApril, .state = state, .cause = Cause{cause, 0}}};
}

TEST(Monitors, EveryVoteOfThreeAndEveryOrder) {
  const std::array<State, 3> values = {State::kUp, State::kDown, State::kUnknown};
  for (MonitorPolicy policy : {MonitorPolicy::kAnyDown, MonitorPolicy::kAllDown,
                               MonitorPolicy::kQuorum, MonitorPolicy::kFallback}) {
    for (uint32_t variant = 0; variant < 6; ++variant) {
      AvailabilityByTime measure = Policy(policy);
      measure.quorum = variant / 2 + 1;
      measure.silent = variant % 2 == 0 ? SilentMonitor::kMayBeDown : SilentMonitor::kIsPassedOver;
      for (int world = 0; world < 27; ++world) {
        std::array<State, 3> states = {values[world % 3], values[world / 3 % 3], values[world / 9]};
        std::vector<StateLine> lines;
        for (size_t i = 0; i < 3; ++i) lines.push_back(LineOf(states[i], i + 1));
        StateLine combined = Combine(measure, lines);
        ASSERT_EQ(combined.size(), 1u);
        EXPECT_EQ(combined[0].state, ByTheWords(measure, states));
        if (policy == MonitorPolicy::kFallback) continue;
        std::vector<size_t> order = {0, 1, 2};
        while (std::next_permutation(order.begin(), order.end())) {
          EXPECT_EQ(Combine(measure, {lines[order[0]], lines[order[1]], lines[order[2]]}),
                    combined);
        }
      }
    }
  }
}

// Under mean too, and with causes that are the same in every order.
TEST(Monitors, TheOrderOfMonitorsDoesNotShow) {
  for (MonitorPolicy policy : {MonitorPolicy::kAnyDown, MonitorPolicy::kAllDown,
                               MonitorPolicy::kQuorum, MonitorPolicy::kMean}) {
    AvailabilityByTime measure = Policy(policy);
    measure.quorum = 2;
    std::vector<Seens> all = {ProviderSees(), ThirdPartySees(), CustomerSees()};
    Found first = Watch(measure, all);
    for (std::array<size_t, 3> order :
         {std::array<size_t, 3>{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
      Found again = Watch(measure, {all[order[0]], all[order[1]], all[order[2]]});
      EXPECT_EQ(again.measured.counted, first.measured.counted);
      EXPECT_EQ(again.measured.causes, first.measured.causes);
      EXPECT_EQ(again.measured.picture, first.measured.picture);
      EXPECT_EQ(again.ratio.value, first.ratio.value);
      EXPECT_EQ(again.ratio.coverage, first.ratio.coverage);
    }
  }
}

// Degraded is what the terms count it as before anybody votes; fallback keeps the word.
TEST(Monitors, DegradedVotesAsItCounts) {
  std::vector<StateLine> lines = {LineOf(State::kDegraded, 1), LineOf(State::kDown, 2)};
  AvailabilityByTime all = Policy(MonitorPolicy::kAllDown);
  EXPECT_EQ(Combine(all, lines)[0].state, State::kUp);
  all.degraded = CountsAs::kDown;
  EXPECT_EQ(Combine(all, lines)[0].state, State::kDown);
  EXPECT_EQ(Combine(Policy(MonitorPolicy::kFallback), lines)[0].state, State::kDegraded);
}

// Nothing is known before the first report, and no event is named as its cause.
TEST(Monitors, SilenceHasNoCauseAndTimeAfterKRemains) {
  Seens late = {Seen("2026-04-11T00:00:00Z", State::kUp, 7)};
  Found found = Watch(Policy(MonitorPolicy::kAnyDown), {late, late},
                      {At("2026-04-25T00:00:00Z"), At("2026-04-21T00:00:00Z")});
  EXPECT_EQ(found.measured.unknown, Days(10));
  EXPECT_EQ(found.measured.up, Days(10));
  EXPECT_EQ(found.measured.remaining, Days(10));
  EXPECT_EQ(found.measured.causes, (std::vector<Cause>{{7, 0}}));
  ASSERT_EQ(found.measured.picture.size(), 3u);
  EXPECT_FALSE(found.measured.picture[0].cause.has_value());
}

// A monitor that knows nothing has no part in a mean where unknown time is removed.
TEST(Monitors, TheMeanIsOverMonitorsThatKnowSomething) {
  AvailabilityByTime measure = Policy(MonitorPolicy::kMean);
  measure.unknown = CountsAs::kRemoved;
  EXPECT_EQ(Watch(measure, {ProviderSees(), {}}).ratio.value,
            Watch(measure, {ProviderSees()}).ratio.value);
  EXPECT_FALSE(Watch(measure, {{}, {}}).ratio.value.has_value());
  measure.unknown = CountsAs::kDown;
  EXPECT_EQ(FormatPercent(*Watch(measure, {ProviderSees(), {}}).ratio.value), "49.976852");
}

}  // namespace
}  // namespace tally::replay
