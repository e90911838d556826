// Goal: every measure of the vocabulary is counted by the file of its table, and nothing else is.
// Method: each kind with no evidence and no choices cannot be asked for by mistake: the dispatcher
// alone is looked at, with a kind of each table and one of none.
#include "replay/terms/counting.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"

namespace tally::replay {
namespace {

absl::StatusOr<Counted> Count(const std::string& kind, Choices choices) {
  Objective objective;
  objective.id = "duty";
  objective.counted = Measure{kind, {}, std::move(choices)};
  const Zone zone = Zone::Utc();
  CalendarBook calendars;
  calendars.emplace("24x7", BusinessCalendar::Always());
  CountQuestion question;
  question.objective = &objective;
  question.zone = &zone;
  question.calendars = &calendars;
  question.window.interval = {{0}, {Hours(1).micros}};
  return CountMeasure(question);
}

TEST(Counting, AKindIsCountedByItsTable) {
  const Choices ratio({{"invalid requests", {"left out"}},
                       {"membership", {"start"}},
                       {"minimum sample", {"0"}},
                       {"retries", {"left out"}}});
  const absl::StatusOr<Counted> requests = Count("request ratio", ratio);
  ASSERT_TRUE(requests.ok()) << requests.status();
  EXPECT_FALSE(requests->value.has_value()) << "nothing was requested";
  const absl::StatusOr<Counted> calls =
      Count("average speed of answer", Choices({{"minimum sample", {"0"}}, {"queues", {"none"}}}));
  ASSERT_TRUE(calls.ok()) << calls.status();
  EXPECT_FALSE(calls->value.has_value());
}

TEST(Counting, WhatNoTableHasIsRefused) {
  const absl::StatusOr<Counted> counted = Count("guess", {});
  EXPECT_TRUE(absl::IsInvalidArgument(counted.status()));
  EXPECT_TRUE(absl::StrContains(counted.status().message(), "\"guess\""));
  EXPECT_FALSE(Count("cap", {}).ok()) << "a rule is no measure";
}

}  // namespace
}  // namespace tally::replay
