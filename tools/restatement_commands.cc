// `tally restatement propose|accept|contest|list`: how a closed figure is changed by consent when
// evidence came after its closing (DOMAIN 3.17 rules 30 and 31).
//
// The figures come from the ledger as it stands, never from the command line: what is proposed is
// what the window would be closed as now. Acceptance and contest repeat the figures of the
// proposal.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/dispute/restatement.h"
#include "replay/project.h"
#include "replay/restatement_view.h"
#include "schema/restatement_act.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/axes.h"
#include "tools/claim_choice.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

std::string TextOf(const WindowName& name) {
  return absl::StrCat(Printable(name.objective), " ", FormatInstant(name.window.first), "/",
                      FormatInstant(name.window.limit));
}

std::string FigureText(const std::string& verdict, const std::optional<Money>& credit) {
  return absl::StrCat(verdict, ", ", credit.has_value() ? FormatMoney(*credit) : "no credit");
}

// Windows that late evidence would close otherwise, of the period and objective that are meant.
absl::StatusOr<std::vector<replay::StaleWindow>> StaleMeant(const Invocation& call,
                                                            const ledger::Ledger& ledger) {
  const Instant now = std::max(call.world.clock->Now(), ledger.head().recorded);
  absl::StatusOr<replay::NightlyLook> look =
      replay::LookNightly(ledger, call.arguments.At(0), ledger.head().size, now);
  if (!look.ok()) return Translate(Doing::kReading, look.status());
  TALLY_ASSIGN_OR_RETURN(const replay::Result meant, ReplayFor(call, ledger, call.arguments.At(0)));
  std::vector<replay::StaleWindow> stale;
  for (replay::StaleWindow& each : look->stale) {
    const bool wanted =
        std::any_of(meant.windows.begin(), meant.windows.end(), [&](const auto& window) {
          return WindowName{window.objective, window.window} == each.closed.window;
        });
    if (wanted && each.reason == replay::StaleReason::kLateEvidence) stale.push_back(each);
  }
  return stale;
}

absl::StatusOr<int> RunPropose(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_RETURN_IF_ERROR(FindAgreement(session->ledger(), call.arguments.At(0)).status());
  TALLY_ASSIGN_OR_RETURN(const std::vector<replay::StaleWindow> stale,
                         StaleMeant(call, session->ledger()));
  if (stale.empty()) {
    return Refuse("state-forbids", "no closed window would be closed otherwise by late evidence",
                  "see `tally project` for stale statements; the terms have to say `late evidence: "
                  "restatement proposed`");
  }
  if (stale.size() > 1) {
    std::vector<std::string> names;
    for (const replay::StaleWindow& each : stale) names.push_back(TextOf(each.closed.window));
    return Refuse("missing-argument",
                  absl::StrCat("several windows are stale: ", absl::StrJoin(names, ", ")),
                  "name --period and --objective; each is proposed by an act of its own");
  }
  const replay::StaleWindow& window = stale.front();
  call.console.Note(absl::StrCat(TextOf(window.closed.window), ": closed as ",
                                 FigureText(window.closed.verdict, window.closed.credit), "; with ",
                                 window.late, " late events ",
                                 FigureText(window.now.verdict, window.now.credit)));
  const RestatementProposed body =
      replay::RestatementBody(window.closed, window.now, ReasonOf(call));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, call.arguments.At(0),
                                   BodyKind::kRestatementProposed, Encode(body), Hash{}));
  return submitted.exit;
}

// The proposal that is named, or the only one that waits for an answer.
absl::StatusOr<RecordedAct> PickProposal(const Invocation& call, const ledger::Ledger& ledger) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream, FindAgreement(ledger, agreement));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(ledger, stream));
  absl::StatusOr<std::vector<replay::RestatementTold>> told =
      replay::RestatementsIn(ledger, agreement, call.world.clock->Now());
  if (!told.ok()) return Translate(Doing::kReading, told.status());
  std::vector<RecordedAct> waiting;
  for (const RecordedAct& act : acts) {
    const bool waits = std::any_of(told->begin(), told->end(), [&](const auto& each) {
      return each.at == act.address && each.state == "proposed";
    });
    if (act.header.kind == BodyKind::kRestatementProposed && waits) waiting.push_back(act);
  }
  const std::string named = call.arguments.At(1);
  const bool any = named.empty() && !waiting.empty();
  return PickAct(any ? waiting : acts, BodyKind::kRestatementProposed, named);
}

absl::StatusOr<int> Answer(const Invocation& call, BodyKind kind) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const RecordedAct proposal, PickProposal(call, session->ledger()));
  absl::StatusOr<RestatementProposed> proposed = DecodeRestatementProposed(proposal.body);
  if (!proposed.ok()) return Translate(Doing::kReading, proposed.status());
  call.console.Line(absl::StrCat(
      kind == BodyKind::kRestatementAccepted ? "accepts" : "contests", " the restatement at ",
      proposal.address.ToText(), " of ", TextOf(proposed->window), ", proposed ",
      FormatInstant(proposal.recorded), ": ", FigureText(proposed->verdict, proposed->credit)));
  Bytes body;
  if (kind == BodyKind::kRestatementAccepted) {
    body = Encode(RestatementAccepted{proposed->figures, ReasonOf(call)});
  } else {
    body = Encode(RestatementContested{proposed->figures, ReasonOf(call), documents});
  }
  TALLY_ASSIGN_OR_RETURN(
      const Submitted submitted,
      SubmitAct(call, *session, call.arguments.At(0), kind, std::move(body), proposal.digest));
  return submitted.exit;
}
absl::StatusOr<int> RunAccept(const Invocation& call) {
  return Answer(call, BodyKind::kRestatementAccepted);
}
absl::StatusOr<int> RunContest(const Invocation& call) {
  return Answer(call, BodyKind::kRestatementContested);
}

void WriteOne(const Invocation& call, const replay::RestatementTold& each) {
  std::optional<std::string> due, since, credit;
  if (each.answer_due.has_value()) due = FormatInstant(*each.answer_due);
  if (each.effective.has_value()) since = FormatInstant(*each.effective);
  if (each.body.credit.has_value()) credit = FormatMoney(*each.body.credit);
  JsonWriter json;
  json.BeginObject().Field("format", "tally.restatement/1");
  json.Field("agreement", call.arguments.At(0)).Field("at", each.at.ToText());
  json.Field("id", each.id).Field("by", each.by).Field("state", each.state).Field("why", each.why);
  json.Field("objective", each.body.window.objective);
  json.Field("from", FormatInstant(each.body.window.window.first));
  json.Field("to", FormatInstant(each.body.window.window.limit));
  json.Field("verdict", each.body.verdict).Field("value", each.body.value);
  json.OptionalField("credit", credit).NumberField("size", each.body.size);
  json.Field("figures", each.body.figures.ToHex());
  json.OptionalField("answer_due", due).OptionalField("effective", since).EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_RETURN_IF_ERROR(FindAgreement(*ledger, call.arguments.At(0)).status());
  absl::StatusOr<std::vector<replay::RestatementTold>> told =
      replay::RestatementsIn(*ledger, call.arguments.At(0), call.world.clock->Now());
  if (!told.ok()) return Translate(Doing::kReading, told.status());
  Table table({"restatement", "window", "as proposed", "by", "state", "answer until"});
  for (const replay::RestatementTold& each : *told) {
    WriteOne(call, each);
    table.Row({each.at.ToText(), TextOf(each.body.window),
               FigureText(each.body.verdict, each.body.credit), each.by,
               each.why.empty() ? each.state : absl::StrCat(each.state, ": ", each.why),
               each.answer_due.has_value() ? FormatInstant(*each.answer_due) : ""});
  }
  if (table.empty()) {
    call.console.Line("no restatements");
  } else if (!call.console.json()) {
    table.Print(call.console);
  }
  return 0;
}

}  // namespace

std::vector<Command> RestatementCommands() {
  const OperandSpec proposal{"PROPOSAL", "index/offset or id; needed when several wait",
                             Arity::kOptional};
  Command propose = DisputeAct(
      "restatement propose", "propose that a closed window be restated for late evidence",
      {AgreementOperand()},
      {TextOption(
           "period", "P",
           "2026-02, 2026-Q1, 2026 or FROM/TO (times or days); needed when several are stale"),
       TextOption("objective", "O", "only this objective")},
      RunPropose);
  propose.text =
      "The figures are those that the ledger gives now with all that came late. Nothing changes\n"
      "until the other side accepts, or its silence accepts as the terms say; then the books take\n"
      "the closed credit back and enter the new one.\n";
  propose.examples = {"tally restatement propose coral-island --period 2026-02 --key provider.pem"};
  Command accept = DisputeAct("restatement accept", "accept a proposed restatement",
                              {AgreementOperand(), proposal}, {}, RunAccept);
  Command contest = DisputeAct("restatement contest", "contest a proposed restatement",
                               {AgreementOperand(), proposal}, {}, RunContest);
  Command list;
  list.name = "restatement list";
  list.summary = "proposed restatements and what became of them";
  list.operands = {AgreementOperand()};
  list.run = RunList;
  return {propose, accept, contest, list};
}

}  // namespace tally::tools
