// The shortest way of a dispute: `tally claim file|answer|list`, `settlement propose|confirm`.
//
// Each command reads what it needs to say the act rightly (windows, digests, amounts), warns where
// replay would give the act no effect, and records it: the ledger refuses only form, key and order.
#include "tools/command_table.h"

#include "absl/strings/str_cat.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/claim_choice.h"
#include "tools/fault.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

// The breached windows of the period that are over; all of them, with a warning, when none is. One
// open window would keep the claim for all others premature.
absl::StatusOr<std::vector<WindowName>> ClaimedWindows(const Invocation& call,
                                                       const replay::Result& result) {
  std::vector<WindowName> breached, open, all;
  for (const replay::WindowResult& window : result.windows) {
    all.push_back({window.objective, window.window});
    if (window.verdict != replay::Verdict::kBreached) continue;
    (window.status == replay::WindowStatus::kOpen ? open : breached).push_back(all.back());
  }
  if (!breached.empty() && !open.empty()) {
    call.console.Warning(absl::StrCat(
        open.size(),
        " breached window(s) of that period are not over and are left out of the claim; "
        "claim them once they are"));
  }
  if (breached.empty()) breached = std::move(open);
  if (all.empty()) {
    return Refuse("not-found", "the agreement has no window in that period",
                  "see `tally replay` for its windows");
  }
  if (!breached.empty()) return breached;
  call.console.Warning(
      "no window of that period is breached as computed now; the claim is recorded "
      "and stands for nothing unless that changes");
  return all;
}

absl::StatusOr<int> RunFile(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> amount, AmountOf(call, "amount"));
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, session->ledger(), agreement));
  ClaimFiled claim;
  TALLY_ASSIGN_OR_RETURN(claim.windows, ClaimedWindows(call, result));
  for (const replay::WindowResult& window : result.windows) {
    if (!window.credit.has_value()) continue;
    TALLY_RETURN_IF_ERROR(CheckCurrency(amount, "amount", window.credit->amount));
  }
  claim.amount = amount;
  claim.reason = call.arguments.Value("reason").value_or("");
  claim.documents = documents;
  TALLY_ASSIGN_OR_RETURN(
      const Submitted submitted,
      SubmitAct(call, *session, agreement, BodyKind::kClaimFiled, Encode(claim), Hash{}));
  return submitted.exit;
}

absl::StatusOr<ClaimAnswered> AnswerOf(const Invocation& call) {
  ClaimAnswered answer;
  const int given = static_cast<int>(call.arguments.Has("accept")) +
                    static_cast<int>(call.arguments.Has("partly")) +
                    static_cast<int>(call.arguments.Has("reject"));
  if (given != 1) {
    return Refuse("usage", "an answer is one of --accept, --partly AMOUNT and --reject");
  }
  if (call.arguments.Has("accept")) answer.answer = ClaimAnswer::kAccepted;
  if (call.arguments.Has("reject")) answer.answer = ClaimAnswer::kRejected;
  if (call.arguments.Has("partly")) {
    answer.answer = ClaimAnswer::kPartly;
    TALLY_ASSIGN_OR_RETURN(answer.amount, AmountOf(call, "partly"));
  }
  answer.reason = call.arguments.Value("reason").value_or("");
  TALLY_ASSIGN_OR_RETURN(answer.documents, DocumentsOf(call));
  return answer;
}

absl::StatusOr<int> RunAnswer(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const ClaimAnswered answer, AnswerOf(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  TALLY_ASSIGN_OR_RETURN(const RecordedAct claim, PickEffective(call, session->ledger(), acts,
                                                                BodyKind::kClaimFiled, Waits));
  if (answer.amount.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<Money> owed,
                           OwedFor(call, session->ledger(), claim));
    TALLY_RETURN_IF_ERROR(CheckCurrency(answer.amount, "partly", owed));
  }
  TALLY_ASSIGN_OR_RETURN(
      const Submitted submitted,
      SubmitAct(call, *session, agreement, BodyKind::kClaimAnswered, Encode(answer), claim.digest));
  return submitted.exit;
}

absl::StatusOr<int> RunPropose(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> given, AmountOf(call, "amount"));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  TALLY_ASSIGN_OR_RETURN(const RecordedAct claim, PickEffective(call, session->ledger(), acts,
                                                                BodyKind::kClaimFiled, Stands));
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> owed, OwedFor(call, session->ledger(), claim));
  TALLY_RETURN_IF_ERROR(CheckCurrency(given, "amount", owed));
  if (!given.has_value() && !owed.has_value()) {
    return Refuse("state-forbids",
                  absl::StrCat("no amount is computed for the claim ", claim.address.ToText()),
                  "see `tally replay` for its state, or give --amount");
  }
  if (!given.has_value() && owed->minor == 0) {
    return Refuse("state-forbids",
                  absl::StrCat("nothing is owed for the claim ", claim.address.ToText(), " by now"),
                  "see `tally claim show` for what was decided, or give --amount");
  }
  SettlementProposed proposal;
  proposal.amount = given.has_value() ? *given : *owed;
  if (owed.has_value() && proposal.amount != *owed) {
    call.console.Warning(absl::StrCat("proposes ", FormatMoney(proposal.amount), ", and ",
                                      FormatMoney(*owed), " is owed for the claim by now"));
  }
  proposal.reference = call.arguments.Value("reference").value_or("");
  proposal.reason = call.arguments.Value("reason").value_or("");
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kSettlementProposed,
                                   Encode(proposal), claim.digest));
  if (!call.console.json()) {
    call.console.Line(absl::StrCat("settlement at ", FormatMoney(proposal.amount)));
  }
  return submitted.exit;
}

absl::StatusOr<int> RunConfirm(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  TALLY_ASSIGN_OR_RETURN(
      const RecordedAct proposal,
      PickEffective(call, session->ledger(), acts, BodyKind::kSettlementProposed, Stands));
  absl::StatusOr<SettlementProposed> proposed = DecodeSettlementProposed(proposal.body);
  if (!proposed.ok()) return Translate(Doing::kReading, proposed.status());
  SettlementConfirmed confirmed;
  confirmed.amount = proposed->amount;
  confirmed.reason = call.arguments.Value("reason").value_or("");
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kSettlementConfirmed,
                                   Encode(confirmed), proposal.digest));
  if (!call.console.json()) {
    call.console.Line(absl::StrCat("settlement at ", FormatMoney(confirmed.amount)));
  }
  return submitted.exit;
}

void WriteClaim(const Invocation& call, const std::string& agreement,
                const replay::ClaimResult& claim) {
  std::optional<std::string> due, decided;
  if (claim.due.has_value()) due = FormatMoney(*claim.due);
  if (claim.decided.has_value()) decided = FormatMoney(*claim.decided);
  JsonWriter json;
  json.BeginObject().Field("format", "tally.claim/1").Field("agreement", agreement);
  json.Field("at", claim.at.ToText()).Field("id", claim.id).Field("state", claim.state);
  json.OptionalField("due", due).OptionalField("decided", decided).Key("windows").BeginArray();
  for (const WindowName& window : claim.windows) {
    json.BeginObject().Field("objective", window.objective);
    json.Field("from", FormatInstant(window.window.first));
    json.Field("to", FormatInstant(window.window.limit)).EndObject();
  }
  json.EndArray().EndObject();
  call.console.Json(json);
}

// One row a window, so that what a claim is about can be read; the rest stands in its first row.
void AddRows(const replay::ClaimResult& claim, Table& table) {
  std::vector<std::string> cells = {claim.at.ToText(), claim.id, claim.state,
                                    claim.due.has_value() ? FormatMoney(*claim.due) : "",
                                    claim.decided.has_value() ? FormatMoney(*claim.decided) : ""};
  for (const WindowName& window : claim.windows) {
    std::vector<std::string> row = cells;
    row.push_back(window.objective);
    row.push_back(FormatInstant(window.window.first));
    row.push_back(FormatInstant(window.window.limit));
    table.Row(row);
    cells.assign(cells.size(), "");
  }
}

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, *ledger, call.arguments.At(0)));
  Table table({"claim", "id", "state", "computed", "decided", "objective", "from", "to"});
  for (const replay::ClaimResult& claim : result.claims) {
    WriteClaim(call, result.agreement, claim);
    AddRows(claim, table);
  }
  if (table.empty()) {
    call.console.Line("no claims");
  } else if (!call.console.json()) {
    table.Print(call.console);
  }
  return 0;
}

}  // namespace

std::vector<Command> DisputeCommands() {
  const OperandSpec agreement{"AGREEMENT", "the agreement's name"};
  const OperandSpec claim{"CLAIM", "the claim: index/offset or id; needed when there are several",
                          Arity::kOptional};
  Command file = DisputeAct("claim file", "claim the credits of breached windows", {agreement},
                            {{.name = "period",
                              .type = ValueType::kText,
                              .value_name = "P",
                              .summary = "2026-02, 2026-Q1, 2026 or FROM/TO",
                              .required = true},
                             {.name = "objective",
                              .type = ValueType::kText,
                              .value_name = "O",
                              .summary = "only this objective"},
                             {.name = "amount",
                              .type = ValueType::kText,
                              .value_name = "AMOUNT",
                              .summary = "the sum claimed (default: the computed one)"}},
                            RunFile);
  file.examples = {"tally claim file coral-island --period 2026-02 --key customer.pem"};
  Command answer = DisputeAct("claim answer", "answer a claim", {agreement, claim},
                              {{.name = "accept", .summary = "accept it in whole"},
                               {.name = "partly",
                                .type = ValueType::kText,
                                .value_name = "AMOUNT",
                                .summary = "accept this part"},
                               {.name = "reject", .summary = "reject it"}},
                              RunAnswer);
  answer.examples = {"tally claim answer coral-island --accept --key provider.pem"};
  Command propose = DisputeAct(
      "settlement propose", "propose to settle a claim at what is owed for it", {agreement, claim},
      {{.name = "amount",
        .type = ValueType::kText,
        .value_name = "AMOUNT",
        .summary = "another amount; takes effect only if the claimant confirms the same"},
       {.name = "reference",
        .type = ValueType::kText,
        .value_name = "TEXT",
        .summary = "invoice or payment it stands on"}},
      RunPropose);
  Command confirm =
      DisputeAct("settlement confirm", "confirm a proposed settlement",
                 {agreement, {"PROPOSAL", "the proposal: index/offset or id", Arity::kOptional}},
                 {}, RunConfirm);
  Command list;
  list.name = "claim list";
  list.summary = "claims of an agreement and their states";
  list.operands = {agreement};
  list.run = RunList;
  return {file, answer, list, propose, confirm};
}

}  // namespace tally::tools
