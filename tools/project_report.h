// What the nightly job tells people, programs and monitoring systems about one run.
//
// The metrics file is the text format of Prometheus, as its node exporter's textfile collector
// reads it. It is replaced whole, so a reader sees the last run or this one. A run that could not
// project every agreement keeps the time of the last success: an alarm on its age is the one that
// also fires when the job does not run at all.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "schema/instant.h"
#include "tools/command.h"
#include "tools/project_run.h"

namespace tally::tools {

struct ProjectReport {
  const ProjectTotals& totals;
  uint64_t ahead_days;  // deadlines that are due later are not listed
  Duration duration;    // of the run
  bool dry_run;
};

// Deadlines of the run that are due within the days that were asked for, the next first.
std::vector<NextDeadline> DeadlinesAhead(const ProjectReport& report);

// tally.project/1, and lines for people.
void PrintProject(const Invocation& call, const ProjectReport& report);

// Names start with tally_project_. `previous` is the file as the last run left it, "" without one.
std::string ProjectMetrics(const ProjectReport& report, absl::string_view previous);
// A file that tells of no success: "0", which is long ago.
std::string MetricsBeforeTheFirstRun();

}  // namespace tally::tools
