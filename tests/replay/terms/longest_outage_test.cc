// Goal: outages of a window are read off its picture whole: joined where they touch, ended by what
// ends them, and with what touches the window's edges. Method: pictures by hand.
#include "replay/terms/longest_outage.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

// One letter an hour: 'u' up, 'd' down, 'g' degraded, '?' unknown, 'x' excluded.
std::vector<Stretch> Picture(const std::string& hours) {
  std::vector<Stretch> picture;
  for (size_t i = 0; i < hours.size(); ++i) {
    const int64_t hour = 3'600'000'000;
    const Instant first{hour * static_cast<int64_t>(i)};
    const char letter = hours[i];
    picture.push_back({.interval = {first, first + Duration{hour}},
                       .kind = letter == 'u'   ? SegmentKind::kUp
                               : letter == 'd' ? SegmentKind::kDown
                               : letter == 'g' ? SegmentKind::kDegraded
                               : letter == 'x' ? SegmentKind::kExcluded
                                               : SegmentKind::kUnknown,
                       .cause = {}});
  }
  return picture;
}
int64_t HoursOf(Duration length) { return length.micros / 3'600'000'000; }
std::vector<int64_t> Hours(const std::string& hours, const AvailabilityByTime& measure) {
  const OutagesOfWindow outages = OutagesIn(Picture(hours), measure);
  return {HoursOf(outages.longest), HoursOf(outages.at_begin), HoursOf(outages.at_end),
          outages.throughout ? 1 : 0};
}
using Numbers = std::vector<int64_t>;

TEST(LongestOutage, TheLongestAndThoseAtTheEdges) {
  const AvailabilityByTime measure = PlainObjective("99").measure;
  EXPECT_EQ(Hours("uuuu", measure), (Numbers{0, 0, 0, 0}));
  EXPECT_EQ(Hours("dduuddduud", measure), (Numbers{3, 2, 1, 0}));
  EXPECT_EQ(Hours("dddd", measure), (Numbers{4, 4, 4, 1}));
}

TEST(LongestOutage, WhatCountsAsDownContinuesOne) {
  AvailabilityByTime measure = PlainObjective("99").measure;
  measure.degraded = measure.unknown = CountsAs::kDown;
  EXPECT_EQ(Hours("ud?gdu", measure), (Numbers{4, 0, 0, 0}));
  measure.unknown = CountsAs::kUp;
  EXPECT_EQ(Hours("ud?gdu", measure), (Numbers{2, 0, 0, 0}));
  measure.degraded = CountsAs::kUp;
  EXPECT_EQ(Hours("ud?gdu", measure), (Numbers{1, 0, 0, 0}));
}

TEST(LongestOutage, ExcludedTimeEndsOneOrIsPassedOver) {
  AvailabilityByTime measure = PlainObjective("99").measure;
  EXPECT_EQ(Hours("uddxdu", measure), (Numbers{2, 0, 0, 0}));
  measure.minimum_outage = MinimumOutage{.quantum = {60'000'000},
                                         .count = 1,
                                         .edge = RunAtEdge::kCutAfterTest,
                                         .excluded = ExcludedInRun::kIsPassedOver,
                                         .alignment = Alignment::kSliding};
  EXPECT_EQ(Hours("uddxdu", measure), (Numbers{3, 0, 0, 0}));
  EXPECT_EQ(Hours("xddx", measure), (Numbers{2, 2, 2, 1}));
  EXPECT_EQ(Hours("xudx", measure), (Numbers{1, 0, 1, 0}));
}

TEST(LongestOutage, OnlyOneLineOfStatesHasOutages) {
  Objective objective = PlainObjective("99");
  EXPECT_TRUE(HasOutages(objective));
  objective.measure.monitors.resize(2);
  objective.measure.policy = MonitorPolicy::kAnyDown;
  EXPECT_TRUE(HasOutages(objective));
  objective.measure.policy = MonitorPolicy::kMean;
  EXPECT_FALSE(HasOutages(objective));
  objective = PlainObjective("99");
  objective.counted = Measure{};
  EXPECT_FALSE(HasOutages(objective));
}

}  // namespace
}  // namespace tally::replay
