// `tally replay` and `tally explain`: figures recomputed from the events, on any axis.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/axes.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/report_html.h"
#include "tools/report_json.h"
#include "tools/report_text.h"
#include "tools/session.h"
#include "tools/terms_file.h"
#include "tools/version.h"

namespace tally::tools {
namespace {

absl::StatusOr<ledger::EventAddress> ParseAddress(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  ledger::EventAddress address;
  if (parts.size() > 2 || !absl::SimpleAtoi(parts[0], &address.index) ||
      (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &address.offset))) {
    return Refuse("usage", absl::StrCat("'", text, "' is no event"), "write INDEX or INDEX/OFFSET");
  }
  return address;
}

absl::StatusOr<replay::ReplayRequest> RequestOf(const Invocation& call,
                                                const ledger::Ledger& ledger) {
  replay::ReplayRequest request;
  request.agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(request.axes, AxesOf(call));
  TALLY_ASSIGN_OR_RETURN(request.period, PeriodOf(call));
  request.objective = call.arguments.Value("objective");
  request.threads = static_cast<int>(call.arguments.Number("jobs").value_or(1));
  if (request.threads < 1 || request.threads > 256) {
    return Refuse("usage", "--jobs takes 1 to 256");
  }
  for (const std::string& text : call.arguments.Values("without")) {
    TALLY_ASSIGN_OR_RETURN(const ledger::EventAddress address, ParseAddress(text));
    const absl::StatusOr<ledger::VerifiedRecord> record = ledger.ReadRecord(address.index);
    if (!record.ok()) return Translate(Doing::kReading, record.status());
    if (address.offset >= record->events().size()) {
      return Refuse("not-found",
                    absl::StrCat("record ", address.index, " holds ", record->events().size(),
                                 " events, none at offset ", address.offset));
    }
    request.without.push_back(address);
  }
  if (std::optional<std::string> path = call.arguments.Value("terms"); path.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const CompiledTerms compiled, ReadTermsFile(call, *path, &ledger));
    request.terms = compiled.terms;
    request.reading = absl::StrCat("terms of ", *path);
  }
  if (request.terms.has_value() || !request.without.empty()) {
    request.reading = call.arguments.Value("reading").value_or(
        request.terms.has_value() ? request.reading : "without the events named");
  } else if (call.arguments.Value("reading").value_or("agreed") != "agreed") {
    return Refuse("usage", "--reading names another reading than the agreed one",
                  "say how it differs with --terms FILE or --without INDEX/OFFSET");
  }
  return request;
}

absl::StatusOr<replay::Result> RunReplayOf(const Invocation& call, const ledger::Ledger& ledger) {
  TALLY_ASSIGN_OR_RETURN(const replay::ReplayRequest request, RequestOf(call, ledger));
  absl::StatusOr<replay::Result> result = replay::Replay(ledger, request);
  if (!result.ok()) return Translate(Doing::kReading, result.status());
  return result;
}

absl::Status WriteReports(const Invocation& call, const ledger::Ledger& ledger,
                          const replay::Result& result) {
  if (std::optional<std::string> path = call.arguments.Value("html"); path.has_value()) {
    const HtmlReportOptions options{ledger.origin(), ledger.id().ToHex(),
                                    absl::StrCat("tally ", VersionText())};
    TALLY_RETURN_IF_ERROR(WriteOutput(call, *path, HtmlReport(result, options)));
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
  if (!WritesToStandardOutput(call)) {
    if (call.console.json()) {
      call.console.Verbatim(absl::StrCat(ReplayJson(result), "\n"));
    } else {
      call.console.Verbatim(ReplayText(result));
    }
  }
  TALLY_RETURN_IF_ERROR(WriteReports(call, *ledger, result));
  return 0;
}

absl::StatusOr<int> RunExplain(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result, RunReplayOf(call, *ledger));
  if (result.windows.empty()) {
    return Refuse("not-found", "the agreement has no such window",
                  "see `tally replay` for its windows and objectives");
  }
  if (!WritesToStandardOutput(call)) {
    if (call.console.json()) {
      call.console.Verbatim(absl::StrCat(ExplainJson(result), "\n"));
    } else {
      call.console.Verbatim(ExplainText(result));
    }
  }
  TALLY_RETURN_IF_ERROR(WriteReports(call, *ledger, result));
  return 0;
}

std::vector<OptionSpec> FigureOptions() {
  std::vector<OptionSpec> options = {
      {.name = "period",
       .type = ValueType::kText,
       .value_name = "P",
       .summary = "2026-02, 2026-Q1, 2026 or FROM/TO (default: all windows)"},
      {.name = "objective",
       .type = ValueType::kText,
       .value_name = "O",
       .summary = "only this objective"},
      {.name = "html",
       .type = ValueType::kFile,
       .value_name = "FILE",
       .summary = "also write a report that opens in any browser and prints"},
      {.name = "jobs",
       .type = ValueType::kNumber,
       .value_name = "N",
       .summary = "threads; the result is the same for any number (default 1)"},
  };
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
  replay.options.push_back({.name = "terms",
                            .type = ValueType::kFile,
                            .value_name = "FILE",
                            .summary = "another reading: these terms instead of the agreed ones"});
  replay.options.push_back({.name = "without",
                            .type = ValueType::kText,
                            .value_name = "INDEX/OFFSET",
                            .summary = "another reading: leave this event out",
                            .repeatable = true});
  replay.options.push_back({.name = "reading",
                            .type = ValueType::kText,
                            .value_name = "NAME",
                            .summary = "how to call the other reading"});
  replay.options.push_back(
      {.name = "result",
       .type = ValueType::kFile,
       .value_name = "FILE",
       .summary = "also write the canonical result, whose SHA-256 is the digest"});
  replay.text =
      "Without --period: all windows that begin before the earliest watermark of the objective's\n"
      "feeds. The same ledger, axes and engine give the same digest on any machine.\n";
  replay.examples = {
      "tally replay coral-island --period 2026-02",
      "tally replay coral-island --period 2026-02 --as-reported 2026-02-18T12:00:00Z --json"};
  replay.run = RunReplay;
  Command explain;
  explain.name = "explain";
  explain.summary = "derive a figure, from records through clauses to the last cent";
  explain.operands = replay.operands;
  explain.options = FigureOptions();
  explain.options.push_back({.name = "result",
                             .type = ValueType::kFile,
                             .value_name = "FILE",
                             .summary = "also write the canonical result"});
  explain.examples = {"tally explain coral-island --period 2026-02 --objective availability"};
  explain.run = RunExplain;
  return {replay, explain};
}

}  // namespace tally::tools
