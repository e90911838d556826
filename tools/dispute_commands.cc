// The first steps of a dispute: `tally claim file|answer|list`.
//
// Each command reads what it needs to say the act rightly (windows, digests, amounts), warns where
// replay would give the act no effect, and records it: the ledger refuses only form, key and order.
#include "tools/command_table.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/claim_choice.h"
#include "tools/error_codes.h"
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
      "no window of that period is breached as computed now; the claim would stand for nothing "
      "unless that changes");
  return all;
}

const replay::Deadline* WindowDeadline(const replay::Result& result, absl::string_view what,
                                       const WindowName& name) {
  const std::string object = absl::StrCat(name.objective, " ", FormatInstant(name.window.first),
                                          "/", FormatInstant(name.window.limit));
  for (const replay::Deadline& each : result.deadlines) {
    if (each.what == what && each.object == object) return &each;
  }
  return nullptr;
}

// As the terms themselves say it.
std::string ClauseWords(const std::string& clause) {
  return clause == "disputes.claim_within_days" ? "disputes: claim within" : Printable(clause);
}

// What the claim is for, until when it can be made, and what it means before figures are final:
// then it is premature, takes effect by itself when the last of its windows is closed, and its
// deadline is tested by this filing (DOMAIN 3.17 rule 27).
void TellOfWindow(const Invocation& call, const replay::Result& result,
                  const replay::WindowResult& window) {
  const WindowName name{window.objective, window.window};
  const bool open = window.status == replay::WindowStatus::kOpen;
  std::string line = absl::StrCat(
      "claims ", ClaimedWindowText(name), ": ", std::string(replay::VerdictName(window.verdict)),
      ", ", window.credit.has_value() ? FormatMoney(window.credit->amount) : "no credit",
      open ? " as projected: its time is not over"
      : window.closed.has_value()
          ? window.closed->differs ? " by now, and closed at another figure" : " as closed"
          : " as computed by now");
  if (const replay::Deadline* due = WindowDeadline(result, "claim.file", name); due != nullptr) {
    absl::StrAppend(&line, "; can be claimed before ", FormatInstant(due->due), " (",
                    ClauseWords(due->clause), ")");
  }
  call.console.Line(line);
  if (window.closed.has_value()) return;
  const replay::Deadline* cutoff = WindowDeadline(result, "evidence.cutoff", name);
  const std::string until =
      open ? absl::StrCat("is not over before ", FormatInstant(window.window.limit))
      : cutoff != nullptr && cutoff->state == "open"
          ? absl::StrCat("takes evidence until ", FormatInstant(cutoff->due))
          : std::string("is not closed yet");
  call.console.Warning(absl::StrCat(
      ClaimedWindowText(name), " ", until,
      ": its figures are not final and the claim is premature. It counts as filed now, and takes "
      "effect by itself when the window is closed; the time to answer it begins then"));
}

// Nothing and less than nothing cannot be claimed.
absl::Status CheckClaimed(const std::optional<Money>& amount) {
  if (!amount.has_value() || amount->minor > 0) return absl::OkStatus();
  return Refuse("usage",
                absl::StrCat("--amount: ", FormatMoney(*amount), " is no sum to claim: it is ",
                             amount->minor == 0 ? "zero" : "below zero"),
                "claim a sum above zero, or leave --amount out to claim the computed one");
}

// What a sum that is not the computed one does, which the terms decide.
void TellOfSum(const Invocation& call, const replay::Result& result,
               const std::vector<WindowName>& claimed, const std::optional<Money>& amount) {
  if (!amount.has_value()) return;
  call.console.Line(absl::StrCat("sum claimed: ", FormatMoney(*amount)));
  int64_t computed = 0;
  for (const replay::WindowResult& window : result.windows) {
    const WindowName name{window.objective, window.window};
    const bool held = std::find(claimed.begin(), claimed.end(), name) != claimed.end();
    if (held && window.credit.has_value()) computed += window.credit->amount.minor;
  }
  if (amount->minor == computed) return;
  const std::string sum = FormatMoney({computed, amount->currency});
  call.console.Line(
      amount->minor < computed
          ? absl::StrCat("it limits what is due only where the terms have a rule `sum "
                         "claimed`; else the claim stands for the computed ",
                         sum)
          : absl::StrCat("computed is ", sum,
                         "; more takes the word of both sides (`tally claim agree`) or "
                         "a ruling"));
}

// A claim that was decided says nothing of what arose since: the same words claim that.
LikeDone DecidedIn(const replay::Result& result, const std::vector<RecordedAct>& acts) {
  return [&](const StreamId& author, const ActId& id) -> std::optional<Hash> {
    for (const RecordedAct& act : acts) {
      const bool like = act.header.kind == BodyKind::kClaimFiled && act.header.id == id;
      if (!like || act.header.author != author) continue;
      for (const replay::ClaimResult& claim : result.claims) {
        if (claim.at != act.address) continue;
        const bool decided = IsDecidedState(claim.state);
        const std::optional<Money> open = StandingIn(result, claim.windows, {"accrued"});
        if (decided && open.has_value() && open->minor > 0) return act.digest;
      }
    }
    return std::nullopt;
  };
}

bool AnyBreached(const replay::Result& result, const std::vector<WindowName>& claimed) {
  return std::any_of(result.windows.begin(), result.windows.end(), [&](const auto& window) {
    const WindowName name{window.objective, window.window};
    return window.verdict == replay::Verdict::kBreached &&
           std::find(claimed.begin(), claimed.end(), name) != claimed.end();
  });
}

absl::StatusOr<int> RunFile(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> amount, AmountOf(call, "amount"));
  TALLY_RETURN_IF_ERROR(CheckClaimed(amount));
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  ClaimFiled claim;
  TALLY_ASSIGN_OR_RETURN(claim.windows, ClaimedWindows(call, result));
  TALLY_RETURN_IF_ERROR(LeaveOutOwn(call, session->ledger(), result, claim.windows));
  for (const replay::WindowResult& window : result.windows) {
    if (!window.credit.has_value()) continue;
    TALLY_RETURN_IF_ERROR(CheckCurrency(amount, "amount", window.credit->amount));
  }
  for (const replay::WindowResult& window : result.windows) {
    const WindowName name{window.objective, window.window};
    const auto found = std::find(claim.windows.begin(), claim.windows.end(), name);
    if (found != claim.windows.end()) TellOfWindow(call, result, window);
  }
  TellOfSum(call, result, claim.windows, amount);
  claim.amount = amount;
  claim.reason = call.arguments.Value("reason").value_or("");
  claim.documents = documents;
  const bool for_nothing = !AnyBreached(result, claim.windows);
  if (for_nothing && !session->dry_run() &&
      !Confirmed(call, "It would stand for nothing. Record it all the same?")) {
    return Refuse("interrupted", "not confirmed; nothing was recorded");
  }
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kClaimFiled, Encode(claim),
                                   Hash{}, DecidedIn(result, acts)));
  if (for_nothing && submitted.exit == 0 && !call.arguments.Has("yes")) {
    call.console.Note(session->dry_run()
                          ? "it would stand for nothing as things stand"
                          : "recorded; it stands for nothing as things stand (exit 1; --yes says "
                            "that this is meant and exits 0)");
    return kExitNo;
  }
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
    if (answer.amount->minor < 0) {
      return Refuse("usage",
                    absl::StrCat("--partly: ", FormatMoney(*answer.amount), " is below zero"),
                    "give the part that is accepted, or --reject");
    }
  }
  answer.reason = call.arguments.Value("reason").value_or("");
  TALLY_ASSIGN_OR_RETURN(answer.documents, DocumentsOf(call));
  return answer;
}

// A part is no more than the whole: an answer approves no more than the computed credit, whatever
// it says.
absl::Status CheckPart(const Invocation& call, const ClaimAnswered& answer, const Money& claimed) {
  const bool more = answer.amount.has_value() && answer.amount->currency == claimed.currency &&
                    answer.amount->minor > claimed.minor;
  if (!more) return absl::OkStatus();
  const std::string what = absl::StrCat("--partly: ", FormatMoney(*answer.amount),
                                        " is more than the ", FormatMoney(claimed), " claimed");
  if (call.arguments.Has("yes")) {
    call.console.Warning(absl::StrCat(what, "; no more than that is approved"));
    return absl::OkStatus();
  }
  return Refuse("usage", what,
                "--accept takes all of it, a higher sum takes the word of both sides (`tally claim "
                "agree`), and --yes says that this answer is meant");
}

// What an amendment made of the claim since it was filed: another form of it, or other terms for
// one of its windows. Whoever read it before has not agreed to that.
struct Amended {
  std::vector<std::string> by;  // texts of the acts; none: it is what was filed
  std::string before, after;    // the sums
};
std::string SumOf(const replay::Result& result, const replay::ClaimResult& claim) {
  std::optional<Money> sum = StandingIn(result, claim.windows, {"claimed"});
  if (!sum.has_value()) sum = claim.due;
  return sum.has_value() ? FormatMoney(*sum) : "nothing";
}
std::map<WindowName, TermsHash> TermsOf(const replay::Result& result,
                                        const std::vector<WindowName>& windows) {
  std::map<WindowName, TermsHash> terms;
  for (const replay::WindowResult& window : result.windows) {
    const WindowName name{window.objective, window.window};
    const bool claimed = std::find(windows.begin(), windows.end(), name) != windows.end();
    if (claimed) terms[name] = window.terms;
  }
  return terms;
}

absl::StatusOr<Amended> AmendedSince(const Invocation& call, const ledger::Ledger& ledger,
                                     const std::vector<RecordedAct>& acts, const RecordedAct& claim,
                                     const replay::Result& now, const replay::ClaimResult& state) {
  Amended amended;
  replay::ReplayRequest request;
  request.agreement = call.arguments.At(0);
  request.axes.at_size = claim.address.index + 1;
  const absl::StatusOr<replay::Result> then = replay::Replay(ledger, request);
  if (!then.ok()) return Translate(Doing::kReading, then.status());
  for (const replay::ClaimResult& each : then->claims) {
    if (each.at != claim.address) continue;
    amended.before = SumOf(*then, each);
    const bool other_terms = TermsOf(*then, each.windows) != TermsOf(now, each.windows);
    for (const RecordedAct& act : acts) {
      if (act.address < claim.address) continue;
      const bool of_claim = act.header.kind == BodyKind::kClaimAmended &&
                            act.header.answers == claim.digest &&
                            act.header.author == claim.header.author;
      const bool of_terms = act.header.kind == BodyKind::kAmendmentAccepted && other_terms;
      if (of_claim) amended.by.push_back(absl::StrCat("the claim's own ", act.address.ToText()));
      if (of_terms) amended.by.push_back(absl::StrCat("that of the terms ", act.address.ToText()));
    }
  }
  amended.after = SumOf(now, state);
  return amended;
}

absl::Status CheckAmended(const Invocation& call, const Amended& amended) {
  if (amended.by.empty()) return absl::OkStatus();
  const std::string what = absl::StrCat(
      "the claim was amended since it was filed (", absl::StrJoin(amended.by, ", "),
      "): it was for ", amended.before, " then, and --accept accepts ", amended.after, " now");
  if (call.arguments.Has("yes")) {
    call.console.Warning(what);
    return absl::OkStatus();
  }
  return Refuse("usage", what,
                "read the amendment; --yes says that the claim is accepted as it is now, and "
                "--partly AMOUNT accepts that sum and no other");
}

// What the answer does with the claim, in money: an acceptance approves what is claimed in the
// books by now, which the closing may still change.
absl::Status TellOfAnswer(const Invocation& call, const ledger::Ledger& ledger,
                          const std::vector<RecordedAct>& acts, const RecordedAct& claim,
                          const ClaimAnswered& answer) {
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, ledger, call.arguments.At(0)));
  const auto state =
      std::find_if(result.claims.begin(), result.claims.end(),
                   [&claim](const replay::ClaimResult& each) { return each.at == claim.address; });
  if (state == result.claims.end() || !Waits(*state)) return absl::OkStatus();
  if (answer.answer == ClaimAnswer::kAccepted) {
    TALLY_ASSIGN_OR_RETURN(const Amended amended,
                           AmendedSince(call, ledger, acts, claim, result, *state));
    TALLY_RETURN_IF_ERROR(CheckAmended(call, amended));
  }
  const std::string at = absl::StrCat("the claim ", claim.address.ToText());
  const std::optional<Money> claimed = StandingIn(result, state->windows, {"claimed"});
  const bool early = state->state == "premature";
  if (!claimed.has_value()) {
    // The credit needs no claim, or none is due: what is asked for lies beyond what is computed.
    call.console.Line(
        absl::StrCat(answer.answer == ClaimAnswer::kRejected ? "rejects " : "accepts ", at,
                     ", which asks for more than the credit as computed"));
    if (answer.answer == ClaimAnswer::kRejected) return absl::OkStatus();
    call.console.Warning(
        "an answer approves no more than the computed credit; a higher sum takes the word of both "
        "sides: `tally claim agree`");
    return absl::OkStatus();
  }
  TALLY_RETURN_IF_ERROR(CheckPart(call, answer, *claimed));
  const std::string sum = FormatMoney(*claimed);
  std::string line = absl::StrCat("rejects ", at, ": of ", sum, " claimed nothing is accepted");
  if (answer.answer == ClaimAnswer::kPartly) {
    line = absl::StrCat("accepts ", FormatMoney(*answer.amount), " of ", sum, " claimed by ", at);
  } else if (answer.answer == ClaimAnswer::kAccepted) {
    line = absl::StrCat("accepts ", at, " at ", sum, early ? ", as computed by now" : "");
  }
  call.console.Line(line);
  if (answer.answer == ClaimAnswer::kAccepted) {
    call.console.Note(
        "an amendment that is recorded before this answer is accepted with it; "
        "--partly AMOUNT accepts that sum and no other");
  }
  const bool open = early && answer.answer == ClaimAnswer::kAccepted;
  if (open) call.console.Warning("the sum is fixed by the closing of the windows, and can differ");
  return absl::OkStatus();
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
  TALLY_RETURN_IF_ERROR(TellOfAnswer(call, session->ledger(), acts, claim, answer));
  TALLY_ASSIGN_OR_RETURN(
      const Submitted submitted,
      SubmitAct(call, *session, agreement, BodyKind::kClaimAnswered, Encode(answer), claim.digest));
  return submitted.exit;
}

void WriteClaim(const Invocation& call, const std::string& agreement,
                const replay::ClaimResult& claim, const std::optional<Money>& sum) {
  std::optional<std::string> claimed, due, decided;
  if (sum.has_value()) claimed = FormatMoney(*sum);
  if (claim.due.has_value()) due = FormatMoney(*claim.due);
  if (claim.decided.has_value()) decided = FormatMoney(*claim.decided);
  JsonWriter json;
  json.BeginObject().Field("format", "tally.claim/1").Field("agreement", agreement);
  json.Field("at", claim.at.ToText()).Field("id", claim.id).Field("state", claim.state);
  json.OptionalField("claimed", claimed).OptionalField("due", due);
  json.OptionalField("decided", decided).Key("windows").BeginArray();
  for (const WindowName& window : claim.windows) {
    json.BeginObject().Field("objective", window.objective);
    json.Field("from", FormatInstant(window.window.first));
    json.Field("to", FormatInstant(window.window.limit)).EndObject();
  }
  json.EndArray().EndObject();
  call.console.Json(json);
}

// One row a window, so that what a claim is about can be read; the rest stands in its first row.
void AddRows(const replay::ClaimResult& claim, const std::optional<Money>& sum, Table& table) {
  std::vector<std::string> cells = {claim.at.ToText(),
                                    claim.id,
                                    claim.state,
                                    sum.has_value() ? FormatMoney(*sum) : "as computed",
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
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(*ledger, call.arguments.At(0)));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(*ledger, stream));
  Table table(
      {"claim", "id", "state", "claimed", "computed", "decided", "objective", "from", "to"});
  for (const replay::ClaimResult& claim : result.claims) {
    const std::optional<Money> sum = SumClaimed(acts, result, claim);
    WriteClaim(call, result.agreement, claim, sum);
    AddRows(claim, sum, table);
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
                              .summary = "2026-02, 2026-Q1, 2026 or FROM/TO (times or days)",
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
  file.text =
      "Names the breached windows of the period that are over, and says each with its sum before\n"
      "anything is signed. Before a window is closed its claim is premature: it counts as filed "
      "and\n"
      "takes effect by itself with the closing.";
  file.examples = {"tally claim file coral-island --period 2026-02 --key customer.pem"};
  Command answer = DisputeAct("claim answer", "answer a claim", {agreement, claim},
                              {{.name = "accept", .summary = "accept it in whole"},
                               {.name = "partly",
                                .type = ValueType::kText,
                                .value_name = "AMOUNT",
                                .summary = "accept this part of what is claimed"},
                               {.name = "reject", .summary = "reject it"}},
                              RunAnswer);
  answer.text =
      "One of --accept, --partly and --reject. An answer approves no more than the computed "
      "credit:\n"
      "a part above it needs --yes, and a higher sum the word of both (`tally claim agree`). So "
      "does "
      "\n--accept of a claim that was amended, or whose windows other terms govern, since it was "
      "filed.";
  answer.examples = {"tally claim answer coral-island --accept --key provider.pem"};
  Command list;
  list.name = "claim list";
  list.summary = "claims of an agreement and their states";
  list.operands = {agreement};
  list.run = RunList;
  return {file, answer, list};
}

}  // namespace tally::tools
