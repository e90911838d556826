// heads and pack: the commitment to every stream's end, and the file that carries an agreement's
// events with their proofs to somebody who has no ledger.
#include "absl/strings/str_cat.h"
#include "ledger/pack/pack_builder.h"
#include "ledger/pack/pack_ledger.h"
#include "replay/pack_request.h"
#include "schema/status.h"
#include "tools/axes.h"
#include "tools/command_table.h"
#include "tools/cosigned_checkpoint.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/receipts.h"
#include "tools/session.h"
#include "tools/stream_end.h"

namespace tally::tools {
namespace {

absl::StatusOr<bool> EndsWithHeads(const ledger::Ledger& ledger) {
  const absl::StatusOr<ledger::VerifiedRecord> last = ledger.ReadRecord(ledger.head().size - 1);
  if (!last.ok()) return Translate(Doing::kReading, last.status());
  // Of the last record of a pack perhaps nothing is known but its entry.
  return !last->events().empty() && last->events()[0].header.kind == BodyKind::kHeads;
}

// Each commits to every stream, so a log of them alone would say nothing at great length.
constexpr Duration kHeadsApart = Minutes(1);

// Why a heads event comes too soon after the one before; "" when it does not.
absl::StatusOr<std::string> TooSoon(const Invocation& call, const ledger::Ledger& ledger) {
  const Instant now = call.world.clock->Now();
  const absl::StatusOr<uint64_t> first = ledger.SizeAsRecorded(now - kHeadsApart);
  if (!first.ok()) return Translate(Doing::kReading, first.status());
  const auto cursor = ledger.Read({.first = *first, .stream = 0});
  if (!cursor.ok()) return Translate(Doing::kReading, cursor.status());
  while (true) {
    const auto record = (*cursor)->Next();
    if (!record.ok()) return Translate(Doing::kReading, record.status());
    if (!record->has_value()) return std::string();
    if ((*record)->events()[0].header.kind != BodyKind::kHeads) continue;
    const Instant before = (*record)->recorded();
    return absl::StrCat("one was recorded at ", FormatInstant(before),
                        ", and there is at most one a minute: try again after ",
                        FormatInstant(before + kHeadsApart));
  }
}

// The heads event for the ledger as it stands: alone in its batch, and last.
absl::StatusOr<ledger::SignedBatch> SignHeads(const Invocation& call,
                                              const ledger::Ledger& ledger) {
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenOperatorKey(call));
  const absl::StatusOr<Heads> heads = ledger::HeadsOfLedger(ledger);
  if (!heads.ok()) return Translate(Doing::kReading, heads.status());
  const absl::StatusOr<ledger::StreamState> system = ledger.StreamAt(0);
  if (!system.ok()) return Translate(Doing::kReading, system.status());
  ActDraft draft;
  draft.kind = BodyKind::kHeads;
  draft.body = Encode(*heads);
  draft.actor = ActorKind::kAutomation;
  draft.reported_at = call.world.clock->Now();
  return SignAct(EndOfActs(ledger, *system), draft, key);
}

absl::StatusOr<int> RunHeads(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const bool there, EndsWithHeads(session->ledger()));
  if (there) {
    call.console.Note("the last record is a heads event already: nothing was appended");
    return kExitDone;
  }
  TALLY_ASSIGN_OR_RETURN(const std::string too_soon, TooSoon(call, session->ledger()));
  if (!too_soon.empty()) {
    return Refuse("state-forbids", absl::StrCat("no heads event was appended: ", too_soon));
  }
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch, SignHeads(call, session->ledger()));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  return submitted.exit;
}

// Appends a heads event unless one closes the log; why not, when the ledger cannot be written.
absl::StatusOr<std::string> CloseWithHeads(const Invocation& call) {
  const absl::StatusOr<std::unique_ptr<AppendSession>> session = AppendSession::Open(call);
  if (!session.ok()) return std::string(session.status().message());
  TALLY_ASSIGN_OR_RETURN(const bool there, EndsWithHeads((*session)->ledger()));
  if (there) return std::string();
  TALLY_ASSIGN_OR_RETURN(std::string too_soon, TooSoon(call, (*session)->ledger()));
  if (!too_soon.empty()) return too_soon;
  const absl::StatusOr<ledger::SignedBatch> batch = SignHeads(call, (*session)->ledger());
  if (!batch.ok()) return std::string(batch.status().message());
  const auto receipts = (*session)->writer().Append({*batch});
  if (!receipts.front().ok()) return std::string(receipts.front().status().message());
  return std::string();
}

// --row: of the evidence nothing else is shown.
absl::Status ReadRows(const Invocation& call, ledger::PackScope& scope) {
  const std::vector<std::string> named = call.arguments.Values("row");
  if (named.empty()) return absl::OkStatus();
  if (call.arguments.Has("period") || call.arguments.Has("objective")) {
    return Refuse("usage",
                  "--row shows single measurements, --period and --objective whole windows",
                  "make two packs");
  }
  std::vector<ledger::PackRow> rows;
  for (const std::string& text : named) {
    const absl::StatusOr<std::vector<ledger::PackRow>> row =
        ledger::ParsePackRows(absl::StrCat("rows ", text));
    if (!row.ok() || row->size() != 1) {
      return Refuse("usage", absl::StrCat("\"", text, "\" names no row of a run"),
                    "write INDEX/OFFSET/ROW, rows counted from 0");
    }
    rows.push_back(row->front());
  }
  scope.period = ledger::PackRowsText(rows);
  if (scope.period.size() <= ledger::kPackTextBytesMax) return absl::OkStatus();
  return Refuse("usage", absl::StrCat(rows.size(), " rows are too many for one pack"),
                "name fewer, or ask for a period");
}

absl::StatusOr<ledger::PackScope> ReadScope(const Invocation& call, const ledger::Ledger& ledger) {
  ledger::PackScope scope;
  scope.agreement = call.arguments.At(0);
  const StreamName stream{StreamKind::kAgreement, scope.agreement};
  TALLY_RETURN_IF_ERROR(FindStream(ledger, stream).status());
  scope.objective = call.arguments.Value("objective").value_or("");
  scope.period = call.arguments.Value("period").value_or("");
  TALLY_RETURN_IF_ERROR(ReadRows(call, scope));
  TALLY_RETURN_IF_ERROR(PeriodOf(call).status());
  TALLY_ASSIGN_OR_RETURN(const replay::Axes axes, AxesOf(call));
  if (axes.as_reported.has_value() || !axes.engine.empty()) {
    return Refuse("usage", "a pack holds evidence whatever the author's time and the engine",
                  "give --as-reported and --engine to the replay over the pack");
  }
  if (axes.at_size.has_value()) scope.at_size = *axes.at_size;
  if (axes.as_recorded.has_value()) {
    const absl::StatusOr<uint64_t> size = ledger.SizeAsRecorded(*axes.as_recorded);
    if (!size.ok()) return Translate(Doing::kReading, size.status());
    scope.at_size = *size;
  }
  if (scope.at_size > ledger.head().size) {
    return Refuse("not-found", absl::StrCat("the ledger has no size ", scope.at_size),
                  absl::StrCat("it holds ", ledger.head().size, " records"));
  }
  return scope;
}

// The sizes of checkpoints that the receiver kept.
absl::Status ReadRetained(const Invocation& call, const ledger::Ledger& ledger,
                          ledger::PackSelection& selection) {
  for (const std::string& file : call.arguments.Values("against")) {
    TALLY_ASSIGN_OR_RETURN(const std::string note, ReadInput(call, file, ledger::kNoteBytesMax));
    const auto parsed = ledger::ParseNote(note);
    if (!parsed.ok()) return TranslateAt({file, 0, 0}, "bad-input", parsed.status());
    const auto checkpoint = ledger::ParseCheckpointText(parsed->text);
    if (!checkpoint.ok()) return TranslateAt({file, 0, 0}, "bad-input", checkpoint.status());
    if (checkpoint->origin != ledger.origin()) {
      return RefuseAt(
          {file, 0, 0}, "identity-mismatch",
          absl::StrCat("is a checkpoint of ", checkpoint->origin, ", not of ", ledger.origin()));
    }
    selection.retained.push_back(checkpoint->size);
  }
  return absl::OkStatus();
}

// The note that the pack carries: the caller's, else the head's with what witnesses cosigned of it.
absl::StatusOr<std::string> CarriedCheckpoint(const Invocation& call,
                                              const ledger::Ledger& ledger) {
  if (const auto file = call.arguments.Value("checkpoint"); file.has_value()) {
    return ReadInput(call, *file, ledger::kNoteBytesMax);
  }
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  return HeadNote(directory, ledger);
}

// What is handed out is checked the way its receiver will check it.
absl::StatusOr<ledger::OpenedPack> CheckOwn(const Bytes& bytes,
                                            const ledger::PackSelection& selection) {
  ledger::OpenedPack opened = ledger::OpenPack(bytes);
  if (opened.ledger == nullptr) {
    const ledger::AuditFinding& finding = opened.report.findings.front();
    return Refuse("ledger-unverified",
                  absl::StrCat("the pack does not verify: ", finding.kind,
                               finding.index ? absl::StrCat(" at record ", *finding.index) : "",
                               ": expected ", finding.expected, ", found ", finding.found),
                  "`tally verify` of the ledger says more");
  }
  const auto missing = opened.ledger->FirstMissing(selection);
  if (!missing.ok()) return Translate(Doing::kReading, missing.status());
  if (missing->has_value() && !selection.rows.empty()) {
    return Refuse("not-found",
                  absl::StrCat("event ", (*missing)->ToText(),
                               " is no run of a feed that the agreement's terms name"),
                  "`tally log feed/NAME --kind \"measurement run\"` lists runs");
  }
  if (missing->has_value()) {
    return Refuse("ledger-unverified",
                  absl::StrCat("the ledger lacks the body of ", (*missing)->ToText()));
  }
  return opened;
}

void Report(const Invocation& call, const std::string& out, const ledger::PackScope& scope,
            const ledger::OpenedPack& pack, size_t bytes) {
  const ledger::AuditCovered& covered = pack.report.covered;
  call.console.Note(absl::StrCat("pack of ", scope.agreement, ": ", covered.records, " records, ",
                                 covered.events, " events, ", covered.bodies, " bodies shown, ",
                                 covered.withheld, " withheld, ", bytes,
                                 " bytes, checkpoint of size ", pack.report.size, "; completeness ",
                                 pack.complete ? "shown" : "not shown", ": ", out));
  if (out == "-") return;
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.packed/1")
      .Field("agreement", scope.agreement)
      .Field("file", out)
      .NumberField("size", pack.report.size)
      .NumberField("bytes", bytes)
      .NumberField("records", covered.records)
      .NumberField("events", covered.events)
      .NumberField("bodies", covered.bodies)
      .NumberField("withheld", covered.withheld)
      .Field("completeness", pack.complete ? "shown" : "not shown")
      .EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunPack(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::PackScope scope, ReadScope(call, *ledger));
  TALLY_ASSIGN_OR_RETURN(const bool closed, EndsWithHeads(*ledger));
  // Its own file of checkpoints is of the ledger as it stands: nothing is appended then.
  const std::optional<std::string> checkpoint_file = call.arguments.Value("checkpoint");
  if (!closed && !checkpoint_file.has_value()) {
    ledger.reset();
    TALLY_ASSIGN_OR_RETURN(const std::string why_not, CloseWithHeads(call));
    if (!why_not.empty()) {
      call.console.Warning(
          absl::StrCat("no heads event was appended, so the pack does not show that nothing was "
                       "left out, and whoever verifies it is told INCOMPLETE: ",
                       why_not));
    }
    TALLY_ASSIGN_OR_RETURN(ledger, OpenLedger(call));
  }
  absl::StatusOr<ledger::PackSelection> selection = replay::SelectForPack(*ledger, scope);
  if (!selection.ok()) return Translate(Doing::kReading, selection.status());
  selection->close = call.arguments.Has("withhold-headers");
  TALLY_RETURN_IF_ERROR(ReadRetained(call, *ledger, *selection));
  TALLY_ASSIGN_OR_RETURN(const std::string checkpoint, CarriedCheckpoint(call, *ledger));
  const absl::StatusOr<Bytes> bytes = ledger::BuildPack(*ledger, *selection, checkpoint);
  if (!bytes.ok()) return Translate(Doing::kReading, bytes.status());
  TALLY_ASSIGN_OR_RETURN(const ledger::OpenedPack opened, CheckOwn(*bytes, *selection));
  const std::string out = call.arguments.Value("out").value_or("");
  TALLY_RETURN_IF_ERROR(WriteOutput(call, out, AsText(*bytes)));
  Report(call, out, scope, opened, bytes->size());
  return kExitDone;
}

}  // namespace

std::vector<Command> PackCommands() {
  Command heads{.name = "heads",
                .summary = "append a commitment to the end of every stream",
                .appends = true,
                .run = RunHeads};
  heads.text =
      "A heads event lets a pack prove that it leaves nothing out. `tally pack` appends one\n"
      "when the log does not end with one and the service key is there. There is at most one\n"
      "a minute.";
  Command pack{.name = "pack",
               .summary = "write one file with an agreement's events and their proofs",
               .run = RunPack};
  pack.operands = {{"AGREEMENT", "the agreement's name"}};
  pack.options = {
      {"out", 'o', ValueType::kFile, "FILE", "where to write it", false, true},
      {"period", 0, ValueType::kText, "P",
       "2026-02, 2026-Q1, 2026 or FROM/TO, times or days (default: all)"},
      {"objective", 0, ValueType::kText, "O", "evidence of this objective only"},
      {"row", 0, ValueType::kText, "INDEX/OFFSET/ROW",
       "of the evidence only this row of a run, with at most 15 neighbours", true},
      {"withhold-headers", 0, ValueType::kFlag, "",
       "leave out headers, too, of batches that cannot matter to what is asked"},
      {"against", 0, ValueType::kFile, "CHECKPOINT",
       "also prove the root of this checkpoint, which the receiver kept", true},
      {"checkpoint", 0, ValueType::kFile, "FILE",
       "the head's checkpoint with cosignatures, to be carried in the pack; else that of "
       "`witness submit`"},
      {"key", 'k', ValueType::kFile, "FILE", "the service key (default DIR/keys/service.pem)"},
      {"passphrase-file", 0, ValueType::kFile, "FILE", "its passphrase"},
  };
  for (OptionSpec& option : AxesOptions()) pack.options.push_back(std::move(option));
  pack.text =
      "Whole streams go into it: the agreement's, its parties', the system's and those of the\n"
      "feeds that its terms name. Bodies of other sources, of documents that no act names and of\n"
      "acts without prejudice stay out; their headers and proofs stay in. Whoever has the file\n"
      "checks it with `tally verify` or `tally-verify`, without the ledger. The same ledger and\n"
      "the same request give the same bytes.";
  pack.examples = {"tally pack coral-island --period 2026-02 --out february.tallypack",
                   "tally-verify verify february.tallypack --trust log.vkey"};
  return {std::move(heads), std::move(pack)};
}

}  // namespace tally::tools
