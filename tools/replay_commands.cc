// `tally replay` and `tally explain`: figures recomputed from the events, on any axis.
#include "absl/strings/str_cat.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/axes.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/field_origins.h"
#include "tools/files.h"
#include "tools/pack_answer.h"
#include "tools/replay_request.h"
#include "tools/report_html.h"
#include "tools/report_json.h"
#include "tools/report_text.h"
#include "tools/session.h"
#include "tools/summary_report.h"
#include "tools/version.h"

namespace tally::tools {
namespace {

absl::StatusOr<replay::Result> RunReplayOf(const Invocation& call, const ledger::Ledger& ledger) {
  TALLY_ASSIGN_OR_RETURN(const replay::ReplayRequest request, ReplayRequestOf(call, ledger));
  absl::StatusOr<replay::Result> result = replay::Replay(ledger, request);
  if (!result.ok()) return Translate(Doing::kReading, result.status());
  TALLY_RETURN_IF_ERROR(AddDoubts(ledger, request, *result));
  return result;
}

// What pages tell beside the result, read once for all forms of it.
absl::StatusOr<HtmlReportOptions> OptionsOfReport(const Invocation& call,
                                                  const ledger::Ledger& ledger,
                                                  const replay::Result& result,
                                                  const std::vector<TermsOrigins>& origins = {}) {
  HtmlReportOptions options{ledger.origin(), ledger.id().ToHex(),
                            absl::StrCat("tally ", VersionText()), origins,
                            SameQuestion(call, result.known.size)};
  if (!call.arguments.Has("html") && !call.arguments.Has("summary")) return options;
  TALLY_ASSIGN_OR_RETURN(options.local, LocalTimes::Read(ledger, result.agreement));
  TALLY_ASSIGN_OR_RETURN(options.acts, ReadToldActs(ledger, result.agreement));
  return options;
}

absl::Status WriteReports(const Invocation& call, const replay::Result& result,
                          const HtmlReportOptions& options) {
  if (std::optional<std::string> path = call.arguments.Value("html"); path.has_value()) {
    TALLY_RETURN_IF_ERROR(WriteOutput(call, *path,
                                      call.arguments.Has("summary") ? SummaryHtml(result, options)
                                                                    : HtmlReport(result, options)));
    if (*path != "-") call.console.Note(absl::StrCat("report written to ", *path));
  }
  if (std::optional<std::string> path = call.arguments.Value("result"); path.has_value()) {
    TALLY_RETURN_IF_ERROR(WriteOutput(call, *path, replay::CanonicalResult(result)));
    if (*path != "-") call.console.Note(absl::StrCat("canonical result written to ", *path));
  }
  return absl::OkStatus();
}

bool WritesToStandardOutput(const Invocation& call) {
  return call.arguments.Value("html").value_or("") == "-" ||
         call.arguments.Value("result").value_or("") == "-";
}

absl::StatusOr<int> RunReplay(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result, RunReplayOf(call, *ledger));
  TALLY_ASSIGN_OR_RETURN(const HtmlReportOptions options, OptionsOfReport(call, *ledger, result));
  if (!WritesToStandardOutput(call)) {
    if (call.console.json()) {
      call.console.Verbatim(absl::StrCat(ReplayJson(result), "\n"));
    } else {
      call.console.Verbatim(call.arguments.Has("summary") ? SummaryText(result, options)
                                                          : ReplayText(result));
    }
  }
  TALLY_RETURN_IF_ERROR(WriteReports(call, result, options));
  return 0;
}

absl::StatusOr<int> RunExplain(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result, RunReplayOf(call, *ledger));
  if (result.windows.empty()) {
    return Refuse("not-found", "the agreement has no such window",
                  "see `tally replay` for its windows and objectives");
  }
  TALLY_ASSIGN_OR_RETURN(const std::vector<TermsOrigins> origins, OriginsOf(*ledger, result));
  TALLY_ASSIGN_OR_RETURN(const HtmlReportOptions options,
                         OptionsOfReport(call, *ledger, result, origins));
  if (!WritesToStandardOutput(call)) {
    if (call.console.json()) {
      call.console.Verbatim(absl::StrCat(ExplainJson(result, origins), "\n"));
    } else {
      call.console.Verbatim(ExplainText(result, origins));
    }
  }
  TALLY_RETURN_IF_ERROR(WriteReports(call, result, options));
  return 0;
}

std::vector<OptionSpec> FigureOptions() {
  std::vector<OptionSpec> options = QuestionOptions();
  options.push_back({.name = "html",
                     .type = ValueType::kFile,
                     .value_name = "FILE",
                     .summary = "also write a report that opens in any browser and prints"});
  for (OptionSpec& option : AxesOptions()) options.push_back(std::move(option));
  return options;
}

}  // namespace

std::vector<Command> ReplayCommands() {
  Command replay;
  replay.name = "replay";
  replay.summary = "recompute the figures of an agreement from the events";
  replay.operands = {{"AGREEMENT", "the agreement's name"}};
  replay.options = FigureOptions();
  replay.options.push_back(
      {.name = "summary",
       .summary = "one page a window, in text and --html: figure, money, why, what can be done"});
  for (OptionSpec& option : ReadingOptions()) replay.options.push_back(std::move(option));
  replay.options.push_back(
      {.name = "result",
       .type = ValueType::kFile,
       .value_name = "FILE",
       .summary = "also write the canonical result, whose SHA-256 is the digest"});
  replay.text =
      "Without --period: all windows that begin before the earliest watermark of the objective's\n"
      "feeds. The same ledger, axes and engine give the same digest on any machine. Another "
      "reading\n"
      "(--terms, --without) is labelled with its name; nothing of it is posted or recorded.\n";
  replay.examples = {
      "tally replay coral-island --period 2026-02 --summary --html february.html",
      "tally replay coral-island --period 2026-02",
      "tally replay coral-island --period 2026-02 --as-reported 2026-02-18T12:00:00Z --json"};
  replay.run = RunReplay;
  Command explain;
  explain.name = "explain";
  explain.summary = "derive a figure, from records through clauses to the last cent";
  explain.operands = replay.operands;
  explain.options = FigureOptions();
  for (OptionSpec& option : ReadingOptions()) explain.options.push_back(std::move(option));
  explain.options.push_back({.name = "result",
                             .type = ValueType::kFile,
                             .value_name = "FILE",
                             .summary = "also write the canonical result"});
  explain.text =
      "Another reading (--terms, --without) is derived the same way and labelled with its name;\n"
      "nothing of it is posted or recorded.\n";
  explain.examples = {"tally explain coral-island --period 2026-02 --objective availability",
                      "tally explain coral-island --period 2026-02 --terms proposed.yaml"};
  explain.run = RunExplain;
  return {replay, explain};
}

}  // namespace tally::tools
