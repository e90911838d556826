// `tally terms new`, `tally terms check` and `tally terms show`.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ledger/chain/digest.h"
#include "replay/replay.h"
#include "replay/target_book.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/axes.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/printable.h"
#include "tools/template_texts.h"
#include "tools/terms_file.h"
#include "tools/terms_ledger.h"
#include "tools/terms_provenance.h"
#include "tools/terms_text.h"
#include "tools/terms_underpinning.h"

namespace tally::tools {
namespace {

void DiagnosticJson(const Diagnostic& diagnostic, JsonWriter& json) {
  const Fault& fault = diagnostic.fault;
  json.BeginObject()
      .Field("severity", diagnostic.severity == Severity::kError ? "error" : "warning")
      .Field("code", fault.code)
      .Field("message", fault.message)
      .Field("file", fault.position.file)
      .Key("line")
      .Small(fault.position.line)
      .Key("column")
      .Small(fault.position.column)
      .Field("hint", fault.hint)
      .EndObject();
}

// A ledger is not needed, but where one is named its zones are the ones that count. nullptr: none.
absl::StatusOr<std::unique_ptr<ledger::Ledger>> NamedLedger(const Invocation& call) {
  std::unique_ptr<ledger::Ledger> ledger;
  const auto directory = LedgerDirectory(call);
  if (!directory.ok()) return ledger;
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> opened = OpenLedger(call);
  // TALLY_LEDGER may name a ledger that is still to be made; an option means it.
  const bool meant = call.arguments.Has("ledger") || Exists(*directory);
  if (!opened.ok() && meant) return opened.status();
  if (opened.ok()) ledger = *std::move(opened);
  return ledger;
}

TermsHash HashOf(const Terms& terms) { return ledger::HashOfTerms(Encode(terms)); }

// The agreements below that were given, held against what rests on them.
absl::Status LintGiven(const Invocation& call, const TermsDocuments& documents,
                       CheckedTerms& checked) {
  if (!call.arguments.Has("with")) return absl::OkStatus();
  std::vector<GivenAgreement> given;
  for (const std::string& path : call.arguments.Values("with")) {
    TALLY_ASSIGN_OR_RETURN(const std::string text, ReadInput(call, path));
    const CheckedTerms other = CheckTerms(text, path, documents);
    checked.report.Take(other.report);
    if (!other.compiled) continue;
    given.push_back({path, other.compiled->terms, HashOf(other.compiled->terms)});
  }
  if (checked.compiled && checked.ranges.empty()) {
    LintSupports(checked.compiled->terms, given, checked.report);
  }
  for (const ResolvedRange& range : checked.ranges) {
    TermsReport inside;
    inside.Take(checked.report);
    LintSupports(range.terms, given, inside);
    checked.report.Take(inside);  // what holds of several is said once
  }
  return absl::OkStatus();
}

std::string EndOf(const Interval& valid) {
  return valid.limit == Instant::Max() ? "open" : FormatInstant(valid.limit);
}

void PrintHashes(const Invocation& call, const CheckedTerms& checked) {
  if (checked.ranges.empty()) {
    call.console.Line(absl::StrCat("terms ", HashOf(checked.compiled->terms).ToHex()));
  }
  for (const ResolvedRange& range : checked.ranges) {
    call.console.Line(absl::StrCat("terms ", HashOf(range.terms).ToHex(), " from ",
                                   FormatInstant(range.valid.first), " until ",
                                   EndOf(range.valid)));
  }
}

absl::StatusOr<int> RunCheck(const Invocation& call) {
  const std::string path = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::string text, ReadInput(call, path));
  TALLY_ASSIGN_OR_RETURN(const auto ledger, NamedLedger(call));
  TALLY_ASSIGN_OR_RETURN(const TermsDocuments documents, ZonesOf(call, ledger.get()));
  CheckedTerms checked = CheckTerms(text, path, documents);
  if (ledger != nullptr && checked.compiled.has_value()) {
    TALLY_RETURN_IF_ERROR(LintLedger(*ledger, *checked.compiled, checked.report));
  }
  TALLY_RETURN_IF_ERROR(LintGiven(call, documents, checked));
  const bool refused =
      checked.report.HasErrors() || (call.arguments.Has("strict") && checked.report.HasWarnings());
  JsonWriter json;
  json.BeginObject().Field("format", "tally.terms-check/1").BoolField("accepted", !refused);
  std::optional<std::string> hash;
  if (checked.compiled.has_value()) hash = HashOf(checked.compiled->terms).ToHex();
  json.OptionalField("terms", hash).Key("diagnostics").BeginArray();
  for (const Diagnostic& diagnostic : checked.report.Sorted()) {
    DiagnosticJson(diagnostic, json);
    call.console.Line(DiagnosticText(diagnostic));
  }
  json.EndArray().EndObject();
  call.console.Json(json);
  if (hash.has_value() && !refused) PrintHashes(call, checked);
  if (refused) call.console.Line(absl::StrCat(path, ": not accepted"));
  return refused ? kExitNo : kExitDone;
}

void RangeJson(const ResolvedRange& range, JsonWriter& json) {
  json.BeginObject().Field("from", FormatInstant(range.valid.first));
  json.Field("until", EndOf(range.valid)).Field("terms", HashOf(range.terms).ToHex());
  json.Key("documents").BeginArray();
  for (const LevelDocument& each : range.terms.levels->documents) {
    json.BeginObject().Field("level", each.level).Field("sha256", each.document.ToHex());
    json.EndObject();
  }
  json.EndArray().Key("fields").BeginArray();
  for (const FieldSource& each : range.terms.levels->fields) {
    json.BeginObject().Field("field", each.field).Field("level", each.level);
    json.Field("by", RuleInWords(each.rule)).Key("line").Small(static_cast<int>(each.line));
    json.Field("clause", each.clause).EndObject();
  }
  json.EndArray().Key("gave_way").BeginArray();
  for (const Overruled& each : range.overruled) {
    json.BeginObject().Field("field", each.field).Field("level", each.level);
    json.Field("file", each.position.file).Key("line").Small(each.position.line);
    json.Field("winner", each.winner).EndObject();
  }
  json.EndArray().Field("text", FormatTermsForPeople(range.terms)).EndObject();
}

// A whole terms file: what is printed can be checked, proposed and resolved to the same hash.
void PrintRange(const Invocation& call, const ResolvedRange& range) {
  std::string text = FormatTermsForPeople(range.terms);
  for (const Overruled& each : range.overruled) {
    absl::StrAppend(&text, "# ", Printable(each.field), ": ", Printable(each.level), " (",
                    Printable(each.position.file), ":", each.position.line, ") ",
                    each.winner.empty() ? "is left out" : "gave way to ", Printable(each.winner),
                    "\n");
  }
  absl::StrAppend(&text, "# terms ", HashOf(range.terms).ToHex(), "\n");
  call.console.Verbatim(text);
}

absl::StatusOr<int> RunResolve(const Invocation& call) {
  const std::string path = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::string text, ReadInput(call, path));
  TALLY_ASSIGN_OR_RETURN(const auto ledger, NamedLedger(call));
  TALLY_ASSIGN_OR_RETURN(const TermsDocuments documents, ZonesOf(call, ledger.get()));
  const CheckedTerms checked = CheckTerms(text, path, documents);
  if (!checked.compiled) return checked.report.FirstError();
  for (const Diagnostic& each : checked.report.Sorted()) {
    if (each.fault.code == "lint-level-gap") call.console.Note(DiagnosticText(each));
  }
  if (checked.ranges.empty()) {
    return RefuseAt({path, 1, 1}, "terms-levels",
                    "the file has no `levels`: it is all of its terms",
                    "`tally terms check` prints their hash");
  }
  const std::optional<Instant> at = call.arguments.Time("at");
  std::vector<ResolvedRange> chosen;
  for (const ResolvedRange& range : checked.ranges) {
    if (!at || range.valid.Contains(*at)) chosen.push_back(range);
  }
  if (chosen.empty()) {
    return Refuse("usage", absl::StrCat("--at: the term does not run at ", FormatInstant(*at)),
                  "without --at all times are listed");
  }
  JsonWriter json;
  json.BeginObject().Field("format", "tally.resolved-terms/1").Key("ranges").BeginArray();
  for (const ResolvedRange& range : chosen) RangeJson(range, json);
  json.EndArray().EndObject();
  call.console.Json(json);
  if (call.console.json()) return kExitDone;
  if (chosen.size() == 1) {
    PrintRange(call, chosen.front());
    return kExitDone;
  }
  Table table({"FROM", "UNTIL", "LEVELS", "TERMS"});
  for (const ResolvedRange& range : chosen) {
    std::vector<std::string> levels;
    for (const LevelDocument& each : range.terms.levels->documents) levels.push_back(each.level);
    table.Row({FormatInstant(range.valid.first), EndOf(range.valid), absl::StrJoin(levels, ", "),
               HashOf(range.terms).ToHex()});
  }
  table.Print(call.console);
  call.console.Note("with --at TIME the terms of one of them are printed");
  return kExitDone;
}

// Without a name, the templates that there are; with one, its text.
absl::StatusOr<int> RunNew(const Invocation& call) {
  const std::optional<std::string> wanted = call.arguments.Value("template");
  JsonWriter json;
  json.BeginObject().Field("format", "tally.templates/1").Key("templates").BeginArray();
  Table table({"TEMPLATE", "WHAT FOR"});
  std::vector<std::string> names;
  const TermsTemplate* found = nullptr;
  for (const TermsTemplate& each : TermsTemplates()) {
    names.emplace_back(each.name);
    if (wanted && each.name == *wanted) found = &each;
    if (wanted && each.name != *wanted) continue;
    table.Row({std::string(each.name), std::string(SummaryOf(each))});
    json.BeginObject().Field("name", each.name).Field("summary", SummaryOf(each));
    if (wanted) json.Field("text", each.text);
    json.EndObject();
  }
  json.EndArray().EndObject();
  if (wanted && found == nullptr) {
    const std::vector<std::string> near = Suggestions(*wanted, names);
    return Refuse("not-found", absl::StrCat("there is no template \"", *wanted, "\""),
                  near.empty() ? "`tally terms new` lists them"
                               : absl::StrCat("did you mean ", near[0], "?"));
  }
  call.console.Json(json);
  if (call.console.json()) return kExitDone;
  if (found != nullptr) {
    call.console.Verbatim(found->text);
  } else {
    table.Print(call.console);
  }
  return kExitDone;
}

// The canonical terms with this hash, from the proposal or amendment that brought them.
absl::StatusOr<Terms> FindTerms(const std::vector<RecordedAct>& acts, const TermsHash& hash) {
  for (const RecordedAct& act : acts) {
    Bytes bytes;
    if (act.header.kind == BodyKind::kTermsProposed) {
      TALLY_ASSIGN_OR_RETURN(const TermsProposed body, DecodeTermsProposed(act.body));
      if (body.terms_hash == hash) bytes = body.terms;
    } else if (act.header.kind == BodyKind::kAmendmentProposed) {
      TALLY_ASSIGN_OR_RETURN(const AmendmentProposed body, DecodeAmendmentProposed(act.body));
      if (body.terms_hash == hash) bytes = body.terms;
    }
    if (!bytes.empty()) return DecodeTerms(bytes);
  }
  return absl::NotFoundError(absl::StrCat("no act carries the terms ", hash.ToHex()));
}

bool IsSame(const Target& a, const Target& b) {
  return a.percent == b.percent && a.minimum == b.minimum;  // what acts can adjust
}

// The newest target in effect for an objective; nullptr while that of the terms holds.
const replay::TargetCase* AdjustmentOf(const replay::TargetView& view, const Objective& objective) {
  const auto holding = std::find_if(view.holding.begin(), view.holding.end(),
                                    [&](const auto& each) { return each.first == objective.id; });
  if (holding == view.holding.end() || IsSame(holding->second, objective.target)) return nullptr;
  const replay::TargetCase* newest = nullptr;
  for (const replay::TargetCase& each : view.cases) {
    const bool holds =
        each.body.objective == objective.id && each.InEffect() && IsSame(each.now, holding->second);
    if (holds && (newest == nullptr || newest->took_effect < each.took_effect)) newest = &each;
  }
  return newest;
}

// Targets that acts have put in the place of those that the terms state, as comments of the text
// and in `json`.
std::string ShowAdjustments(const replay::TargetView& view, const Terms& terms, JsonWriter& json) {
  std::string text;
  json.Key("adjusted").BeginArray();
  for (const Objective& objective : terms.objectives) {
    const replay::TargetCase* made = AdjustmentOf(view, objective);
    if (made == nullptr) continue;
    const std::string target = replay::TargetText(made->now, made->unit);
    const std::string state(replay::TargetStateName(made->state));
    json.BeginObject().Field("objective", objective.id).Field("target", target);
    json.Field("applies_from", FormatInstant(made->applies_from)).Field("state", state);
    json.Field("proposal", made->stamp.at.ToText());
    json.OptionalField("accepted", made->accepted ? std::optional(made->accepted->ToText())
                                                  : std::optional<std::string>());
    json.Field("rule", made->rule).EndObject();
    absl::StrAppend(&text, "# objectives.", Printable(objective.id), ".target: ", target,
                    " holds for windows from ", FormatInstant(made->applies_from), ": proposed at ",
                    made->stamp.at.ToText(), " by ", Printable(made->proposed_by),
                    made->rule.empty() ? "" : " by rules/", Printable(made->rule), ", ", state,
                    made->accepted ? absl::StrCat(" at ", made->accepted->ToText())
                                   : absl::StrCat(" ", FormatInstant(made->took_effect)),
                    "\n");
  }
  json.EndArray();
  return text;
}

absl::StatusOr<int> RunShow(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const auto stream, FindAgreement(*ledger, call.arguments.At(0)));
  replay::ReplayRequest request;
  request.agreement = stream.name;
  TALLY_ASSIGN_OR_RETURN(request.axes, AxesOf(call));
  absl::StatusOr<replay::Result> result = replay::Replay(*ledger, request);
  if (!result.ok()) return Translate(Doing::kReading, result.status());
  TALLY_ASSIGN_OR_RETURN(const auto acts, ReadActs(*ledger, stream));
  absl::StatusOr<Terms> terms = FindTerms(acts, result->terms);
  if (!terms.ok()) return Translate(Doing::kReading, terms.status());
  const absl::StatusOr<replay::TargetView> targets =
      replay::TargetsKnownAt(*ledger, stream.name, result->known.size, result->known.instant);
  if (!targets.ok()) return Translate(Doing::kReading, targets.status());
  const std::string text = FormatTermsForPeople(*terms);
  JsonWriter json;
  json.BeginObject().Field("format", "tally.terms/1").Field("agreement", stream.name);
  json.Field("terms", result->terms.ToHex()).Field("text", text);
  const std::string adjusted = ShowAdjustments(*targets, *terms, json);
  json.EndObject();
  call.console.Json(json);
  if (!call.console.json()) call.console.Verbatim(absl::StrCat(text, adjusted));
  call.console.Line(absl::StrCat("terms ", result->terms.ToHex()));
  return kExitDone;
}

}  // namespace

std::vector<Command> TermsCommands() {
  Command check;
  check.name = "terms check";
  check.summary = "check a terms file: form, missing choices, contradictions, traps";
  check.operands = {{"FILE", "terms, YAML (docs/TERMS.md)", Arity::kOne, ValueType::kFile}};
  check.options = {{.name = "strict", .summary = "warnings count as errors"},
                   {.name = "zoneinfo",
                    .type = ValueType::kDirectory,
                    .value_name = "DIR",
                    .summary = "where zone rules are that the ledger lacks"},
                   {.name = "calendars",
                    .type = ValueType::kDirectory,
                    .value_name = "DIR",
                    .summary = "where business calendars are that the ledger lacks"}};
  check.text =
      "Needs no ledger; with -C or TALLY_LEDGER the ledger's zone rules and calendars are used\n"
      "first, and what the terms name and the ledger lacks is warned of.\n"
      "Exit status 0: accepted; 1: not.\n";
  check.run = RunCheck;
  const std::vector<OptionSpec> folders(check.options.begin() + 1, check.options.end());
  check.options.push_back({.name = "with",
                           .type = ValueType::kFile,
                           .value_name = "FILE",
                           .summary = "terms of an agreement that supports these (OLA, UC)",
                           .repeatable = true});
  Command resolve;
  resolve.name = "terms resolve";
  resolve.summary = "put documents of several levels together, and say where each field is from";
  resolve.operands = {{"FILE", "terms with `levels`", Arity::kOne, ValueType::kFile}};
  resolve.options = folders;
  resolve.options.push_back({.name = "at",
                             .type = ValueType::kTime,
                             .value_name = "TIME",
                             .summary = "the terms that hold at this time of service"});
  resolve.text =
      "Prints a whole terms file: `tally terms check` gives it the same hash, and it can be\n"
      "proposed. Where other documents hold at other times, all times are listed instead.\n";
  resolve.run = RunResolve;
  Command show;
  show.name = "terms show";
  show.summary = "the terms in force, in people's words";
  show.operands = {{"AGREEMENT", "the agreement's name"}};
  show.options = AxesOptions();
  show.run = RunShow;
  Command start;
  start.name = "terms new";
  start.summary = "print a template of terms, or list the templates";
  start.options = {{.name = "template",
                    .type = ValueType::kText,
                    .value_name = "NAME",
                    .summary = "the template; without it, all are listed"}};
  start.text =
      "Each template is a whole file that `tally terms check` accepts: replace names, amounts and\n"
      "dates, and read its choices; each is one that a contract has to make.\n";
  start.examples = {"tally terms new", "tally terms new --template service-desk > desk.yaml"};
  start.needs_ledger = false;
  start.run = RunNew;
  return {start, check, resolve, show};
}

}  // namespace tally::tools
