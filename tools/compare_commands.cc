// `tally compare` and `tally contested`: replays beside each other.
#include "absl/strings/str_cat.h"
#include "replay/compare.h"
#include "replay/contested.h"
#include "schema/status.h"
#include "tools/axes.h"
#include "tools/command_table.h"
#include "tools/compare_report.h"
#include "tools/contested_html.h"
#include "tools/contested_report.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/pack_answer.h"
#include "tools/replay_request.h"
#include "tools/session.h"
#include "tools/version.h"

namespace tally::tools {
namespace {

absl::StatusOr<std::optional<PartingNames>> NamesIfAny(
    const ledger::Ledger& ledger, const std::optional<replay::Parting>& parting) {
  if (!parting.has_value()) return std::optional<PartingNames>();
  TALLY_ASSIGN_OR_RETURN(PartingNames names, NamesOf(ledger, *parting));
  return std::optional<PartingNames>(std::move(names));
}

absl::StatusOr<int> RunCompare(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  replay::CompareRequest request;
  request.every_record = call.arguments.Has("every-record");
  TALLY_ASSIGN_OR_RETURN(
      request.left, ReplayRequestFrom(call, *ledger, call.arguments.Value("left").value_or("")));
  TALLY_ASSIGN_OR_RETURN(
      request.right, ReplayRequestFrom(call, *ledger, call.arguments.Value("right").value_or("")));
  absl::StatusOr<replay::Comparison> comparison = replay::Compare(*ledger, request);
  if (!comparison.ok()) return Translate(Doing::kReading, comparison.status());
  TALLY_RETURN_IF_ERROR(AddDoubts(*ledger, request.left, comparison->left));
  TALLY_RETURN_IF_ERROR(AddDoubts(*ledger, request.right, comparison->right));
  CompareNames names;
  TALLY_ASSIGN_OR_RETURN(names.parting, NamesIfAny(*ledger, comparison->parting));
  TALLY_ASSIGN_OR_RETURN(names.evidence, NamesIfAny(*ledger, comparison->evidence));
  for (const replay::PartingOfKind& kind : comparison->partings) {
    TALLY_ASSIGN_OR_RETURN(PartingNames first, NamesOf(*ledger, kind.first));
    TALLY_ASSIGN_OR_RETURN(PartingNames last, NamesOf(*ledger, kind.last));
    names.partings.emplace_back(std::move(first), std::move(last));
  }
  const std::string path = call.arguments.Value("result").value_or("");
  if (path != "-") {
    call.console.Verbatim(call.console.json() ? absl::StrCat(CompareJson(*comparison, names), "\n")
                                              : CompareText(*comparison, names));
  }
  if (!path.empty()) {
    TALLY_RETURN_IF_ERROR(WriteOutput(call, path, replay::CanonicalComparison(*comparison)));
    if (path != "-") call.console.Note(absl::StrCat("canonical comparison written to ", path));
  }
  return comparison->equal ? kExitDone : kExitNo;
}

absl::StatusOr<int> RunContested(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const replay::ReplayRequest request, ReplayRequestOf(call, *ledger));
  absl::StatusOr<replay::Contested> contested = replay::FindContested(*ledger, request);
  if (!contested.ok()) return Translate(Doing::kReading, contested.status());
  TALLY_RETURN_IF_ERROR(AddDoubts(*ledger, request, contested->standing));
  TALLY_ASSIGN_OR_RETURN(ToldActs acts, ReadToldActs(*ledger, request.agreement));
  const std::string path = call.arguments.Value("result").value_or("");
  const std::string html = call.arguments.Value("html").value_or("");
  if (path == "-" && html == "-") {
    return Refuse("usage", "--result and --html both write to standard output", "name a file");
  }
  if (path != "-" && html != "-") {
    call.console.Verbatim(call.console.json() ? absl::StrCat(ContestedJson(*contested, acts), "\n")
                                              : ContestedText(*contested, acts));
  }
  if (!html.empty()) {
    TALLY_ASSIGN_OR_RETURN(LocalTimes local, LocalTimes::Read(*ledger, request.agreement));
    std::vector<PictureMark> marks;
    for (const replay::ContestedPoint& point : contested->points) {
      for (const Interval& part : point.time) {
        marks.push_back({part, absl::StrCat(point.kind, " ", point.name)});
      }
    }
    const HtmlReportOptions options{ledger->origin(),
                                    ledger->id().ToHex(),
                                    absl::StrCat("tally ", VersionText()),
                                    {},
                                    SameQuestion(call, contested->standing.known.size),
                                    std::move(acts),
                                    std::move(local),
                                    std::move(marks)};
    TALLY_RETURN_IF_ERROR(WriteOutput(call, html, ContestedHtml(*contested, options)));
    if (html != "-") call.console.Note(absl::StrCat("dispute report written to ", html));
  }
  if (!path.empty()) {
    TALLY_RETURN_IF_ERROR(WriteOutput(call, path, replay::CanonicalContested(*contested)));
    if (path != "-") call.console.Note(absl::StrCat("canonical list written to ", path));
  }
  return kExitDone;
}

Command ContestedCommand() {
  Command contested;
  contested.name = "contested";
  contested.summary = "every contested point, the figure of each reading, and the money between";
  contested.operands = {{"AGREEMENT", "the agreement's name"}};
  contested.options = QuestionOptions();
  for (OptionSpec& option : AxesOptions()) contested.options.push_back(std::move(option));
  contested.options.push_back(
      {.name = "html",
       .type = ValueType::kFile,
       .value_name = "FILE",
       .summary = "also write a report that prints, with the readings side by side"});
  contested.options.push_back({.name = "result",
                               .type = ValueType::kFile,
                               .value_name = "FILE",
                               .summary = "also write the canonical list"});
  contested.text =
      "Points are exclusions and attributions that nobody decided, sources or monitors that tell\n"
      "of one thing, corrections of evidence, objections to closings, and claims answered with\n"
      "another amount. Each is recomputed as each side reads it, everything else as it stands;\n"
      "then all together, as they favour one side alone. Nothing of it is recorded or posted.\n";
  contested.examples = {"tally contested web-shop --period 2026-02",
                        "tally contested web-shop --html dispute.html",
                        "tally contested web-shop --as-recorded 2026-05-05T00:00:00Z --json"};
  contested.run = RunContested;
  return contested;
}

}  // namespace

std::vector<Command> CompareCommands() {
  Command compare;
  compare.name = "compare";
  compare.summary = "the difference of two replays, and the first event at which they part";
  compare.operands = {{"AGREEMENT", "the agreement's name"}};
  compare.options = QuestionOptions();
  for (const char* side : {"left", "right"}) {
    compare.options.push_back(
        {.name = side,
         .type = ValueType::kText,
         .value_name = "AXES",
         .summary = absl::StrCat("the ", side, " replay; \"\" is the agreed one as known now"),
         .required = true});
  }
  compare.options.push_back(
      {.name = "every-record",
       .summary = "look at every record for the first event, however many there are"});
  compare.options.push_back({.name = "result",
                             .type = ValueType::kFile,
                             .value_name = "FILE",
                             .summary = "also write the canonical comparison"});
  compare.text =
      "AXES, in quotes, are options of replay: --as-recorded TIME or --at-size N, --as-reported\n"
      "TIME, --engine VERSION, --terms FILE, --without INDEX/OFFSET, --reading NAME. Both replays\n"
      "are played forward side by side from the first record; the event named is the one with\n"
      "which they first differ in what they differ in at the end. Of each kind of difference its\n"
      "own first event is named, and the one after which they stay apart. Of more than 64 records\n"
      "that could matter the search halves and may name a later crossing; --every-record never\n"
      "does.\n"
      "Exit status 0: equal; 1: they differ.\n";
  compare.examples = {
      "tally compare web-shop --left \"--as-recorded 2026-05-05T00:00:00Z\" --right \"\"",
      "tally compare web-shop --period 2026-02 --left \"\" --right \"--terms mine.yaml\" --json"};
  compare.run = RunCompare;
  return {compare, ContestedCommand()};
}

}  // namespace tally::tools
