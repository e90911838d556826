// `tally amendment reject|list|show`: what was proposed to change an agreement, and what became of
// it. Proposing and accepting stand in agreement_commands.cc.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/agreement_view.h"
#include "schema/rejection.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

absl::StatusOr<replay::AgreementView> ViewFor(const Invocation& call, const ledger::Ledger& ledger,
                                              const std::string& agreement) {
  TALLY_RETURN_IF_ERROR(FindAgreement(ledger, agreement).status());
  absl::StatusOr<replay::AgreementView> view =
      replay::ViewAgreement(ledger, agreement, call.world.clock->Now());
  if (!view.ok()) return Translate(Doing::kReading, view.status());
  return view;
}

bool IsNamed(const replay::ProposedTerms& proposal, const std::string& name) {
  return name == proposal.at.ToText() || name == absl::StrCat(proposal.at.index) ||
         name == proposal.terms.ToHex();
}

// The amendment that is named; without a name the only one that waits.
absl::StatusOr<replay::ProposedTerms> PickAmendment(const replay::AgreementView& view,
                                                    const std::string& named) {
  std::vector<const replay::ProposedTerms*> found;
  std::vector<std::string> all;
  for (const replay::ProposedTerms& each : view.proposals) {
    if (!each.amendment) continue;
    all.push_back(each.at.ToText());
    if (named.empty() ? each.state == "waiting" : IsNamed(each, named)) found.push_back(&each);
  }
  if (found.size() == 1) return *found.front();
  if (all.empty()) return Refuse("not-found", "nobody has proposed an amendment");
  const std::string hint = absl::StrCat("name one of ", absl::StrJoin(all, ", "));
  if (found.empty()) {
    return Refuse("not-found",
                  named.empty() ? std::string("no amendment waits for an answer")
                                : absl::StrCat("no amendment is named '", named, "'"),
                  hint);
  }
  return Refuse("missing-argument", "several amendments are meant", hint);
}

absl::StatusOr<int> RunReject(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const replay::AgreementView view,
                         ViewFor(call, session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const replay::ProposedTerms proposal,
                         PickAmendment(view, call.arguments.At(1)));
  const AmendmentRejected body{proposal.terms, call.arguments.Value("reason").value_or("")};
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kAmendmentRejected,
                                   Encode(body), proposal.digest));
  return submitted.exit;
}

absl::string_view ReachWords(const replay::ProposedTerms& proposal) {
  if (proposal.reach == Reach::kProspective) return "prospective";
  return proposal.reopens_settled ? "retroactive, settled windows are reopened"
                                  : "retroactive, settled windows stay closed";
}

void WriteProposal(const Invocation& call, const std::string& agreement,
                   const replay::ProposedTerms& each) {
  const auto time = [](const std::optional<Instant>& at) {
    return at ? std::optional<std::string>(FormatInstant(*at)) : std::nullopt;
  };
  const auto names = [](JsonWriter& json, absl::string_view key,
                        const std::vector<std::string>& list) {
    json.Key(key).BeginArray();
    for (const std::string& name : list) json.String(name);
    json.EndArray();
  };
  std::optional<std::string> decided;
  if (each.decided_by) decided = each.decided_by->ToText();
  JsonWriter json;
  json.BeginObject().Field("format", "tally.amendment/1").Field("agreement", agreement);
  json.Field("at", each.at.ToText()).Field("terms", each.terms.ToHex());
  json.Field("base", each.base.ToHex()).Field("by", each.by).Field("state", each.state);
  json.Field("proposed", FormatInstant(each.proposed));
  json.Field("effective", FormatInstant(each.effective)).Field("reach", ReachWords(each));
  json.Field("reason", each.reason).OptionalField("decided_by", decided);
  json.OptionalField("in_force_since", time(each.in_force_since));
  json.OptionalField("lapses_at", time(each.lapses_at));
  names(json, "consented", each.consented);
  names(json, "waiting_for", each.waiting_for);
  json.EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const replay::AgreementView view, ViewFor(call, *ledger, agreement));
  Table table({"amendment", "by", "state", "effective", "waits for", "terms"});
  for (const replay::ProposedTerms& each : view.proposals) {
    if (!each.amendment) continue;
    WriteProposal(call, agreement, each);
    table.Row({each.at.ToText(), each.by, each.state, FormatInstant(each.effective),
               absl::StrJoin(each.waiting_for, ", "), each.terms.ToHex()});
  }
  if (table.empty()) {
    call.console.Line("no amendments");
  } else if (!call.console.json()) {
    table.Print(call.console);
  }
  return 0;
}

absl::StatusOr<int> RunShow(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const replay::AgreementView view, ViewFor(call, *ledger, agreement));
  TALLY_ASSIGN_OR_RETURN(const replay::ProposedTerms each,
                         PickAmendment(view, call.arguments.At(1)));
  WriteProposal(call, agreement, each);
  const auto line = [&](absl::string_view name, const std::string& value) {
    if (!value.empty()) call.console.Line(absl::StrCat(name, value));
  };
  line("amendment   ", absl::StrCat(each.at.ToText(), " by ", each.by, ", proposed ",
                                    FormatInstant(each.proposed)));
  line("terms       ", each.terms.ToHex());
  line("changes     ", each.base.ToHex());
  line("effective   ", absl::StrCat(FormatInstant(each.effective), ", ", ReachWords(each)));
  line("reason      ", each.reason);
  line("state       ", absl::StrCat(each.state, each.decided_by ? ", by record " : "",
                                    each.decided_by ? each.decided_by->ToText() : ""));
  line("consented   ", absl::StrJoin(each.consented, ", "));
  line("waits for   ", absl::StrJoin(each.waiting_for, ", "));
  if (each.lapses_at) line("lapses      ", FormatInstant(*each.lapses_at));
  return 0;
}

}  // namespace

std::vector<Command> AmendmentCommands() {
  const OperandSpec agreement{"AGREEMENT", "the agreement's name"};
  const OperandSpec amendment{
      "AMENDMENT",
      "index/offset of the proposal, or the hash of its terms; needed when several "
      "are meant",
      Arity::kOptional};
  Command reject;
  reject.name = "amendment reject";
  reject.summary = "reject a proposed amendment, or take back one's own";
  reject.operands = {agreement, amendment};
  reject.options = ActOptions();
  reject.appends = true;
  reject.run = RunReject;
  Command list;
  list.name = "amendment list";
  list.summary = "proposed amendments and what became of them";
  list.operands = {agreement};
  list.run = RunList;
  Command show;
  show.name = "amendment show";
  show.summary = "one amendment: base, effect, reach, who consented";
  show.operands = {agreement, amendment};
  show.run = RunShow;
  return {reject, list, show};
}

}  // namespace tally::tools
