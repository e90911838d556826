#include "tests/replay/terms/timeline_support.h"

#include <algorithm>

#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  // 0 to count - 1. The modulo keeps the world the same for every standard library.
  int64_t Roll(int64_t count) {
    return static_cast<int64_t>(engine_() % static_cast<uint64_t>(count));
  }
  template <typename T>
  T OneOf(std::initializer_list<T> choices) {
    return *(choices.begin() + Roll(static_cast<int64_t>(choices.size())));
  }

 private:
  std::mt19937_64 engine_;
};

Instant Tick(int64_t tick) { return {tick * Seconds(1).micros}; }

Interval SomeInterval(Dice& dice) {
  int64_t first = dice.Roll(160) - 50;
  return {Tick(first), Tick(first + dice.Roll(30))};
}

void ChooseRules(Dice& dice, AvailabilityByTime& measure) {
  measure.holding = dice.OneOf({Holding::kUntilNext, Holding::kAtMost, Holding::kProbe});
  measure.hold_limit = Seconds(dice.Roll(15) + 1);
  measure.quantum = Seconds(dice.Roll(6) + 1);
  measure.unknown = dice.OneOf({CountsAs::kUp, CountsAs::kDown, CountsAs::kRemoved});
  measure.degraded = dice.OneOf({CountsAs::kUp, CountsAs::kDown});
  measure.snap = dice.OneOf({Snap::kNone, Snap::kFloor, Snap::kCeil});
  measure.snap_scope = measure.snap == Snap::kNone
                           ? SnapScope::kUnset
                           : dice.OneOf({SnapScope::kEachOutage, SnapScope::kWindowTotal});
  measure.resolution = Seconds(dice.Roll(4) + 1);
  if (dice.Roll(2) == 0) return;
  measure.minimum_outage = MinimumOutage{
      .quantum = Seconds(dice.Roll(3) + 1),
      .count = static_cast<uint32_t>(dice.Roll(5) + 1),
      .edge = dice.OneOf({RunAtEdge::kCutBeforeTest, RunAtEdge::kCutAfterTest}),
      .excluded = dice.OneOf({ExcludedInRun::kBreaksRun, ExcludedInRun::kIsPassedOver}),
      .alignment = dice.OneOf({Alignment::kSliding, Alignment::kClock})};
}

// What is known of each tick: unknown, or a judged state.
std::vector<State> NaiveStates(const SmallWorld& world) {
  const AvailabilityByTime& measure = world.measure;
  std::vector<State> states(2 * kReach, State::kUnknown);
  for (int64_t tick = -kReach; tick < kReach; ++tick) {
    const Observation* newest = nullptr;
    for (const Observation& observation : world.observations) {
      if (observation.from <= Tick(tick)) newest = &observation;
    }
    if (newest == nullptr) continue;
    bool last = newest == &world.observations.back();
    Instant until = Instant::Max();
    if (last) until = std::max(newest->until, world.knowledge.watermark);
    if (measure.holding == Holding::kAtMost) {
      until = std::min(until, newest->until + *measure.hold_limit);
    }
    if (measure.holding == Holding::kProbe) until = newest->from + *measure.quantum;
    if (Tick(tick) < until) states[static_cast<size_t>(tick + kReach)] = newest->state;
  }
  return states;
}

bool Inside(const std::vector<Interval>& intervals, Instant at) {
  return std::any_of(intervals.begin(), intervals.end(),
                     [at](const Interval& interval) { return interval.Contains(at); });
}

bool NaiveBad(const AvailabilityByTime& measure, State state) {
  return state == State::kDown ||
         (state == State::kDegraded && measure.degraded == CountsAs::kDown) ||
         (state == State::kUnknown && measure.unknown == CountsAs::kDown);
}

int64_t NaiveSnap(const AvailabilityByTime& measure, SnapScope scope, int64_t ticks) {
  if (measure.snap == Snap::kNone || measure.snap_scope != scope) return ticks;
  int64_t unit = measure.resolution.micros / Seconds(1).micros;
  int64_t up = measure.snap == Snap::kCeil ? unit - 1 : 0;
  return (ticks + up) / unit * unit;
}

struct NaiveTick {
  SegmentKind kind;
  bool in_window, excluded, bad;
};

std::vector<NaiveTick> NaiveTicks(const SmallWorld& world, Measured& measured) {
  std::vector<State> states = NaiveStates(world);
  std::vector<NaiveTick> ticks;
  for (int64_t tick = -kReach; tick < kReach; ++tick) {
    Instant at = Tick(tick);
    State state = states[static_cast<size_t>(tick + kReach)];
    bool remaining = at >= world.knowledge.instant;
    NaiveTick each{.kind = remaining                   ? SegmentKind::kRemaining
                           : state == State::kUp       ? SegmentKind::kUp
                           : state == State::kDown     ? SegmentKind::kDown
                           : state == State::kDegraded ? SegmentKind::kDegraded
                                                       : SegmentKind::kUnknown,
                   .in_window = world.window.interval.Contains(at),
                   .excluded = Inside(world.exclusions, at),
                   .bad = !remaining && NaiveBad(world.measure, state)};
    if (each.in_window && each.excluded) {
      measured.excluded.micros += Seconds(1).micros;
      if (each.bad) measured.bad_excluded.micros += Seconds(1).micros;
      if (each.kind == SegmentKind::kUnknown) {
        measured.unknown_excluded.micros += Seconds(1).micros;
      }
    }
    if (each.excluded) each.kind = SegmentKind::kExcluded;
    ticks.push_back(each);
  }
  return ticks;
}

void NaivePicture(const std::vector<NaiveTick>& ticks, Measured& measured) {
  for (size_t i = 0; i < ticks.size(); ++i) {
    if (!ticks[i].in_window) continue;
    int64_t tick = static_cast<int64_t>(i) - kReach;
    Duration* sum = ticks[i].kind == SegmentKind::kUp          ? &measured.up
                    : ticks[i].kind == SegmentKind::kDown      ? &measured.down
                    : ticks[i].kind == SegmentKind::kDegraded  ? &measured.degraded
                    : ticks[i].kind == SegmentKind::kUnknown   ? &measured.unknown
                    : ticks[i].kind == SegmentKind::kRemaining ? &measured.remaining
                                                               : nullptr;
    if (sum != nullptr) sum->micros += Seconds(1).micros;
    if (measured.picture.empty() || measured.picture.back().kind != ticks[i].kind) {
      measured.picture.push_back({{Tick(tick), Tick(tick)}, ticks[i].kind, std::nullopt});
    }
    measured.picture.back().interval.limit = Tick(tick + 1);
  }
}

// Runs as spans of ticks: when one ends, its ticks are looked at again.
struct NaiveRuns {
  NaiveRuns(const SmallWorld& of, const std::vector<NaiveTick>& all) : world(of), ticks(all) {
    if (!world.measure.minimum_outage) return;
    const MinimumOutage& rule = *world.measure.minimum_outage;
    quantum = rule.quantum.micros / Seconds(1).micros;
    least = quantum * rule.count;
    only_window = rule.edge == RunAtEdge::kCutBeforeTest;
    passes = rule.excluded == ExcludedInRun::kIsPassedOver;
    clock = rule.alignment == Alignment::kClock;
  }

  void Take(size_t i) {
    bool belongs = ticks[i].excluded ? passes : ticks[i].bad;
    if (only_window && !ticks[i].in_window) belongs = false;
    if (belongs && !first) first = i;
    if (!belongs) End(i);
  }

  void End(size_t limit) {
    if (!first) return;
    int64_t run = 0, run_counted = 0, run_unpaid = 0;
    for (size_t i = *first; i < limit; ++i) {
      int64_t tick = static_cast<int64_t>(i) - kReach;
      // The quantum that holds this tick lies in the run; kReach is a multiple of all quanta.
      auto begins = static_cast<int64_t>(i) / quantum * quantum;
      bool whole =
          begins >= static_cast<int64_t>(*first) && begins + quantum <= static_cast<int64_t>(limit);
      if (ticks[i].excluded || (clock && !whole)) continue;
      ++run;
      if (!ticks[i].in_window) continue;
      ++run_counted;
      run_unpaid += Inside(world.paid, Tick(tick)) ? 0 : 1;
    }
    first.reset();
    if (run < least) return;
    counted += NaiveSnap(world.measure, SnapScope::kEachOutage, run_counted);
    unpaid += NaiveSnap(world.measure, SnapScope::kEachOutage, run_unpaid);
  }

  int64_t Total(int64_t sum) const {
    return NaiveSnap(world.measure, SnapScope::kWindowTotal, sum);
  }

  const SmallWorld& world;
  const std::vector<NaiveTick>& ticks;
  int64_t quantum = 1, least = 1;
  bool only_window = true, passes = false, clock = false;
  std::optional<size_t> first;
  int64_t counted = 0, unpaid = 0;
};

}  // namespace

SmallWorld MakeSmallWorld(uint64_t seed) {
  Dice dice(seed);
  SmallWorld world;
  world.measure = PlainMeasure();
  ChooseRules(dice, world.measure);
  int64_t first = dice.Roll(20);
  world.window.interval = {Tick(first), Tick(first + 1 + dice.Roll(60))};
  for (int64_t i = dice.Roll(5); i > 0; --i) world.exclusions.push_back(SomeInterval(dice));
  for (int64_t i = dice.Roll(3); i > 0; --i) world.paid.push_back(SomeInterval(dice));
  world.knowledge.watermark = dice.Roll(3) == 0 ? Instant::Min() : Tick(dice.Roll(140) - 40);
  world.knowledge.instant = dice.Roll(2) == 0 ? Instant::Max() : Tick(dice.Roll(140) - 40);
  int64_t at = dice.Roll(60) - 60;
  for (int64_t i = dice.Roll(40); i > 0 && at < 120; --i) {
    world.observations.push_back({.from = Tick(at),
                                  .until = Tick(at + dice.Roll(4)),
                                  .state = dice.OneOf({State::kUp, State::kDown, State::kDown,
                                                       State::kDegraded, State::kUnknown}),
                                  .cause = {static_cast<uint64_t>(i), 0}});
    at += dice.Roll(9);
  }
  return world;
}

Measured MeasureNaively(const SmallWorld& world) {
  Measured measured;
  measured.period = Length(world.window.interval);
  std::vector<NaiveTick> ticks = NaiveTicks(world, measured);
  NaivePicture(ticks, measured);

  NaiveRuns runs(world, ticks);
  for (size_t i = 0; i < ticks.size(); ++i) runs.Take(i);
  runs.End(ticks.size());
  measured.counted = Seconds(runs.Total(runs.counted));
  measured.counted_unpaid = Seconds(runs.Total(runs.unpaid));
  return measured;
}

}  // namespace tally::replay
