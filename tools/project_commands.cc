// `tally project`: the nightly job. It reads the clock once, projects each agreement that may have
// changed, and appends what is new: statements whose figures differ, and closings that are due.
// Running it twice appends nothing the second time; a crash between two agreements leaves whole
// acts only, and the next run goes on.
#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/receipts.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

struct Projected {
  uint64_t agreements = 0;
  uint64_t unchanged = 0;  // looked at or passed over, with nothing new
  uint64_t not_projected = 0;
  uint64_t windows = 0;
  uint64_t statements = 0;
  uint64_t closings = 0;
};

// Where the job stood when it last looked at an agreement; absent: it never did.
struct LastLook {
  uint64_t size = 0;
  Instant knowledge;
};
absl::StatusOr<std::optional<LastLook>> LastLookAt(const ledger::Ledger& ledger,
                                                   const ledger::StreamState& agreement) {
  std::optional<LastLook> last;
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(ledger, agreement));
  for (const RecordedAct& act : acts) {
    if (act.header.kind != BodyKind::kStatement) continue;
    TALLY_ASSIGN_OR_RETURN(const Statement statement, DecodeStatement(act.body));
    last = LastLook{statement.size, statement.knowledge};
  }
  return last;
}

absl::StatusOr<ledger::SignedBatch> SignBody(const ledger::Ledger& ledger,
                                             const ledger::StreamState& agreement, BodyKind kind,
                                             Bytes body, Instant now, const AuthorKey& key) {
  ActDraft draft;
  draft.kind = kind;
  draft.body = std::move(body);
  draft.actor = ActorKind::kAutomation;
  draft.reported_at = now;
  return SignAct(EndOfActs(ledger, agreement), draft, key);
}

// Projects one agreement and appends what is new. Each act is signed over the stream's end as the
// act before it left it.
absl::Status ProjectOne(const Invocation& call, AppendSession& session,
                        const ledger::StreamState& agreement, uint64_t size, Instant now,
                        const AuthorKey& key, Projected& totals) {
  absl::StatusOr<replay::ProjectionOutput> output =
      replay::Project(session.ledger(), agreement.name, size, now);
  if (absl::IsFailedPrecondition(output.status())) {
    // One agreement that waits for a signature must not keep the others from being closed.
    ++totals.not_projected;
    call.console.Note(absl::StrCat(agreement.name, ": ", output.status().message()));
    return absl::OkStatus();
  }
  if (!output.ok()) return Translate(Doing::kReading, output.status());
  totals.windows += output->windows;
  auto append = [&](BodyKind kind, Bytes body) -> absl::Status {
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState end,
                           FindAgreement(session.ledger(), agreement.name));
    absl::StatusOr<ledger::SignedBatch> batch =
        SignBody(session.ledger(), end, kind, std::move(body), now, key);
    if (!batch.ok()) return Translate(Doing::kInput, batch.status());
    return Submit(call, session, {*std::move(batch)}).status();
  };
  for (const Statement& statement : output->statements) {
    TALLY_RETURN_IF_ERROR(append(BodyKind::kStatement, Encode(statement)));
    ++totals.statements;
  }
  for (const WindowClosed& closing : output->closings) {
    TALLY_RETURN_IF_ERROR(append(BodyKind::kWindowClosed, Encode(closing)));
    ++totals.closings;
  }
  const bool unchanged = output->statements.empty() && output->closings.empty();
  if (unchanged) ++totals.unchanged;
  call.console.Note(absl::StrCat(agreement.name, ": ",
                                 unchanged
                                     ? "unchanged, "
                                     : absl::StrCat(output->statements.size(), " new statements, ",
                                                    output->closings.size(), " closings, "),
                                 output->windows, " windows"));
  return absl::OkStatus();
}

void PrintSummary(const Invocation& call, const Projected& totals, uint64_t size, Instant now) {
  JsonWriter json;
  json.BeginObject().Field("format", "tally.project/1");
  json.NumberField("size", size).Field("knowledge", FormatInstant(now));
  json.NumberField("agreements", totals.agreements).NumberField("unchanged", totals.unchanged);
  json.NumberField("windows", totals.windows).NumberField("statements", totals.statements);
  json.NumberField("closings", totals.closings);
  json.NumberField("not_projected", totals.not_projected);
  const bool dry = call.arguments.Has("dry-run");
  json.BoolField("dry_run", dry).EndObject();
  call.console.Json(json);
  call.console.Line(absl::StrCat(
      dry ? "would project " : "projected ", totals.agreements, " agreements at size ", size, ": ",
      totals.windows, " windows, ", totals.statements, " new statements, ", totals.closings,
      " closings, ", totals.unchanged, " unchanged, ", totals.not_projected, " not projected"));
}

absl::StatusOr<int> RunProject(const Invocation& call) {
  const Instant now = call.world.clock->Now();
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenOperatorKey(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  const uint64_t size = session->ledger().head().size;
  absl::StatusOr<std::vector<ledger::StreamState>> streams = session->ledger().Streams();
  if (!streams.ok()) return Translate(Doing::kReading, streams.status());
  Projected totals;
  for (const ledger::StreamState& stream : *streams) {
    if (stream.kind != StreamKind::kAgreement) continue;
    if (call.world.interrupted && call.world.interrupted()) {
      return Refuse("interrupted", "stopped between two agreements", "run it again to go on");
    }
    ++totals.agreements;
    absl::StatusOr<std::optional<LastLook>> last = LastLookAt(session->ledger(), stream);
    if (!last.ok()) return Translate(Doing::kReading, last.status());
    if (std::optional<uint64_t> since = call.arguments.Number("changes-since"); since.has_value()) {
      const Instant then = last->has_value() ? (*last)->knowledge : Instant::Min();
      *last = LastLook{*since, then};
    }
    if (last->has_value()) {
      absl::StatusOr<bool> changed = replay::ChangedSince(session->ledger(), stream.name,
                                                          (*last)->size, (*last)->knowledge, now);
      if (!changed.ok()) return Translate(Doing::kReading, changed.status());
      if (!*changed) {
        ++totals.unchanged;
        call.console.Note(absl::StrCat(stream.name, ": unchanged"));
        continue;
      }
    }
    TALLY_RETURN_IF_ERROR(ProjectOne(call, *session, stream, size, now, key, totals));
  }
  PrintSummary(call, totals, size, now);
  return 0;
}

}  // namespace

std::vector<Command> ProjectCommands() {
  Command project;
  project.name = "project";
  project.summary = "the nightly job: append statements that changed and closings that are due";
  project.options = {
      {.name = "changes-since",
       .type = ValueType::kNumber,
       .value_name = "SIZE",
       .summary = "only agreements whose streams grew since the log had SIZE records"}};
  project.text =
      "Reads the clock once; that instant is what every timer is tested against. A statement is\n"
      "appended only when its figures differ from the last one of the same window, so running the\n"
      "job twice appends nothing twice.\n";
  project.examples = {"tally project -C acme.ledger"};
  project.appends = true;
  project.run = RunProject;
  return {project};
}

}  // namespace tally::tools
