// `tally target propose|accept|object|list`: targets that the terms let the parties adjust by an
// agreed formula. The figure comes from the ledger; another one is proposed only when its author
// says that he means it, because then nothing but the other side's signature makes it effective.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/target_book.h"
#include "schema/status.h"
#include "schema/target.h"
#include "tools/acts.h"
#include "tools/claim_choice.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/printable.h"
#include "tools/terms_target.h"

namespace tally::tools {
namespace {

absl::StatusOr<replay::TargetView> ViewFor(const Invocation& call, const ledger::Ledger& ledger,
                                           const std::string& agreement) {
  TALLY_RETURN_IF_ERROR(FindAgreement(ledger, agreement).status());
  absl::StatusOr<replay::TargetView> view =
      replay::TargetsOf(ledger, agreement, call.world.clock->Now());
  if (!view.ok()) return Translate(Doing::kReading, view.status());
  return view;
}

absl::StatusOr<const Objective*> ChosenObjective(const Invocation& call, const Terms& terms) {
  const std::string named = call.arguments.Value("objective").value_or("");
  if (named.empty() && terms.objectives.size() == 1) return &terms.objectives.front();
  std::vector<std::string> ids;
  for (const Objective& objective : terms.objectives) {
    if (objective.id == named) return &objective;
    ids.push_back(objective.id);
  }
  return Refuse(named.empty() ? "missing-argument" : "not-found",
                named.empty() ? std::string("the terms have several objectives")
                              : absl::StrCat("the terms have no objective '", named, "'"),
                absl::StrCat("give --objective, one of ", absl::StrJoin(ids, ", ")));
}

// What the rule named by --rule gives, or the only one for the objective; nullptr without a rule.
absl::StatusOr<const replay::TargetDue*> ChosenRule(const Invocation& call,
                                                    const replay::TargetView& view,
                                                    const Objective& objective) {
  const std::optional<std::string> named = call.arguments.Value("rule");
  std::vector<const replay::TargetDue*> found;
  std::vector<std::string> ids;
  for (const replay::TargetDue& due : view.due) {
    if (due.objective != objective.id) continue;
    ids.push_back(due.rule);
    if (!named || *named == due.rule) found.push_back(&due);
  }
  if (found.size() == 1) return found.front();
  if (found.empty() && !named) return nullptr;
  return Refuse(found.empty() ? "not-found" : "missing-argument",
                found.empty() ? absl::StrCat("no baseline or ratchet '", *named,
                                             "' is about the objective ", objective.id)
                              : absl::StrCat("several rules adjust the target of ", objective.id),
                absl::StrCat("give --rule, one of ", absl::StrJoin(ids, ", ")));
}

absl::StatusOr<std::optional<Decimal>> LevelOption(const Invocation& call, absl::string_view option,
                                                   const LevelForm& form) {
  const std::optional<std::string> text = call.arguments.Value(option);
  if (!text) return std::optional<Decimal>();
  const std::optional<Decimal> level = ParseLevel(*text, form);
  if (!level) {
    return Refuse("usage", absl::StrCat("--", option, ": '", *text, "' is no level of it"),
                  AskForLevel(form));
  }
  return level;
}

// The figure of the rule, and nothing else.
absl::Status TakeFigure(const replay::TargetDue* due, const std::optional<Decimal>& wanted,
                        const LevelForm& form, TargetProposed& proposal) {
  constexpr absl::string_view kOther =
      "another target takes effect only if the other side signs it: --by-consent --target LEVEL";
  if (due == nullptr) {
    return Refuse("state-forbids",
                  absl::StrCat("no baseline or ratchet of the terms is about ", proposal.objective),
                  kOther);
  }
  const replay::TargetFigure& figure = due->figure;
  if (figure.state != replay::FigureState::kReady) {
    return Refuse("state-forbids",
                  absl::StrCat("rule ", due->rule, " gives no figure: ", figure.text), kOther);
  }
  if (wanted && *wanted != figure.level) {
    return Refuse("state-forbids",
                  absl::StrCat("rule ", due->rule, " gives ", LevelInWords(figure.level, form),
                               ", not ", LevelInWords(*wanted, form), ": ", figure.text),
                  kOther);
  }
  proposal.target = figure.level;
  proposal.effective = figure.from;
  proposal.method = due->rule;
  return absl::OkStatus();
}

absl::StatusOr<int> RunPropose(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const replay::TargetView view,
                         ViewFor(call, session->ledger(), agreement));
  if (view.terms == nullptr) {
    return Refuse("state-forbids", "no terms are in force yet whose target could be adjusted",
                  "let the other party accept the proposal first");
  }
  TALLY_ASSIGN_OR_RETURN(const Objective* objective, ChosenObjective(call, *view.terms));
  TALLY_ASSIGN_OR_RETURN(const replay::TargetDue* due, ChosenRule(call, view, *objective));
  const LevelForm form = FormOf(*objective, view.terms->fees);
  TargetProposed proposal{.objective = objective->id, .compare = objective->target.compare};
  TALLY_ASSIGN_OR_RETURN(const std::optional<Decimal> wanted, LevelOption(call, "target", form));
  TALLY_ASSIGN_OR_RETURN(proposal.minimum, LevelOption(call, "minimum", form));
  if (call.arguments.Has("by-consent")) {
    if (!wanted) return Refuse("missing-argument", "--by-consent needs --target LEVEL");
    proposal.target = *wanted;
    proposal.effective = call.arguments.Time("effective").value_or(call.world.clock->Now());
    if (call.arguments.Has("rule")) proposal.method = due->rule;
  } else {
    if (proposal.minimum || call.arguments.Has("effective")) {
      return Refuse("usage", "--minimum and --effective stand beside --by-consent only",
                    "the rule says from when its figure holds, and leaves the minimum alone");
    }
    TALLY_RETURN_IF_ERROR(TakeFigure(due, wanted, form, proposal));
    call.console.Note(absl::StrCat(due->figure.text, ": ", LevelInWords(proposal.target, form)));
  }
  proposal.reason = call.arguments.Value("reason").value_or("");
  proposal.documents = documents;
  TALLY_ASSIGN_OR_RETURN(
      const Submitted submitted,
      SubmitAct(call, *session, agreement, BodyKind::kTargetProposed, Encode(proposal), Hash{}));
  return submitted.exit;
}

// The proposal that is named, or the only one that waits.
absl::StatusOr<RecordedAct> PickProposal(const Invocation& call, const ledger::Ledger& ledger,
                                         const std::string& agreement) {
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream, FindAgreement(ledger, agreement));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(ledger, stream));
  TALLY_ASSIGN_OR_RETURN(const replay::TargetView view, ViewFor(call, ledger, agreement));
  std::vector<RecordedAct> waiting;
  for (const RecordedAct& act : acts) {
    const bool waits = std::any_of(view.cases.begin(), view.cases.end(), [&](const auto& each) {
      return each.stamp.at == act.address && each.state == replay::TargetState::kWaiting;
    });
    if (act.header.kind == BodyKind::kTargetProposed && waits) waiting.push_back(act);
  }
  const std::string named = call.arguments.At(1);
  const bool any = named.empty() && !waiting.empty();
  return PickAct(any ? waiting : acts, BodyKind::kTargetProposed, named);
}

absl::StatusOr<int> RunAccept(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const RecordedAct proposal,
                         PickProposal(call, session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const TargetProposed proposed, DecodeTargetProposed(proposal.body));
  const TargetAccepted body{.objective = proposed.objective,
                            .reason = call.arguments.Value("reason").value_or("")};
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kTargetAccepted,
                                   Encode(body), proposal.digest));
  return submitted.exit;
}

absl::StatusOr<int> RunObject(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const RecordedAct proposal,
                         PickProposal(call, session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const TargetProposed proposed, DecodeTargetProposed(proposal.body));
  const TargetContested body{.objective = proposed.objective,
                             .reason = call.arguments.Value("reason").value_or(""),
                             .documents = documents};
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kTargetContested,
                                   Encode(body), proposal.digest));
  return submitted.exit;
}

void WriteCase(const Invocation& call, const std::string& agreement,
               const replay::TargetCase& each) {
  std::optional<std::string> due, from;
  if (each.answer_due) due = FormatInstant(*each.answer_due);
  if (each.InEffect()) from = FormatInstant(each.applies_from);
  JsonWriter json;
  json.BeginObject().Field("format", "tally.target/1").Field("agreement", agreement);
  json.Field("objective", each.body.objective).Field("at", each.stamp.at.ToText());
  json.Field("id", each.id).Field("state", replay::TargetStateName(each.state));
  json.Field("target", replay::TargetText(each.now, each.unit));
  json.Field("rule", each.rule).Field("formula", each.formula).Field("by", each.proposed_by);
  json.OptionalField("answer_due", due).OptionalField("applies_from", from).EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const replay::TargetView view, ViewFor(call, *ledger, agreement));
  Table table({"proposal", "objective", "target", "by", "state", "answer until", "applies from"});
  for (const replay::TargetCase& each : view.cases) {
    WriteCase(call, agreement, each);
    table.Row({each.stamp.at.ToText(), each.body.objective, replay::TargetText(each.now, each.unit),
               each.proposed_by, std::string(replay::TargetStateName(each.state)),
               each.answer_due ? FormatInstant(*each.answer_due) : "",
               each.InEffect() ? FormatInstant(each.applies_from) : ""});
  }
  if (table.empty()) {
    call.console.Line("no proposals");
  } else if (!call.console.json()) {
    table.Print(call.console);
  }
  for (const replay::TargetDue& due : view.due) {
    const bool ready = due.figure.state == replay::FigureState::kReady;
    Target figure = due.target;
    figure.percent = due.figure.level;
    call.console.Line(absl::StrCat(
        due.objective, " holds ", replay::TargetText(due.target, due.unit), "; rule ", due.rule,
        ready ? absl::StrCat(" gives ", replay::TargetText(figure, due.unit), ": ")
              : std::string(": "),
        due.figure.text, ready && due.proposed ? " (proposed)" : ""));
  }
  return 0;
}

}  // namespace

std::vector<Command> TargetCommands() {
  const OperandSpec agreement{"AGREEMENT", "the agreement's name"};
  const OperandSpec proposal{"PROPOSAL", "index/offset or id; needed when several wait",
                             Arity::kOptional};
  Command propose = DisputeAct("target propose", "propose the target that the agreed formula gives",
                               {agreement}, {}, RunPropose);
  const auto option = [&](std::string name, ValueType type, std::string value,
                          std::string summary) {
    propose.options.push_back({.name = std::move(name),
                               .type = type,
                               .value_name = std::move(value),
                               .summary = std::move(summary)});
  };
  option("objective", ValueType::kText, "O", "whose target; needed when the terms have several");
  option("rule", ValueType::kText, "R",
         "the baseline or ratchet; needed when several are about it");
  option("target", ValueType::kText, "LEVEL", "the level; refused if the formula gives another");
  option("by-consent", ValueType::kFlag, "",
         "another level, effective only if the other side signs");
  option("minimum", ValueType::kText, "LEVEL", "by consent: another minimum level as well");
  option("effective", ValueType::kTime, "TIME", "by consent: for windows that begin from then on");
  propose.text =
      "The level is computed from the windows that are closed. The other side accepts or objects;\n"
      "what its silence means, and by when it has to answer, the rule of the terms says.\n";
  propose.examples = {"tally target propose cnf --objective availability --key provider.pem"};
  Command accept =
      DisputeAct("target accept", "accept a proposed target", {agreement, proposal}, {}, RunAccept);
  Command object =
      DisputeAct("target object", "object to a proposed target, or take back one's own",
                 {agreement, proposal}, {}, RunObject);
  Command list;
  list.name = "target list";
  list.summary = "proposed targets, what became of them, and what the formulas give";
  list.operands = {agreement};
  list.run = RunList;
  return {propose, accept, object, list};
}

}  // namespace tally::tools
