// `tally project`: the nightly job. What a run is and why it can be stopped anywhere stands in
// project_run.h; what it tells in project_report.h.
#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/project_report.h"
#include "tools/project_run.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

constexpr uint64_t kJobsMax = 256;      // each is a thread with an agreement's evidence
constexpr uint64_t kAheadMax = 36'500;  // days
constexpr uint64_t kAheadDefault = 7;
constexpr size_t kMetricsMax = 1 << 20;  // of the file that is replaced

absl::StatusOr<ProjectOptions> OptionsOfCall(const Invocation& call) {
  ProjectOptions options;
  const uint64_t cores = std::max(1u, std::thread::hardware_concurrency());
  const uint64_t jobs = call.arguments.Number("jobs").value_or(std::min(cores, kJobsMax));
  if (jobs < 1 || jobs > kJobsMax) {
    return Refuse("usage", absl::StrCat("--jobs: give 1 to ", kJobsMax));
  }
  options.jobs = static_cast<size_t>(jobs);
  options.every = call.arguments.Has("every");
  options.since = call.arguments.Number("changes-since");
  options.knowledge = call.arguments.Time("knowledge");
  if (options.every && options.since.has_value()) {
    return Refuse("usage", "--every and --changes-since contradict each other");
  }
  return options;
}

// The file that --metrics names, as an earlier run left it; "" without the option. Where there is
// none, one that tells of no success is written before anything else is done: a folder that cannot
// be written to is refused while nothing was appended yet, and alarms see a job of which no run
// ever came to its end.
absl::StatusOr<std::string> PreviousMetrics(const Invocation& call) {
  const std::optional<std::string> path = call.arguments.Value("metrics");
  if (!path.has_value() || call.arguments.Has("dry-run")) return "";
  if (Exists(*path)) return ReadInput(call, *path, kMetricsMax);
  TALLY_RETURN_IF_ERROR(
      WriteFile(*path, MetricsBeforeTheFirstRun(), Privacy::kPublic, Replace::kNever));
  return "";
}

// A failed write does not undo what was appended, and must not pass as success either.
absl::Status WriteMetrics(const Invocation& call, const ProjectReport& report,
                          absl::string_view previous) {
  const std::optional<std::string> path = call.arguments.Value("metrics");
  if (!path.has_value() || report.dry_run) return absl::OkStatus();
  return WriteFile(*path, ProjectMetrics(report, previous), Privacy::kPublic, Replace::kYes);
}

absl::StatusOr<int> RunProject(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const ProjectOptions options, OptionsOfCall(call));
  const uint64_t ahead = call.arguments.Number("ahead").value_or(kAheadDefault);
  if (ahead > kAheadMax) {
    return Refuse("usage", absl::StrCat("--ahead: give at most ", kAheadMax, " days"));
  }
  TALLY_ASSIGN_OR_RETURN(const std::string previous, PreviousMetrics(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenOperatorKey(call));
  const Duration started = call.world.clock->SinceBoot();
  TALLY_ASSIGN_OR_RETURN(const ProjectTotals totals, RunProjection(call, *session, key, options));
  const ProjectReport report{.totals = totals,
                             .ahead_days = ahead,
                             .duration = {call.world.clock->SinceBoot().micros - started.micros},
                             .dry_run = session->dry_run()};
  PrintProject(call, report);
  TALLY_RETURN_IF_ERROR(WriteMetrics(call, report, previous));
  return totals.failures.empty() ? kExitDone : kExitNo;
}

std::vector<OptionSpec> OptionsOfProject() {
  return {
      {.name = "jobs",
       .type = ValueType::kNumber,
       .value_name = "N",
       .summary = "look at N agreements at once (default: as many as there are processors)"},
      {.name = "changes-since",
       .type = ValueType::kNumber,
       .value_name = "SIZE",
       .summary = "only agreements whose streams grew since the log had SIZE records"},
      {.name = "every",
       .summary = "look at unchanged agreements as well, so that the lists speak of all"},
      {.name = "knowledge",
       .type = ValueType::kTime,
       .value_name = "TIME",
       .summary = "go on with the run of TIME that was stopped, instead of beginning one now"},
      {.name = "ahead",
       .type = ValueType::kNumber,
       .value_name = "DAYS",
       .summary = "list deadlines that are due within DAYS (default: 7)"},
      {.name = "metrics",
       .type = ValueType::kFile,
       .value_name = "FILE",
       .summary = "replace FILE by the run's figures in the text format of Prometheus"},
  };
}

}  // namespace

std::vector<Command> ProjectCommands() {
  Command project;
  project.name = "project";
  project.summary = "the nightly job: append statements that changed and closings that are due";
  project.options = OptionsOfProject();
  project.text =
      "Reads the clock once; that instant is what every timer is tested against. A statement is\n"
      "appended only when its figures differ from the last one of the same window, so running the\n"
      "job twice appends nothing twice; of an open window the clock alone can move the figures,\n"
      "where time passes that nobody has reported yet. A run that was stopped at any place is\n"
      "gone on with by the next one. A closed figure is never changed: closed windows that the "
      "ledger would now\n"
      "give otherwise are listed, for the parties to restate.\n\n"
      "Agreements that are unchanged since they were last stated are passed over, and the lists\n"
      "of deadlines, rights and stale windows leave them out unless --every is given. Whatever\n"
      "--jobs says, the same is appended in the same order.\n\n"
      "Exit status: 0 done; 1 an agreement could not be projected, the others were; 6 another\n"
      "process appends (--wait[=S] waits for it). `docs/OPERATING.md` has the timer and alarms.\n";
  project.examples = {"tally project -C acme.ledger",
                      "tally project -C acme.ledger --every --metrics "
                      "/var/lib/node_exporter/tally.prom --wait=600"};
  project.appends = true;
  project.run = RunProject;
  return {project};
}

}  // namespace tally::tools
