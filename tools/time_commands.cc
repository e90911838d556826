// time accept, time correct: the operator's word that the clock is right where the ledger doubts
// it. Recorded time never decreases but once after `time corrected`, and never leaps unnoticed
// (ledger/log/recorded_time.h); these two events are how it goes on.
#include "absl/strings/str_cat.h"
#include "ledger/log/recorded_time.h"
#include "schema/body.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/receipts.h"
#include "tools/session.h"
#include "tools/stream_end.h"

namespace tally::tools {
namespace {

// What the operator says that it is: TIME by his own watch, else what the clock shows.
absl::StatusOr<Instant> StatedTime(const Invocation& call) {
  const Instant wall = call.world.clock->Now();
  const std::string stated = call.arguments.At(0);
  if (stated.empty()) return wall;
  const absl::StatusOr<Instant> time = ParseInstant(stated);
  if (!time.ok()) {
    return Refuse("bad-time", absl::StrCat("TIME: ", time.status().message()),
                  "write a time like 2026-02-18T12:00:00Z");
  }
  if (*time <= wall + ledger::kClockStepMax && wall <= *time + ledger::kClockStepMax) return time;
  return Refuse(
      "state-forbids",
      absl::StrCat("the clock shows ", FormatInstant(wall), ", and you say ", FormatInstant(*time)),
      "set the clock first: records bear what it shows");
}

Bytes BodyOf(BodyKind kind, Instant time, const std::string& reason) {
  return kind == BodyKind::kTimeAccepted ? Encode(TimeAccepted{time, reason})
                                         : Encode(TimeCorrected{time, reason});
}

// Signs and records the confirmation.
absl::StatusOr<int> Confirm(const Invocation& call, BodyKind kind, Instant time) {
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenOperatorKey(call));
  const absl::StatusOr<ledger::StreamState> system = session->ledger().StreamAt(0);
  if (!system.ok()) return Translate(Doing::kReading, system.status());
  ActDraft draft;
  draft.kind = kind;
  draft.body = BodyOf(kind, time, call.arguments.Value("reason").value_or(""));
  draft.reported_at = call.world.clock->Now();
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch,
                         SignAct(EndOfActs(session->ledger(), *system), draft, key));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  return submitted.exit;
}

absl::StatusOr<Instant> LastRecorded(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  return ledger->head().recorded;
}

bool Agreed(const Invocation& call, Instant last, Instant time, absl::string_view what) {
  return Confirmed(call, absl::StrCat("The last record bears ", FormatInstant(last),
                                      ", the clock shows ", FormatInstant(call.world.clock->Now()),
                                      ". ", what, " ", FormatInstant(time), "?"));
}

absl::StatusOr<int> RunAccept(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const Instant time, StatedTime(call));
  TALLY_ASSIGN_OR_RETURN(const Instant last, LastRecorded(call));
  const Instant wall = call.world.clock->Now();
  if (wall + ledger::kClockStepMax < last) {
    return Refuse(
        "state-forbids",
        absl::StrCat("the clock shows ", FormatInstant(wall), ", before the last record (",
                     FormatInstant(last), ")"),
        "set it right; if the ledger's time is wrong, lower it with `tally time correct`");
  }
  if (ledger::RecordedTime(*call.world.clock, last).Next().ok()) {
    call.console.Note("nothing doubts the clock: nothing was recorded");
    return kExitDone;
  }
  if (!Agreed(call, last, time, "Go on at")) {
    return Refuse("state-forbids", "the time was not accepted", "set the clock right");
  }
  return Confirm(call, BodyKind::kTimeAccepted, time);
}

absl::StatusOr<int> RunCorrect(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const Instant time, StatedTime(call));
  TALLY_ASSIGN_OR_RETURN(const Instant last, LastRecorded(call));
  const Instant wall = call.world.clock->Now();
  if (wall >= last) {
    call.console.Note(absl::StrCat("the last record bears ", FormatInstant(last),
                                   ", which is not ahead of the clock: nothing was recorded"));
    return kExitDone;
  }
  if (!Agreed(call, last, time, "Lower the ledger's time, once, to")) {
    return Refuse("state-forbids", "the time was not corrected", "set the clock right");
  }
  return Confirm(call, BodyKind::kTimeCorrected, time);
}

std::vector<OptionSpec> ReasonOption() {
  return {{"reason", 0, ValueType::kText, "TEXT", "why, for those who read the ledger later"}};
}

}  // namespace

std::vector<Command> TimeCommands() {
  const OperandSpec time = {"TIME", "the time that it is, by your own watch (default: the clock's)",
                            Arity::kOptional};
  Command accept{.name = "time accept",
                 .summary = "confirm a clock that leapt forward",
                 .operands = {time},
                 .options = ReasonOption(),
                 .appends = true,
                 .run = RunAccept};
  accept.text =
      "Nothing is recorded while the clock stands more than 31 days past the last record, or "
      "leaps\n"
      "by more than an hour while a program runs: a wrong time could not be taken back. This says\n"
      "that it is right. TIME must lie within an hour of the clock.";
  accept.examples = {"tally time accept 2026-11-22T09:00:00Z --reason 'idle since September'"};
  Command correct{.name = "time correct",
                  .summary = "lower the ledger's time, once, after a clock that was ahead",
                  .operands = {time},
                  .options = ReasonOption(),
                  .appends = true,
                  .run = RunCorrect};
  correct.text =
      "Recorded time never decreases. When records were made by a clock that was ahead, appends "
      "are\n"
      "refused until the time has come; this event is recorded at the clock's time, and what "
      "follows\n"
      "goes on from there. What stands before it keeps its times, and every reader sees the step.";
  correct.examples = {"tally time correct --reason 'the clock was a year ahead since Monday'"};
  return {std::move(accept), std::move(correct)};
}

}  // namespace tally::tools
