// Goal: the metrics say what the run did, and a failed run keeps the time of the last success.
// Method: reports made by hand.
#include "tools/project_report.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

TEST(ProjectReport, AFailedRunKeepsTheLastSuccess) {
  ProjectTotals totals;
  totals.knowledge = *ParseInstant("2026-11-01T00:00:00Z");
  const ProjectReport report{
      .totals = totals, .ahead_days = 7, .duration = Milliseconds(1500), .dry_run = false};
  const std::string good = ProjectMetrics(report, "");
  EXPECT_NE(good.find("\ntally_project_last_success_timestamp_seconds 1793491200\n"),
            std::string::npos)
      << good;
  EXPECT_NE(good.find("\ntally_project_duration_seconds 1.500000\n"), std::string::npos) << good;
  totals.knowledge = totals.knowledge + Days(1);
  totals.failures.push_back({"shop", "why"});
  const std::string bad = ProjectMetrics(report, good);
  EXPECT_NE(bad.find("\ntally_project_last_success_timestamp_seconds 1793491200\n"),
            std::string::npos)
      << bad;
  EXPECT_NE(bad.find("\ntally_project_failures 1\n"), std::string::npos) << bad;
}

TEST(ProjectReport, DeadlinesAheadAreThoseWithinTheDays) {
  ProjectTotals totals;
  totals.knowledge = *ParseInstant("2026-11-01T00:00:00Z");
  for (const int days : {9, 7, 6, -1}) {
    NextDeadline next;
    next.deadline.due = totals.knowledge + Days(days);
    totals.deadlines.push_back(next);
  }
  const ProjectReport report{
      .totals = totals, .ahead_days = 7, .duration = Milliseconds(0), .dry_run = false};
  const std::vector<NextDeadline> ahead = DeadlinesAhead(report);
  ASSERT_EQ(ahead.size(), 2u);
  EXPECT_EQ(ahead[0].deadline.due, totals.knowledge - Days(1));
}

}  // namespace
}  // namespace tally::tools
