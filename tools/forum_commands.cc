// Where a claim goes when its answer does not end it: `tally claim acknowledge|accept|agree|
// escalate|withdraw|show`, `mediation open|close`, `deadline extend|suspend|resume|agree`.
//
// Each act answers the claim, so that replay knows what it is about; without an operand the only
// claim that is meant is found. What replay would not let count is warned of before anything is
// signed (tools/acts.h).
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "ledger/log/agreed_parties.h"
#include "replay/replay.h"
#include "schema/canonical.h"
#include "schema/claim_accepted.h"
#include "schema/dispute_act.h"
#include "schema/status.h"
#include "tools/act_words.h"
#include "tools/acts.h"
#include "tools/claim_choice.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/printable.h"
#include "tools/report_postings.h"
#include "tools/window_words.h"

namespace tally::tools {
namespace {

absl::StatusOr<int> RunAcknowledge(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(ClaimAtHand matter, OpenClaim(call));
  const ClaimAcknowledged act{call.arguments.Value("reference").value_or(""), ReasonOf(call)};
  return SayOnClaim(call, matter, BodyKind::kClaimAcknowledged, Encode(act));
}

// The newest answer to the claim, or nothing.
std::optional<ClaimAnswered> AnswerTo(const ClaimAtHand& matter) {
  std::optional<ClaimAnswered> newest;
  for (const RecordedAct& act : matter.acts) {
    const bool answers =
        act.header.kind == BodyKind::kClaimAnswered && act.header.answers == matter.claim.digest;
    if (!answers) continue;
    if (absl::StatusOr<ClaimAnswered> body = DecodeClaimAnswered(act.body); body.ok()) {
      newest = *std::move(body);
    }
  }
  return newest;
}

// The acceptance names the part that was answered, so that no other answer can take its place.
absl::StatusOr<int> RunAccept(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> given, AmountOf(call, "amount"));
  TALLY_ASSIGN_OR_RETURN(ClaimAtHand matter, OpenClaim(call));
  ClaimAccepted act{given, ReasonOf(call)};
  const std::optional<ClaimAnswered> answer = AnswerTo(matter);
  if (!given.has_value() && answer.has_value()) act.amount = answer->amount;
  return SayOnClaim(call, matter, BodyKind::kClaimAccepted, Encode(act));
}

absl::StatusOr<int> RunAgree(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> amount, AmountOf(call, "amount"));
  ClaimAgreed act{*amount, {}, ReasonOf(call), {}};
  TALLY_ASSIGN_OR_RETURN(act.documents, DocumentsOf(call));
  TALLY_ASSIGN_OR_RETURN(ClaimAtHand matter, OpenClaim(call));
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> owed,
                         OwedFor(call, matter.session->ledger(), matter.claim));
  TALLY_RETURN_IF_ERROR(CheckCurrency(amount, "amount", owed));
  return SayOnClaim(call, matter, BodyKind::kClaimAgreed, Encode(act));
}

constexpr uint64_t kLevelMax = 100;  // no terms have more

absl::StatusOr<int> RunEscalate(const Invocation& call) {
  const uint64_t level = call.arguments.Number("level").value_or(0);
  if (level > kLevelMax || (level == 0 && call.arguments.Has("level"))) {
    return Refuse("usage", absl::StrCat("--level takes 1 to ", kLevelMax));
  }
  ClaimEscalated act{
      static_cast<uint16_t>(level), call.arguments.Value("forum").value_or(""), ReasonOf(call), {}};
  TALLY_ASSIGN_OR_RETURN(act.documents, DocumentsOf(call));
  TALLY_ASSIGN_OR_RETURN(ClaimAtHand matter, OpenClaim(call));
  return SayOnClaim(call, matter, BodyKind::kClaimEscalated, Encode(act));
}

absl::StatusOr<int> RunWithdraw(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(ClaimAtHand matter, OpenClaim(call));
  absl::StatusOr<Bytes> body = BodyFromJson(
      BodyKind::kClaimWithdrawn,
      ReasonOf(call).empty() ? "{}"
                             : absl::StrCat("{\"reason\":", JsonString(ReasonOf(call)), "}"));
  if (!body.ok()) return Translate(Doing::kInput, body.status());
  return SayOnClaim(call, matter, BodyKind::kClaimWithdrawn, *std::move(body));
}

// ---- Mediation
// -----------------------------------------------------------------------

// The ledger takes acts of an agreement from its parties and from nobody else: another could never
// say that the mediation failed.
absl::Status CheckMediator(const ClaimAtHand& matter, const std::string& name,
                           const StreamId& party) {
  ledger::AgreedParties agreed;
  for (const RecordedAct& act : matter.acts) {
    const absl::Status added =
        agreed.Add({.header = act.header, .digest = act.digest, .body = act.body});
    if (!added.ok()) return Translate(Doing::kReading, added);
  }
  if (agreed.Has(party)) return absl::OkStatus();
  for (const RecordedAct& act : matter.acts) {
    if (act.header.kind != BodyKind::kAgreementOpened) continue;
    const absl::StatusOr<AgreementOpened> opened = DecodeAgreementOpened(act.body);
    if (!opened.ok()) return Translate(Doing::kReading, opened.status());
    std::set<std::string> names;
    for (const AgreementParty& each : opened->parties) names.insert(Printable(each.name));
    return Refuse(
        "state-forbids",
        absl::StrCat(Printable(name), " is no party to the agreement ", Printable(opened->name),
                     ": the ledger would take no word of that mediator"),
        absl::StrCat(
            "choose one of its parties (", absl::StrJoin(names, ", "),
            ") that is no side of the claim, or mediate outside of the ledger and record "
            "what both agree by `tally claim agree`; parties are those of the first terms, and "
            "whom an amendment names that both sides signed"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> RunMediationOpen(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(ClaimAtHand matter, OpenClaim(call));
  MediationOpened act;
  act.mediator = *call.arguments.Value("mediator");
  act.reason = ReasonOf(call);
  const absl::StatusOr<ledger::StreamState> party =
      matter.session->ledger().FindStream(StreamKind::kParty, act.mediator);
  if (party.ok()) {
    TALLY_RETURN_IF_ERROR(CheckMediator(matter, act.mediator, party->id));
    act.party = party->id;
  } else {
    call.console.Warning(absl::StrCat("the ledger has no party ", Printable(act.mediator),
                                      ": nobody can close this mediation in the ledger"));
  }
  return SayOnClaim(call, matter, BodyKind::kMediationOpened, Encode(act));
}

absl::StatusOr<int> RunMediationClose(const Invocation& call) {
  MediationClosed act;
  const std::string outcome = *call.arguments.Value("outcome");
  if (outcome == "agreed") act.outcome = MediationOutcome::kAgreed;
  if (outcome == "failed") act.outcome = MediationOutcome::kFailed;
  if (outcome == "withdrawn") act.outcome = MediationOutcome::kWithdrawn;
  if (act.outcome == MediationOutcome::kUnset) {
    return Refuse("usage", absl::StrCat("--outcome: '", Printable(outcome), "' is none"),
                  "choose agreed, failed or withdrawn");
  }
  TALLY_ASSIGN_OR_RETURN(act.amount, AmountOf(call, "amount"));
  act.reason = ReasonOf(call);
  TALLY_ASSIGN_OR_RETURN(ClaimAtHand matter, OpenClaim(call));
  return SayOnClaim(call, matter, BodyKind::kMediationClosed, Encode(act));
}

// ---- Time by consent
// -----------------------------------------------------------------------------

absl::StatusOr<int> SayTime(const Invocation& call, BodyKind kind, Bytes body,
                            const Hash& answers) {
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  std::optional<Instant> until;  // only an extension could be too short
  if (kind == BodyKind::kDeadlineExtended) until = call.arguments.Time("until");
  TALLY_RETURN_IF_ERROR(CheckDeadline(call, session->ledger(), call.arguments.At(0),
                                      call.arguments.Value("deadline").value_or(""), until));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, SubmitAct(call, *session, call.arguments.At(0),
                                                              kind, std::move(body), answers));
  return submitted.exit;
}

absl::StatusOr<int> RunExtend(const Invocation& call) {
  const DeadlineExtended act{*call.arguments.Value("deadline"), *call.arguments.Time("until"),
                             ReasonOf(call)};
  return SayTime(call, BodyKind::kDeadlineExtended, Encode(act), Hash{});
}
absl::StatusOr<int> RunSuspend(const Invocation& call) {
  const DeadlineSuspended act{call.arguments.Value("deadline").value_or(""),
                              *call.arguments.Time("from"), call.arguments.Time("until"),
                              ReasonOf(call)};
  if (act.until.has_value() && *act.until <= act.from) {
    return Refuse("usage", "a suspension ends after it begins", "give --until after --from");
  }
  return SayTime(call, BodyKind::kDeadlineSuspended, Encode(act), Hash{});
}
absl::StatusOr<int> RunResume(const Invocation& call) {
  const DeadlineResumed act{call.arguments.Value("deadline").value_or(""),
                            *call.arguments.Time("from"), ReasonOf(call)};
  return SayTime(call, BodyKind::kDeadlineResumed, Encode(act), Hash{});
}

bool MovesTime(BodyKind kind) {
  return kind == BodyKind::kDeadlineExtended || kind == BodyKind::kDeadlineSuspended ||
         kind == BodyKind::kDeadlineResumed;
}

// Says the same as the other side did, in answer to it: from then on it counts.
absl::StatusOr<int> RunAgreeTime(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), call.arguments.At(0)));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  const RecordedAct* proposal = nullptr;
  for (const RecordedAct& act : acts) {
    const bool named = call.arguments.At(1).empty() || act.address.ToText() == call.arguments.At(1);
    if (MovesTime(act.header.kind) && act.header.answers.IsZero() && named) proposal = &act;
  }
  if (proposal == nullptr) {
    return Refuse("not-found", "nobody proposed to move a deadline",
                  "see `tally log agreement/NAME`; name the act as INDEX/OFFSET");
  }
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, call.arguments.At(0), proposal->header.kind,
                                   proposal->body, proposal->digest));
  return submitted.exit;
}

// ---- What became of a claim
// ----------------------------------------------------------------------

void WriteLife(const Invocation& call, const replay::Result& result,
               const replay::ClaimResult& claim, const std::optional<Money>& sum,
               const std::vector<replay::Posting>& postings) {
  JsonWriter json;
  json.BeginObject().Field("format", "tally.claim.life/1").Field("agreement", result.agreement);
  json.Field("at", claim.at.ToText()).Field("id", claim.id).Field("state", claim.state);
  std::optional<std::string> claimed, due, decided;
  if (sum.has_value()) claimed = FormatMoney(*sum);
  if (claim.due.has_value()) due = FormatMoney(*claim.due);
  if (claim.decided.has_value()) decided = FormatMoney(*claim.decided);
  json.OptionalField("claimed", claimed)
      .OptionalField("due", due)
      .OptionalField("decided", decided);
  json.Key("steps").BeginArray();
  for (const replay::ClaimResult::Step& step : claim.steps) {
    std::optional<std::string> cause;
    if (step.cause.has_value()) cause = step.cause->ToText();
    json.BeginObject().Field("state", step.state).Field("at", FormatInstant(step.at));
    json.OptionalField("cause", cause).Field("clause", step.clause).EndObject();
  }
  json.EndArray().Key("awards").BeginArray();
  for (const replay::ClaimResult::Award& award : claim.awards) {
    json.BeginObject().Field("ruling", award.ruling.ToText()).Field("creditor", award.creditor);
    json.Field("debtor", award.debtor).Field("open", FormatMoney(award.open)).EndObject();
  }
  json.EndArray().Key("deadlines").BeginArray();
  for (const replay::Deadline& deadline : result.deadlines) {
    if (deadline.object != claim.id) continue;
    json.BeginObject().Field("what", deadline.what).Field("due", FormatInstant(deadline.due));
    json.Field("party", deadline.party).Field("state", deadline.state);
    json.Field("consequence", deadline.consequence).EndObject();
  }
  json.EndArray().Key("postings");
  WritePostings(json, postings);
  json.EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunShow(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(*ledger, call.arguments.At(0)));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(*ledger, stream));
  TALLY_ASSIGN_OR_RETURN(const RecordedAct filed,
                         PickEffective(call, *ledger, acts, BodyKind::kClaimFiled, Stands));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, *ledger, call.arguments.At(0)));
  for (const replay::ClaimResult& claim : result.claims) {
    if (claim.at != filed.address) continue;
    std::vector<replay::Posting> postings;
    for (const replay::Posting& posting : result.postings) {
      for (const WindowName& window : claim.windows) {
        bool about = posting.window.has_value() && *posting.window == window.window &&
                     posting.objective == window.objective;
        if (about) postings.push_back(posting);
      }
    }
    const std::optional<Money> sum = SumClaimed(acts, result, claim);
    WriteLife(call, result, claim, sum, postings);
    if (call.console.json()) return 0;
    const std::string amounts = ClaimWords(claim);
    call.console.Line(
        absl::StrCat("claim ", claim.at.ToText(), " (", claim.id, "): ", claim.state,
                     sum.has_value() ? ", " : "", sum.has_value() ? FormatMoney(*sum) : "",
                     sum.has_value() ? " claimed" : "", amounts.empty() ? "" : ", ", amounts));
    for (const replay::ClaimResult::Award& award : claim.awards) {
      call.console.Line(absl::StrCat("  awarded beside it by ", award.ruling.ToText(), ": ",
                                     FormatMoney(award.open), " open, owed by ",
                                     Printable(award.debtor), " to ", Printable(award.creditor),
                                     "; `tally settlement propose --awards` pays it"));
    }
    for (const replay::ClaimResult::Step& step : claim.steps) {
      const std::string by =
          step.cause.has_value() ? absl::StrCat(" (at ", step.cause->ToText(), ")")
          : step.clause.empty()  ? " by the closing"
                                 : absl::StrCat(" by the clock, ", Printable(step.clause));
      call.console.Line(
          absl::StrFormat("  %-27s %s%s", FormatInstant(step.at), Printable(step.state), by));
    }
    for (const replay::Deadline& deadline : result.deadlines) {
      if (deadline.object != claim.id) continue;
      call.console.Line(absl::StrCat(
          "  due ", FormatInstant(deadline.due), " ", Printable(deadline.what),
          deadline.party.empty() ? "" : " by ", Printable(deadline.party), ": ", deadline.state,
          // What was met or ran out threatens nothing any more.
          deadline.state == "open" ? "; else " : "",
          deadline.state == "open" ? Printable(deadline.consequence) : std::string()));
    }
    if (!postings.empty())
      call.console.Verbatim(absl::StrCat("\nPostings\n", PostingsText(postings)));
    return 0;
  }
  return Refuse("not-found", "replay knows no such claim", "see `tally claim list`");
}

std::vector<Command> ClaimLifeCommands() {
  Command acknowledge = DisputeAct(
      "claim acknowledge", "say that a claim was received", {AgreementOperand(), ClaimOperand()},
      {TextOption("reference", "TEXT", "own number of the claim")}, RunAcknowledge);
  Command accept = DisputeAct(
      "claim accept", "take the answer to one's claim; what it says then binds both",
      {AgreementOperand(), ClaimOperand()},
      {TextOption("amount", "AMOUNT", "the part answered (default: that of the answer)")},
      RunAccept);
  Command agree =
      DisputeAct("claim agree", "state the sum at which a claim ends, when both state the same",
                 {AgreementOperand(), ClaimOperand()},
                 {TextOption("amount", "AMOUNT", "the sum", true)}, RunAgree);
  agree.examples = {"tally claim agree coral-island --amount '70.00 USD' --key customer.pem"};
  Command escalate = DisputeAct("claim escalate", "take a claim to the next level of the terms",
                                {AgreementOperand(), ClaimOperand()},
                                {TextOption("forum", "TEXT", "who meets or decides there"),
                                 {.name = "level",
                                  .type = ValueType::kNumber,
                                  .value_name = "N",
                                  .summary = "the level that is meant (default: the next one)"}},
                                RunEscalate);
  escalate.text =
      "With --level the command can be run again without another climb. Without it the same words\n"
      "are a retry for an hour; later nobody knows which is meant, and the exit status is 1.\n";
  Command withdraw = DisputeAct("claim withdraw", "withdraw one's claim",
                                {AgreementOperand(), ClaimOperand()}, {}, RunWithdraw);
  Command show;
  show.name = "claim show";
  show.summary = "the life of a claim: its steps, deadlines and postings";
  show.operands = {AgreementOperand(), ClaimOperand()};
  show.run = RunShow;
  return {acknowledge, accept, agree, escalate, withdraw, show};
}

std::vector<Command> DeadlineCommands() {
  const std::string which =
      "as `tally replay` lists it, such as claim.answer, or with the claim's "
      "id after a blank";
  Command extend =
      DisputeAct("deadline extend", "propose a later end of a deadline", {AgreementOperand()},
                 {TextOption("deadline", "NAME", which, true),
                  TimeOption("until", "the new end, exclusive", true)},
                 RunExtend);
  extend.text =
      "It counts when the other side says the same: `tally deadline agree`. A deadline\n"
      "that has passed by then is not extended.\n";
  Command suspend = DisputeAct(
      "deadline suspend", "propose that deadlines do not run for a time", {AgreementOperand()},
      {TextOption("deadline", "NAME", absl::StrCat(which, " (default: all between the parties)")),
       TimeOption("from", "when time stops", true),
       TimeOption("until", "when it runs again", false)},
      RunSuspend);
  Command resume = DisputeAct(
      "deadline resume", "propose that suspended deadlines run again", {AgreementOperand()},
      {TextOption("deadline", "NAME", absl::StrCat(which, " (default: all between the parties)")),
       TimeOption("from", "when time runs again", true)},
      RunResume);
  Command agree = DisputeAct(
      "deadline agree", "say the same as the other side about a deadline, so that it counts",
      {AgreementOperand(),
       {"PROPOSAL", "the proposal: index/offset (default: the newest)", Arity::kOptional}},
      {}, RunAgreeTime);
  return {extend, suspend, resume, agree};
}

}  // namespace

std::vector<Command> ForumCommands() {
  std::vector<Command> commands = ClaimLifeCommands();
  commands.push_back(DisputeAct(
      "mediation open", "open a mediation of a claim", {AgreementOperand(), ClaimOperand()},
      {TextOption("mediator", "PARTY", "the mediator, a party to the agreement", true)},
      RunMediationOpen));
  commands.push_back(DisputeAct("mediation close", "close a mediation; said by the mediator",
                                {AgreementOperand(), ClaimOperand()},
                                {TextOption("outcome", "WORD", "agreed, failed or withdrawn", true),
                                 TextOption("amount", "AMOUNT", "what was agreed, if so")},
                                RunMediationClose));
  for (Command& command : DeadlineCommands()) commands.push_back(std::move(command));
  return commands;
}

}  // namespace tally::tools
