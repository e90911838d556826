// `tally window object`: a side says within the time for objections that a closing is wrong, so
// that it does not become conclusive (DOMAIN 3.17 rule 31).
//
// The act answers the closing itself; which one is meant follows from the period, and nothing is
// signed where no closing or several could be.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/replay.h"
#include "schema/canonical.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/claim_choice.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/json_writer.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

std::string TextOf(const replay::WindowResult& window) {
  return absl::StrCat(window.objective, " ", FormatInstant(window.window.first), "/",
                      FormatInstant(window.window.limit));
}

// The closed window of --period and --objective.
absl::StatusOr<replay::WindowResult> ClosedMeant(const Invocation& call,
                                                 const ledger::Ledger& ledger) {
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, ledger, call.arguments.At(0)));
  std::vector<const replay::WindowResult*> closed;
  std::vector<std::string> names;
  for (const replay::WindowResult& window : result.windows) {
    if (!window.closed.has_value()) continue;
    closed.push_back(&window);
    names.push_back(Printable(TextOf(window)));
  }
  if (closed.size() == 1) return *closed.front();
  if (closed.empty()) {
    return Refuse("state-forbids", "no window of that period is closed",
                  "an objection answers a closing; `tally project` closes windows after their "
                  "evidence cut-off");
  }
  return Refuse("missing-argument",
                absl::StrCat("several closings could be meant: ", absl::StrJoin(names, ", ")),
                "name --period and --objective; each closing is objected to by an act of its own");
}

absl::StatusOr<int> RunObject(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const replay::WindowResult window, ClosedMeant(call, session->ledger()));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), call.arguments.At(0)));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  Hash closing;
  for (const RecordedAct& act : acts) {
    if (act.address == window.closed->closing) closing = act.digest;
  }
  TALLY_CHECK(!closing.IsZero());  // replay found it in this very stream
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  JsonWriter json;
  json.BeginObject().Field("report", TextOf(window));
  if (const std::string reason = ReasonOf(call); !reason.empty()) json.Field("reason", reason);
  if (!documents.empty()) {
    json.Key("documents").BeginArray();
    for (const DocumentDigest& each : documents) json.String(each.ToHex());
    json.EndArray();
  }
  json.EndObject();
  absl::StatusOr<Bytes> body = BodyFromJson(BodyKind::kReportContested, json.Take());
  if (!body.ok()) return Translate(Doing::kInput, body.status());
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, call.arguments.At(0), BodyKind::kReportContested,
                                   *std::move(body), closing));
  return submitted.exit;
}

}  // namespace

std::vector<Command> WindowCommands() {
  Command object = DisputeAct(
      "window object", "object to the closing of a window", {AgreementOperand()},
      {TextOption(
           "period", "P",
           "2026-02, 2026-Q1, 2026 or FROM/TO (times or days); needed when several are closed"),
       TextOption("objective", "O", "only this objective")},
      RunObject);
  object.text =
      "An objection in the time that the terms state (`objection`) keeps a closed window from\n"
      "becoming conclusive. It changes no figure: a claim, a restatement or a ruling does.\n";
  object.examples = {
      "tally window object web-shop --period 2026-02 --reason \"a probe was off\" --key "
      "customer.pem"};
  return {object};
}

}  // namespace tally::tools
