// Goal: the meter finds what the definition in its header says, for every combination of choices.
// Method: thousands of small random worlds against a reference that looks at each second; runs
// against their rows one by one; then each rule alone, with numbers worked out by hand.
#include "replay/terms/availability.h"

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "schema/run.h"
#include "tests/replay/terms/terms_support.h"
#include "tests/replay/terms/timeline_support.h"

namespace tally::replay {
namespace {

Instant Tick(int64_t tick) { return {tick * Seconds(1).micros}; }

Measured MeasureAll(const SmallWorld& world, MeterOptions options = {}) {
  options.paid = world.paid;
  AvailabilityMeter meter(world.measure, world.window, world.exclusions, world.knowledge, options);
  for (const Observation& observation : world.observations) {
    absl::Status added = meter.Add(observation);
    EXPECT_TRUE(added.ok()) << added;
  }
  return meter.Finish();
}

void ExpectEqual(const Measured& found, const Measured& expected) {
  EXPECT_EQ(found.period, expected.period);
  EXPECT_EQ(found.counted, expected.counted);
  EXPECT_EQ(found.counted_unpaid, expected.counted_unpaid);
  EXPECT_EQ(found.up, expected.up);
  EXPECT_EQ(found.down, expected.down);
  EXPECT_EQ(found.degraded, expected.degraded);
  EXPECT_EQ(found.unknown, expected.unknown);
  EXPECT_EQ(found.unknown_excluded, expected.unknown_excluded);
  EXPECT_EQ(found.bad_excluded, expected.bad_excluded);
  EXPECT_EQ(found.excluded, expected.excluded);
  EXPECT_EQ(found.remaining, expected.remaining);
  ASSERT_EQ(found.picture.size(), expected.picture.size());
  for (size_t i = 0; i < found.picture.size(); ++i) {
    EXPECT_EQ(found.picture[i].interval, expected.picture[i].interval);
    EXPECT_EQ(found.picture[i].kind, expected.picture[i].kind);
  }
}

// T-69 and every choice of M1 and M2.
TEST(Availability, T69SmallWorldsAgreeWithTheDefinition) {
  for (uint64_t seed = 1; seed <= 3'000; ++seed) {
    SmallWorld world = MakeSmallWorld(seed);
    ExpectEqual(MeasureAll(world), MeasureNaively(world));
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
}

// Observations outside `reads()`, but for the last one before it, change nothing.
TEST(Availability, OnlyWhatIsReadMatters) {
  for (uint64_t seed = 1; seed <= 1'000; ++seed) {
    SmallWorld world = MakeSmallWorld(seed);
    AvailabilityMeter meter(world.measure, world.window, world.exclusions, world.knowledge);
    SmallWorld less = world;
    less.observations.clear();
    less.paid.clear();
    for (size_t i = 0; i < world.observations.size(); ++i) {
      const Observation& each = world.observations[i];
      bool followed = i + 1 < world.observations.size() &&
                      world.observations[i + 1].from <= meter.reads().first;
      // One beyond the limit stays, to say that the state before it was not the last.
      bool beyond = i > 0 && world.observations[i - 1].from >= meter.reads().limit;
      if (!followed && !beyond) less.observations.push_back(each);
    }
    world.paid.clear();
    ExpectEqual(MeasureAll(less), MeasureAll(world));
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
}

// Copying the meter is a checkpoint: going on from the copy gives the same.
TEST(Availability, ACopyIsACheckpoint) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SmallWorld world = MakeSmallWorld(seed);
    AvailabilityMeter meter(world.measure, world.window, world.exclusions, world.knowledge,
                            {.paid = world.paid});
    for (const Observation& observation : world.observations) {
      AvailabilityMeter copy = meter;
      copy.Finish();  // must leave the original alone
      ASSERT_TRUE(meter.Add(observation).ok());
    }
    ExpectEqual(meter.Finish(), MeasureNaively(world));
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
}

Run SomeRun(std::mt19937_64& engine) {
  Run run;
  run.step = Seconds(static_cast<int64_t>(engine() % 3) + 1);
  uint32_t sources = static_cast<uint32_t>(engine() % 3) + 1;
  std::vector<uint8_t> rows;
  for (uint32_t source = 1; source <= sources; ++source) {
    uint32_t count = static_cast<uint32_t>(engine() % 90) + 1;
    run.sources.push_back({.source = source,
                           .previous_position = 0,
                           .rows = count,
                           .first = Tick(static_cast<int64_t>(engine() % 100) - 70)});
    uint8_t state = 0;
    for (uint32_t i = 0; i < count; ++i) {
      if (engine() % 8 == 0) state = static_cast<uint8_t>(engine() % 4);
      rows.push_back(state);
    }
  }
  run.states.assign((rows.size() + 3) / 4, 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    run.states[i / 4] = static_cast<uint8_t>(run.states[i / 4] | rows[i] << (i % 4 * 2));
  }
  return run;
}

TEST(Availability, RunsAgreeWithTheirRows) {
  for (uint64_t seed = 1; seed <= 800; ++seed) {
    std::mt19937_64 engine(seed);
    SmallWorld world = MakeSmallWorld(seed);
    struct Run run = SomeRun(engine);
    Bytes body = Encode(run);
    absl::StatusOr<RunView> view = RunView::Open(body);
    ASSERT_TRUE(view.ok()) << view.status();
    for (uint32_t source = 0; source < run.sources.size(); ++source) {
      world.observations.clear();
      for (uint32_t row = 0; row < run.sources[source].rows; ++row) {
        world.observations.push_back({.from = view->FromOf(source, row),
                                      .until = view->UntilOf(source, row),
                                      .state = view->StateOf(view->FirstRow(source) + row),
                                      .cause = {7, source}});
      }
      AvailabilityMeter meter(world.measure, world.window, world.exclusions, world.knowledge,
                              {.paid = world.paid});
      absl::Status added = meter.Add(*view, source, {7, source});
      ASSERT_TRUE(added.ok()) << added;
      // One more observation after the run must find the meter in the same state, too.
      Observation after{.from = view->UntilOf(source, run.sources[source].rows - 1) + Seconds(3),
                        .until = Instant::Max(),
                        .state = State::kDown,
                        .cause = {8, 0}};
      if (seed % 2 == 0) {
        ASSERT_TRUE(meter.Add(after).ok());
        world.observations.push_back(after);
      }
      Measured found = meter.Finish();
      ExpectEqual(found, MeasureNaively(world));
      EXPECT_EQ(found.causes, MeasureAll(world).causes);
      ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << " source " << source;
    }
    AvailabilityMeter meter(world.measure, world.window, {}, {});
    EXPECT_FALSE(meter.Add(*view, static_cast<uint32_t>(run.sources.size()), {}).ok());
  }
}

SmallWorld Plain() {
  SmallWorld world;
  world.measure = PlainMeasure();
  world.window.interval = {Tick(0), Tick(100)};
  world.knowledge = {Tick(100), Instant::Max()};
  return world;
}
Observation Report(int64_t tick, State state, uint64_t cause = 0) {
  return {.from = Tick(tick), .until = Tick(tick), .state = state, .cause = {cause, 0}};
}

TEST(Availability, CodesAndTheLongestTimeThatCountAsUp) {
  struct Case {
    UpRule up;
    State recorded;
    std::optional<int64_t> code;
    std::optional<Duration> took;
    SegmentKind expected;
  };
  using enum UpRule;
  const auto none = std::nullopt;
  for (const Case& c : std::vector<Case>{
           {kRecordedStatus, State::kDown, 200, Seconds(1), SegmentKind::kDown},
           {kRecordedStatus, State::kUp, 500, Seconds(99), SegmentKind::kUp},
           {kCodes, State::kDown, 200, Seconds(5), SegmentKind::kUp},
           {kCodes, State::kDown, 403, Seconds(1), SegmentKind::kUp},
           {kCodes, State::kUp, 200, Duration{5'000'001}, SegmentKind::kDown},
           {kCodes, State::kUp, 500, Seconds(1), SegmentKind::kDown},
           {kCodes, State::kUp, 0, none, SegmentKind::kDown},
           {kCodes, State::kUp, none, Seconds(1), SegmentKind::kUnknown},
           {kCodes, State::kUp, 200, none, SegmentKind::kUnknown},
           {kRecordedStatusOrCodes, State::kDown, 403, none, SegmentKind::kUp},
           {kRecordedStatusOrCodes, State::kDown, 404, none, SegmentKind::kDown},
           {kRecordedStatusOrCodes, State::kDegraded, 404, none, SegmentKind::kDegraded},
           {kRecordedStatusOrCodes, State::kUnknown, none, none, SegmentKind::kUnknown}}) {
    SmallWorld world = Plain();
    world.measure.rule = {c.up, {200, 403}, Seconds(5)};
    Observation observation = Report(0, c.recorded);
    observation.code = c.code;
    observation.took = c.took;
    world.observations = {observation};
    Measured measured = MeasureAll(world);
    ASSERT_EQ(measured.picture.size(), 1u);
    EXPECT_EQ(measured.picture[0].kind, c.expected);
  }
}

// Rule 9: the last state holds to the earliest of watermark, limit, window's end and K.
TEST(Availability, TheHorizonIsTheEarliestOfAll) {
  SmallWorld world = Plain();
  world.observations = {Report(-10, State::kDown)};
  EXPECT_EQ(MeasureAll(world).down, Seconds(100));
  world.knowledge.watermark = Tick(60);
  EXPECT_EQ(MeasureAll(world).down, Seconds(60));
  EXPECT_EQ(MeasureAll(world).unknown, Seconds(40));
  world.knowledge.instant = Tick(50);
  EXPECT_EQ(MeasureAll(world).down, Seconds(50));
  EXPECT_EQ(MeasureAll(world).remaining, Seconds(50));
  EXPECT_EQ(MeasureAll(world).unknown, Seconds(0));
  world.knowledge.instant = Tick(80);
  EXPECT_EQ(MeasureAll(world).unknown, Seconds(20));
  EXPECT_EQ(MeasureAll(world).remaining, Seconds(20));
  world.measure.holding = Holding::kAtMost;
  world.measure.hold_limit = Seconds(30);
  EXPECT_EQ(MeasureAll(world).down, Seconds(20));  // from -10 to 20
  EXPECT_EQ(MeasureAll(world).unknown, Seconds(60));
  world.observations = {};
  EXPECT_EQ(MeasureAll(world).unknown, Seconds(80));
}

// Rule 10: the state at the window's start is carried from before it, with its cause.
TEST(Availability, CausesAreTheChangesAndTheStateCarriedIn) {
  SmallWorld world = Plain();
  world.observations = {Report(-50, State::kUp, 1),   Report(-20, State::kDown, 2),
                        Report(-10, State::kDown, 3), Report(10, State::kDown, 4),
                        Report(20, State::kUp, 5),    Report(30, State::kUp, 6),
                        Report(40, State::kDown, 7),  Report(100, State::kUp, 8)};
  Measured measured = MeasureAll(world);
  EXPECT_EQ(measured.causes, (std::vector<Cause>{{3, 0}, {5, 0}, {7, 0}}));
  EXPECT_EQ(measured.causes_left_out, 0u);
  EXPECT_EQ(measured.picture,
            (std::vector<Stretch>{{{Tick(0), Tick(20)}, SegmentKind::kDown, Cause{3, 0}},
                                  {{Tick(20), Tick(40)}, SegmentKind::kUp, Cause{5, 0}},
                                  {{Tick(40), Tick(100)}, SegmentKind::kDown, Cause{7, 0}}}));
  measured = MeasureAll(world, {.causes_max = 1, .picture_max = 2});
  EXPECT_EQ(measured.causes, (std::vector<Cause>{{3, 0}}));
  EXPECT_EQ(measured.causes_left_out, 2u);
  EXPECT_TRUE(measured.picture.empty());
  EXPECT_TRUE(measured.picture_left_out);
  EXPECT_FALSE(MeasureAll(world, {.picture_max = 0}).picture_left_out);
}

TEST(Availability, TimeBeforeTheTermIsGood) {
  SmallWorld world = Plain();
  world.window.term_begins = Tick(40);
  world.observations = {Report(-50, State::kDown, 1)};
  Measured measured = MeasureAll(world);
  EXPECT_EQ(measured.up, Seconds(40));
  EXPECT_EQ(measured.counted, Seconds(60));
}

TEST(Availability, BadObservationsAreRefused) {
  SmallWorld world = Plain();
  AvailabilityMeter meter(world.measure, world.window, {}, world.knowledge);
  EXPECT_FALSE(meter.Add(Report(0, State::kUnset)).ok());
  Observation backwards = Report(0, State::kUp);
  backwards.until = Tick(-1);
  EXPECT_FALSE(meter.Add(backwards).ok());
  ASSERT_TRUE(meter.Add(Report(5, State::kDown)).ok());
  EXPECT_FALSE(meter.Add(Report(4, State::kUp)).ok());
  ASSERT_TRUE(meter.Add(Report(5, State::kUp)).ok());  // the later of two at once prevails
  EXPECT_FALSE(meter.Done());
  ASSERT_TRUE(meter.Add(Report(100, State::kDown)).ok());
  EXPECT_TRUE(meter.Done());
  Measured measured = meter.Finish();
  EXPECT_EQ(measured.counted, Seconds(0));
  EXPECT_EQ(measured.up, Seconds(95));
}

// T-69
TEST(Availability, T69UnionsAreOrderedDisjointAndJoined) {
  auto united = [](std::vector<Interval> intervals) {
    return Union(std::move(intervals), {Tick(0), Tick(50)});
  };
  EXPECT_EQ(united({}), (std::vector<Interval>{}));
  EXPECT_EQ(
      united({{Tick(30), Tick(40)},
              {Tick(5), Tick(10)},
              {Tick(10), Tick(12)},
              {Tick(6), Tick(7)},
              {Tick(20), Tick(20)},
              {Tick(-5), Tick(1)},
              {Tick(49), Tick(90)},
              {Tick(60), Tick(70)}}),
      (std::vector<Interval>{
          {Tick(0), Tick(1)}, {Tick(5), Tick(12)}, {Tick(30), Tick(40)}, {Tick(49), Tick(50)}}));
}

// Times are counted in microseconds whatever the resolution: evidence is never snapped.
TEST(Availability, EvidenceIsNeverSnapped) {
  SmallWorld world = Plain();
  world.measure.resolution = Minutes(1);
  world.observations = {Report(0, State::kUp)};
  world.observations.push_back(
      {.from = Tick(10) + Duration{1}, .until = Tick(11), .state = State::kDown});
  world.observations.push_back({.from = Tick(20), .until = Tick(20), .state = State::kUp});
  EXPECT_EQ(MeasureAll(world).counted, Duration{Seconds(10).micros - 1});
}

}  // namespace
}  // namespace tally::replay
