// Leaving an agreement: `tally right exercise|waive|list`, `tally agreement terminate`.
//
// A right is named by the rule of the terms that gives it, and by the window that completed it. The
// command looks up which of them is open now, so that the act names exactly one; what replay would
// not let count is warned of before anything is signed (tools/acts.h).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/replay.h"
#include "schema/right_act.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/axes.h"
#include "tools/claim_choice.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

// Rights as they stand at the clock's instant, unless another is asked for.
absl::StatusOr<replay::Result> RightsNow(const Invocation& call, const ledger::Ledger& ledger,
                                         const std::string& agreement, replay::Axes axes) {
  TALLY_RETURN_IF_ERROR(FindAgreement(ledger, agreement).status());
  replay::ReplayRequest request;
  request.agreement = agreement;
  request.axes = std::move(axes);
  if (!request.axes.as_recorded.has_value() && !request.axes.at_size.has_value()) {
    // A clock that is behind the ledger must not hide what the ledger holds.
    request.axes.as_recorded = std::max(call.world.clock->Now(), ledger.head().recorded);
  }
  absl::StatusOr<replay::Result> result = replay::Replay(ledger, request);
  if (!result.ok()) return Translate(Doing::kReading, result.status());
  return result;
}

std::string NameOf(const replay::Right& right) {
  return absl::StrCat(right.rule, " (", right.objective, ", window from ",
                      FormatInstant(right.window.first), ")");
}

// The right that is meant: of those of the rule and objective named, if any, the only open one;
// without an open one the only one at all, so that replay says what is wrong with it.
absl::StatusOr<replay::Right> PickRight(const Invocation& call, const replay::Result& result) {
  const std::string rule = call.arguments.At(1);
  const std::string objective = call.arguments.Value("objective").value_or("");
  std::vector<const replay::Right*> named, open;
  for (const replay::Right& right : result.rights) {
    bool meant =
        (rule.empty() || right.rule == rule) && (objective.empty() || right.objective == objective);
    if (!meant) continue;
    named.push_back(&right);
    if (right.state == "open") open.push_back(&right);
  }
  const std::vector<const replay::Right*>& choice = open.empty() ? named : open;
  if (choice.empty()) {
    return Refuse("not-found", "no such right has arisen under this agreement",
                  "see `tally right list`; a right arises when the windows that complete it are "
                  "closed");
  }
  if (choice.size() == 1) return *choice.front();
  std::string list;
  for (const replay::Right* right : choice) {
    absl::StrAppend(&list, list.empty() ? "" : ", ", NameOf(*right));
  }
  return Refuse("missing-argument", "several rights could be meant",
                absl::StrCat("name the rule and --objective; there are ", list));
}

absl::StatusOr<int> RunExercise(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         RightsNow(call, session->ledger(), agreement, {}));
  TALLY_ASSIGN_OR_RETURN(const replay::Right right, PickRight(call, result));
  RightExercised act;
  act.right = right.rule;
  act.kind = RightKind::kTermination;
  act.effective = call.arguments.Time("effective");
  act.windows = {{right.objective, right.window}};
  act.reason = call.arguments.Value("reason").value_or("");
  act.documents = documents;
  TALLY_ASSIGN_OR_RETURN(
      const Submitted submitted,
      SubmitAct(call, *session, agreement, BodyKind::kRightExercised, Encode(act), Hash{}));
  return submitted.exit;
}

absl::StatusOr<int> RunWaive(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         RightsNow(call, session->ledger(), agreement, {}));
  TALLY_ASSIGN_OR_RETURN(const replay::Right right, PickRight(call, result));
  RightWaived act;
  act.right = right.rule;
  act.kind = RightKind::kTermination;
  act.windows = {{right.objective, right.window}};
  act.reason = call.arguments.Value("reason").value_or("");
  act.documents = documents;
  TALLY_ASSIGN_OR_RETURN(
      const Submitted submitted,
      SubmitAct(call, *session, agreement, BodyKind::kRightWaived, Encode(act), Hash{}));
  return submitted.exit;
}

// What a termination answers, or zeros for one that answers nothing.
absl::StatusOr<Hash> AnsweredBy(const Invocation& call, const AppendSession& session,
                                const ledger::StreamState& stream, Terminated& act) {
  const std::string named = call.arguments.At(1);
  if (named.empty()) return Hash{};
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session.ledger(), stream));
  TALLY_ASSIGN_OR_RETURN(const RecordedAct offer, PickAct(acts, BodyKind::kTerminated, named));
  absl::StatusOr<Terminated> body = DecodeTerminated(offer.body);
  if (!body.ok()) return Translate(Doing::kReading, body.status());
  if (!call.arguments.Has("effective")) act.effective = body->effective;
  return offer.digest;
}

absl::StatusOr<int> RunTerminate(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  Terminated act;
  act.ground = TerminationGround::kAgreed;
  act.reason = call.arguments.Value("reason").value_or("");
  act.effective = call.arguments.Time("effective").value_or(Instant{});
  TALLY_ASSIGN_OR_RETURN(act.documents, DocumentsOf(call));
  if (!call.arguments.Has("effective") && call.arguments.At(1).empty()) {
    return Refuse("usage", "a termination states when the term ends",
                  "give --effective TIME, or the termination of the other side that this answers");
  }
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const Hash answers, AnsweredBy(call, *session, stream, act));
  TALLY_ASSIGN_OR_RETURN(
      const Submitted submitted,
      SubmitAct(call, *session, agreement, BodyKind::kTerminated, Encode(act), answers));
  return submitted.exit;
}

void WriteRight(const Invocation& call, const std::string& agreement, const replay::Right& right) {
  const auto text = [](const std::optional<ledger::EventAddress>& at) {
    return at.has_value() ? std::optional<std::string>(at->ToText()) : std::nullopt;
  };
  JsonWriter json;
  json.BeginObject().Field("format", "tally.right/1").Field("agreement", agreement);
  json.Field("kind", right.kind).Field("rule", right.rule).Field("party", right.party);
  json.Field("objective", right.objective).Field("from", FormatInstant(right.window.first));
  json.Field("to", FormatInstant(right.window.limit)).Field("arose", FormatInstant(right.arose));
  json.Field("exercise_until", FormatInstant(right.exercise_until)).Field("state", right.state);
  json.OptionalField("used", text(right.used));
  json.OptionalField("effective", right.effective.has_value()
                                      ? std::optional<std::string>(FormatInstant(*right.effective))
                                      : std::nullopt);
  json.OptionalField("removed", text(right.removed)).EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(replay::Axes axes, AxesOf(call));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         RightsNow(call, *ledger, call.arguments.At(0), std::move(axes)));
  Table table(
      {"right", "objective", "window from", "party", "arose", "use before", "state", "act"});
  for (const replay::Right& right : result.rights) {
    WriteRight(call, result.agreement, right);
    table.Row(
        {right.rule, right.objective, FormatInstant(right.window.first), right.party,
         FormatInstant(right.arose),
         right.exercise_until == kInstantLast ? "no limit" : FormatInstant(right.exercise_until),
         right.state, right.used.has_value() ? right.used->ToText() : ""});
  }
  if (table.empty()) {
    call.console.Line("no rights");
  } else if (!call.console.json()) {
    table.Print(call.console);
  }
  return 0;
}

}  // namespace

std::vector<Command> RightCommands() {
  const OperandSpec agreement{"AGREEMENT", "the agreement's name"};
  const OperandSpec right{"RIGHT", "id of the rule that gives it; needed when several are open",
                          Arity::kOptional};
  const OptionSpec objective{.name = "objective",
                             .type = ValueType::kText,
                             .value_name = "O",
                             .summary = "only a right of this objective"};
  const OptionSpec effective{.name = "effective",
                             .type = ValueType::kTime,
                             .value_name = "TIME",
                             .summary = "when the term ends (default: at once)"};
  Command exercise = DisputeAct("right exercise", "use a right to terminate that the terms gave",
                                {agreement, right}, {objective, effective}, RunExercise);
  exercise.examples = {
      "tally right exercise coral-island termination --effective 2026-09-01T00:00:00Z --key "
      "customer.pem"};
  Command waive = DisputeAct("right waive", "give up a right to terminate", {agreement, right},
                             {objective}, RunWaive);
  Command list;
  list.name = "right list";
  list.summary = "rights that arose, their deadlines and what became of them";
  list.operands = {agreement};
  list.options = AxesOptions();
  list.run = RunList;
  Command terminate = DisputeAct(
      "agreement terminate", "end an agreement by agreement of both sides",
      {agreement,
       {"TERMINATION", "that of the other side, which this one answers", Arity::kOptional}},
      {{.name = "effective",
        .type = ValueType::kTime,
        .value_name = "TIME",
        .summary = "when the term ends"}},
      RunTerminate);
  terminate.text =
      "It takes two acts: one that states the end, and the other side's that answers it with the\n"
      "same end. A right to terminate is used by `tally right exercise`.\n";
  return {exercise, waive, list, terminate};
}

}  // namespace tally::tools
