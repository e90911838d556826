// Goal: runs of bad time count whole or not at all, and snap as the terms say.
// Method: every small length against every resolution; then sequences of pieces with their totals.
// The random comparison with a naive reference is in availability_test.cc.
#include "replay/terms/outage.h"

#include <optional>
#include <vector>

#include "gtest/gtest.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Interval Piece(int64_t first, int64_t limit) {
  return {{Seconds(first).micros}, {Seconds(limit).micros}};
}

TEST(Outage, EveryLengthSnapsToEveryResolution) {
  for (int64_t length = 0; length <= 130; ++length) {
    for (int64_t resolution = 1; resolution <= 130; ++resolution) {
      Duration floor = Snapped({length}, {resolution}, Snap::kFloor);
      Duration ceil = Snapped({length}, {resolution}, Snap::kCeil);
      EXPECT_EQ(floor.micros, length / resolution * resolution);
      EXPECT_EQ(ceil.micros, (length + resolution - 1) / resolution * resolution);
      EXPECT_EQ(Snapped({length}, {resolution}, Snap::kNone).micros, length);
    }
  }
}

// Counts the pieces of {5 s}, a gap, {3 s + 4 s}, a gap, {10 s beyond the window's end}.
Duration CountOf(const AvailabilityByTime& measure, Duration* unpaid = nullptr) {
  OutageCounter counter(measure, Piece(0, 100), {Piece(20, 24)});
  counter.Bad(Piece(0, 5));
  counter.EndRun();
  counter.EndRun();
  counter.Bad(Piece(20, 23));
  counter.Bad(Piece(23, 27));
  counter.EndRun();
  counter.Bad(Piece(95, 105));
  counter.Finish();
  if (unpaid != nullptr) *unpaid = counter.counted_unpaid();
  return counter.counted();
}

TEST(Outage, EachOutageOrTheTotalIsSnapped) {
  AvailabilityByTime measure = PlainMeasure();
  measure.resolution = Seconds(6);
  EXPECT_EQ(CountOf(measure), Seconds(17));
  measure.snap = Snap::kFloor;
  measure.snap_scope = SnapScope::kEachOutage;
  EXPECT_EQ(CountOf(measure), Seconds(6));
  measure.snap_scope = SnapScope::kWindowTotal;
  EXPECT_EQ(CountOf(measure), Seconds(12));
  measure.snap = Snap::kCeil;
  EXPECT_EQ(CountOf(measure), Seconds(18));
  measure.snap_scope = SnapScope::kEachOutage;
  EXPECT_EQ(CountOf(measure), Seconds(24));
}

TEST(Outage, ShortRunsDoNotCountAndLongOnesCountWhole) {
  AvailabilityByTime measure = PlainMeasure();
  struct Case {
    int64_t quantum;
    uint32_t count;
    int64_t expected;
  };
  for (const Case& c : std::vector<Case>{{1, 1, 17},
                                         {1, 5, 17},
                                         {1, 6, 12},
                                         {3, 2, 12},
                                         {1, 7, 12},
                                         {1, 8, 5},
                                         {2, 5, 5},
                                         {11, 1, 0}}) {
    measure.minimum_outage = MinimumOutage{Seconds(c.quantum), c.count, RunAtEdge::kCutAfterTest,
                                           ExcludedInRun::kBreaksRun, Alignment::kSliding};
    EXPECT_EQ(CountOf(measure), Seconds(c.expected)) << c.quantum << " x " << c.count;
  }
}

// GC-08
TEST(Outage, GC08PartialMinutesBySlidingAndByClock) {
  AvailabilityByTime measure = PlainMeasure();
  measure.resolution = Minutes(1);
  measure.snap = Snap::kFloor;
  measure.snap_scope = SnapScope::kEachOutage;
  Interval april = Between("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z");
  auto count = [&](Alignment alignment, absl::string_view limit) {
    measure.minimum_outage = MinimumOutage{Minutes(1), 1, RunAtEdge::kCutBeforeTest,
                                           ExcludedInRun::kBreaksRun, alignment};
    OutageCounter counter(measure, april, {});
    counter.Bad(Between("2026-04-10T10:00:30Z", limit));
    counter.Finish();
    return counter.counted();
  };
  EXPECT_EQ(count(Alignment::kClock, "2026-04-10T10:02:30Z"), Minutes(1));
  EXPECT_EQ(count(Alignment::kSliding, "2026-04-10T10:02:30Z"), Minutes(2));
  EXPECT_EQ(count(Alignment::kClock, "2026-04-10T10:02:29Z"), Minutes(1));
  EXPECT_EQ(count(Alignment::kSliding, "2026-04-10T10:02:29Z"), Minutes(1));
  EXPECT_EQ(count(Alignment::kClock, "2026-04-10T10:03:00Z"), Minutes(2));
  EXPECT_EQ(count(Alignment::kClock, "2026-04-10T10:01:59Z"), Minutes(0));
}

// Quanta of the clock begin at multiples since 1970, also before it, and excluded time completes
// one only where it is passed over.
TEST(Outage, QuantaOfTheClockAreWhole) {
  AvailabilityByTime measure = PlainMeasure();
  auto count = [&](ExcludedInRun excluded, std::vector<int64_t> edges) {
    measure.minimum_outage =
        MinimumOutage{Seconds(10), 1, RunAtEdge::kCutBeforeTest, excluded, Alignment::kClock};
    OutageCounter counter(measure, Piece(-100, 100), {});
    for (size_t i = 0; i + 1 < edges.size(); ++i) {
      if (i % 2 == 0) counter.Bad(Piece(edges[i], edges[i + 1]));
      if (i % 2 == 1) counter.Excluded(Piece(edges[i], edges[i + 1]));
    }
    counter.Finish();
    return counter.counted().micros / Seconds(1).micros;
  };
  using enum ExcludedInRun;
  EXPECT_EQ(count(kBreaksRun, {-25, 5}), 20);
  EXPECT_EQ(count(kBreaksRun, {-9, 9}), 0);
  EXPECT_EQ(count(kBreaksRun, {-9, 19}), 10);
  EXPECT_EQ(count(kBreaksRun, {0, 4, 8, 20}), 10);
  EXPECT_EQ(count(kIsPassedOver, {0, 4, 8, 20}), 16);
  EXPECT_EQ(count(kIsPassedOver, {1, 4, 8, 20}), 10);
  EXPECT_EQ(count(kIsPassedOver, {0, 4, 11}), 0);  // excluded time adds no length
}

// T-65: a threshold beyond 64 bits is never reached.
TEST(Outage, T65HugeThresholdsDoNotWrap) {
  AvailabilityByTime measure = PlainMeasure();
  measure.minimum_outage = MinimumOutage{Duration{INT64_MAX}, UINT32_MAX, RunAtEdge::kCutBeforeTest,
                                         ExcludedInRun::kBreaksRun};
  EXPECT_EQ(CountOf(measure), Seconds(0));
}

TEST(Outage, WhatIsPaidForIsNotUnpaid) {
  Duration unpaid;
  EXPECT_EQ(CountOf(PlainMeasure(), &unpaid), Seconds(17));
  EXPECT_EQ(unpaid, Seconds(13));
}

}  // namespace
}  // namespace tally::replay
