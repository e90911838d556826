// Goal: one observer or several, in a real ledger, give what the policy of the terms says.
// Method: two sources of the feed that see different outages; each policy beside its figure; what
// one window used as evidence.
#include "replay/observed_thing.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

// "web" is down for 20 minutes, "mail" from minute 5 to 40 of the same hour.
void Publish(SmallCase& test) {
  for (uint32_t source : {1u, 2u}) test.feed.Report(source, State::kUp, On("2026-03-15T00:00:00Z"));
  test.feed.Report(1, State::kDown, On("2026-04-10T10:00:00Z"));
  test.feed.Report(2, State::kDown, On("2026-04-10T10:05:00Z"));
  test.feed.Report(1, State::kUp, On("2026-04-10T10:20:00Z"));
  test.feed.Report(2, State::kUp, On("2026-04-10T10:40:00Z"));
  test.Wait("2026-05-01T02:00:00Z");
  test.Publish("2026-05-01T01:00:00Z");
}

WindowResult With(MonitorPolicy policy, bool mail_first = false) {
  SmallCase test;
  AvailabilityByTime& measure = test.terms.objectives[0].measure;
  measure.sources.clear();
  measure.monitors = {{"web", {{"probes", "web"}}}, {"mail", {{"probes", "mail"}}}};
  if (mail_first) std::swap(measure.monitors[0], measure.monitors[1]);
  measure.policy = policy;
  if (policy == MonitorPolicy::kAllDown) measure.silent = SilentMonitor::kMayBeDown;
  test.Agree(test.terms);
  Publish(test);
  return test.Replay("2026-04").windows.at(0);
}

// GC-19 without its third monitor, through the ledger.
TEST(ObservedThing, GC19PoliciesOverALedger) {
  auto value = [](int64_t good, int64_t all) { return *Fraction::Of(good, all); };
  EXPECT_EQ(With(MonitorPolicy::kFallback).value, value(43'180, 43'200));
  EXPECT_EQ(With(MonitorPolicy::kFallback, true).value, value(43'165, 43'200));
  EXPECT_EQ(With(MonitorPolicy::kAnyDown).value, value(43'160, 43'200));
  EXPECT_EQ(With(MonitorPolicy::kAllDown).value, value(43'185, 43'200));
  EXPECT_EQ(With(MonitorPolicy::kMean).value, value(86'345, 86'400));
}

// The order of the monitors shows in nothing but the terms.
TEST(ObservedThing, TheOrderOfMonitorsDoesNotShow) {
  for (MonitorPolicy policy :
       {MonitorPolicy::kAnyDown, MonitorPolicy::kAllDown, MonitorPolicy::kMean}) {
    WindowResult first = With(policy), second = With(policy, true);
    EXPECT_EQ(first.value, second.value);
    EXPECT_EQ(first.causes, second.causes);
    EXPECT_EQ(first.counted, second.counted);
    ASSERT_EQ(first.evidence.size(), 1u);
    EXPECT_EQ(first.evidence[0].digest, second.evidence[0].digest);
    EXPECT_EQ(first.segments.size(), second.segments.size());
  }
}

// A monitor without a watermark after its last report is unknown from there on.
TEST(ObservedThing, AnUnboundFeedIsUnknown) {
  SmallCase test;
  AvailabilityByTime& measure = test.terms.objectives[0].measure;
  measure.sources.clear();
  measure.monitors = {{"web", {{"probes", "web"}}}, {"other", {{"nowhere", "web"}}}};
  measure.policy = MonitorPolicy::kAnyDown;
  measure.unknown = CountsAs::kDown;
  test.Agree(test.terms);
  Publish(test);
  WindowResult april = test.Replay("2026-04").windows.at(0);
  EXPECT_EQ(april.value, *Fraction::Of(0, 1));
  EXPECT_EQ(april.coverage, *Fraction::Of(20, 43'200));  // down by one is down, whoever is silent
}

}  // namespace
}  // namespace tally::replay
