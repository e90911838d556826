// sign and append: events as JSON lines or as signed batches, made anywhere, recorded here.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/identity_file.h"
#include "tools/key_file.h"
#include "tools/late_evidence.h"
#include "tools/line_signer.h"
#include "tools/receipts.h"

namespace tally::tools {
namespace {

constexpr uint64_t kEventsPerBatch = 1000;
constexpr Duration kFutureMax = Hours(1);  // the ledger refuses evidence from later than that

absl::StatusOr<size_t> EventsPerBatch(const Invocation& call) {
  const uint64_t events = call.arguments.Number("batch").value_or(kEventsPerBatch);
  if (events >= 1 && events <= ledger::kBatchEventsMax) return static_cast<size_t>(events);
  return Refuse("usage", absl::StrCat("--batch ", events, " is out of range"),
                absl::StrCat("a signature covers 1 to ", ledger::kBatchEventsMax, " events"));
}

// The stream of lines that name none: --feed or --agreement.
absl::StatusOr<std::optional<StreamName>> FallbackStream(const Invocation& call) {
  const std::optional<std::string> feed = call.arguments.Value("feed");
  const std::optional<std::string> agreement = call.arguments.Value("agreement");
  if (feed.has_value() && agreement.has_value()) {
    return Refuse("usage", "--feed and --agreement exclude each other",
                  "name the streams in the lines");
  }
  if (feed.has_value()) return StreamName{StreamKind::kFeed, *feed};
  if (agreement.has_value()) return StreamName{StreamKind::kAgreement, *agreement};
  return std::nullopt;
}

// What the ledger would refuse at the batch, found at the line and before anything is recorded.
absl::Status CheckNotFuture(const std::vector<EventLine>& lines, Instant now) {
  for (const EventLine& line : lines) {
    if (line.until <= now + kFutureMax) continue;
    return RefuseAt(
        line.position, "bad-time",
        absl::StrCat("observed at ", FormatInstant(line.until), ", which is later than now"),
        "evidence is recorded after it was observed");
  }
  return absl::OkStatus();
}

// Known events record by record: "12/0..12/41 (recorded already)".
void PrintKnown(const Invocation& call, std::vector<ledger::EventAddress> known) {
  std::sort(known.begin(), known.end());
  for (size_t first = 0; first < known.size();) {
    size_t limit = first + 1;
    while (limit < known.size() && known[limit].index == known[first].index) ++limit;
    const std::string from = known[first].ToText();
    const std::string to = known[limit - 1].ToText();
    call.console.Note(absl::StrCat(from, from == to ? "" : absl::StrCat("..", to), "  ",
                                   limit - first, limit - first == 1 ? " event" : " events",
                                   "  (recorded already)"));
    JsonWriter json;
    json.BeginObject()
        .Field("format", "tally.receipt/1")
        .Field("event", from)
        .NumberField("index", known[first].index)
        .NumberField("events", limit - first)
        .BoolField("already_known", true)
        .EndObject();
    call.console.Json(json);
    first = limit;
  }
}

// Signed events say nothing of lines. What does not fit behind the newest event of a stream was
// signed with an identity file from before it.
absl::Status AtBatchFile(const std::string& path, const absl::Status& status) {
  const Fault fault = FaultOf(status);
  if (fault.code != "order" && fault.code != "already-exists") {
    return TranslateAt({path, 0, 0}, fault.code, status);
  }
  return RefuseAt({path, 0, 0}, fault.code, fault.message,
                  "the stream went on after the identity file that it was signed with: make that "
                  "again with `tally identity --stream NAME`, then sign the lines again");
}

// Takes out of a file what no log holds twice: its own genesis, and statements and closings of the
// ledger's job, which are about the tree that they were made of. What was salvaged from a ledger
// has both; another copy of it has another tree. The number of those statements and closings.
absl::StatusOr<size_t> PassOver(const ledger::Ledger& ledger,
                                std::vector<ledger::SignedBatch>& batches) {
  const absl::StatusOr<ledger::VerifiedRecord> genesis = ledger.ReadRecord(0);
  if (!genesis.ok()) return Translate(Doing::kReading, genesis.status());
  size_t stated = 0;
  std::vector<ledger::SignedBatch> kept;
  for (ledger::SignedBatch& batch : batches) {
    const Bytes& bytes = batch.events.front().header;
    const absl::StatusOr<EventHeader> header = DecodeHeader(bytes);
    if (!header.ok()) return Translate(Doing::kInput, header.status());
    const bool own = header->kind == BodyKind::kGenesis &&
                     ledger::EventDigest(bytes) == genesis->events().front().digest;
    const KindRow* kind = FindKind(header->kind);
    bool of_another_tree = kind != nullptr && kind->signer == Signer::kProjector;
    if (of_another_tree && header->id.has_value()) {
      const absl::StatusOr<ledger::StreamState> stream = ledger.FindStream(header->stream);
      of_another_tree =
          !stream.ok() ||
          !ledger.RecordOfAct(stream->opening_index, header->author, *header->id).ok();
    }
    stated += of_another_tree ? 1 : 0;
    if (!own && !of_another_tree) kept.push_back(std::move(batch));
  }
  batches = std::move(kept);
  return stated;
}

absl::StatusOr<int> AppendBatchFile(const Invocation& call, const std::string& path,
                                    absl::string_view content) {
  absl::StatusOr<ledger::BatchFile> file = ledger::DecodeBatchFile(AsBytes(content));
  if (!file.ok()) return TranslateAt({path, 0, 0}, "bad-input", file.status());
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  if (file->ledger != session->ledger().id()) {
    return RefuseAt({path, 0, 0}, "identity-mismatch",
                    absl::StrCat("was signed for ledger ", file->ledger.ToHex(), ", this is ",
                                 session->ledger().id().ToHex()),
                    "sign it again with this ledger's identity file");
  }
  for (size_t i = 0; i < file->batches.size(); ++i) {
    const absl::Status form = ledger::CheckBatchForm(file->batches[i]).status();
    if (form.ok()) continue;
    return RefuseAt({path, 0, 0}, "bad-input", absl::StrCat("batch ", i, ": ", form.message()));
  }
  TALLY_ASSIGN_OR_RETURN(const size_t stated, PassOver(session->ledger(), file->batches));
  if (stated > 0) {
    call.console.Warning(absl::StrCat(
        path, ": ", stated,
        stated == 1 ? " statement or closing is" : " statements and closings are",
        " not recorded: the job signed them over a log that this one is not; `tally project` makes "
        "its own"));
  }
  const LateEvidence late(file->batches);
  const absl::StatusOr<Submitted> submitted = Submit(call, *session, std::move(file->batches));
  if (!submitted.ok()) return AtBatchFile(path, submitted.status());
  TALLY_RETURN_IF_ERROR(late.Tell(call, session->ledger()));
  return stated > 0 ? std::max(submitted->exit, kExitNo) : submitted->exit;
}

absl::StatusOr<int> AppendLines(const Invocation& call, const std::string& path,
                                absl::string_view content) {
  TALLY_ASSIGN_OR_RETURN(const size_t events_per_batch, EventsPerBatch(call));
  TALLY_ASSIGN_OR_RETURN(const auto fallback, FallbackStream(call));
  TALLY_ASSIGN_OR_RETURN(const std::vector<EventLine> lines,
                         ReadEventLines(content, path, fallback));
  const Instant now = call.world.clock->Now();
  TALLY_RETURN_IF_ERROR(CheckNotFuture(lines, now));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  const std::unique_ptr<StreamBook> book = BookOf(session->ledger());
  TALLY_ASSIGN_OR_RETURN(SignedLines lines_signed,
                         SignLines(*book, lines, key, events_per_batch, now));
  PrintKnown(call, lines_signed.known);
  if (lines_signed.batches.empty()) {
    call.console.Note("everything was recorded already; nothing was appended");
    return kExitDone;
  }
  const LateEvidence late(lines_signed.batches);
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         Submit(call, *session, std::move(lines_signed.batches)));
  TALLY_RETURN_IF_ERROR(late.Tell(call, session->ledger()));
  return submitted.exit;
}

absl::StatusOr<int> RunAppend(const Invocation& call) {
  const std::string path = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::string content, ReadInput(call, path));
  if (absl::StartsWith(content, "TALLYTEV")) return AppendBatchFile(call, path, content);
  return AppendLines(call, path, content);
}

// Where the ledger itself is at hand (TALLY_LEDGER), its word on the key is newer than the identity
// file's. Signing needs no ledger, so one that is another's or cannot be opened is no obstacle.
absl::Status CheckKeyInLedger(const Invocation& call, const IdentityFile& identity,
                              const AuthorKey& key) {
  const absl::StatusOr<std::string> directory = LedgerDirectory(call);
  if (!directory.ok()) return absl::OkStatus();
  const auto ledger = OpenLedger(call);
  if (!ledger.ok() || (*ledger)->id() != identity.ledger) return absl::OkStatus();
  const KeyFingerprint& fingerprint = key.key->fingerprint();
  const ledger::KeyEntry* entry = (*ledger)->keyring().Find(fingerprint);
  if (entry == nullptr || !entry->revoked_at.has_value()) return absl::OkStatus();
  return Refuse(
      "key-not-permitted",
      absl::StrCat("key ", fingerprint.ToHex(), " was revoked by record ", *entry->revoked_at,
                   " of the ledger at ", *directory, ": it records nothing that the key signs now"),
      "sign with a key that its party holds now; `tally party show` names them");
}

absl::StatusOr<int> RunSign(const Invocation& call) {
  const std::string path = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const size_t events_per_batch, EventsPerBatch(call));
  TALLY_ASSIGN_OR_RETURN(const auto fallback, FallbackStream(call));
  TALLY_ASSIGN_OR_RETURN(const std::string content, ReadInput(call, path));
  TALLY_ASSIGN_OR_RETURN(const std::vector<EventLine> lines,
                         ReadEventLines(content, path, fallback));
  TALLY_ASSIGN_OR_RETURN(const IdentityFile identity,
                         ReadIdentityFile(call, call.arguments.Value("identity").value_or("")));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key,
                         ReadAuthorKey(call, call.arguments.Value("key").value_or("")));
  TALLY_RETURN_IF_ERROR(CheckKeyInLedger(call, identity, key));
  const std::unique_ptr<StreamBook> book = BookOf(identity);
  TALLY_ASSIGN_OR_RETURN(const SignedLines lines_signed,
                         SignLines(*book, lines, key, events_per_batch, call.world.clock->Now()));
  const Bytes file = ledger::EncodeBatchFile(identity.ledger, lines_signed.batches);
  const std::string out = call.arguments.Value("out").value_or("");
  TALLY_RETURN_IF_ERROR(WriteOutput(call, out, AsText(file)));
  if (out == "-") return kExitDone;
  size_t events = 0;
  for (const ledger::SignedBatch& batch : lines_signed.batches) events += batch.events.size();
  call.console.Note(absl::StrCat("signed ", events, " events in ", lines_signed.batches.size(),
                                 " batches for ledger ", identity.ledger.ToHex()));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.signed/1")
      .Field("file", out)
      .Field("ledger_id", identity.ledger.ToHex())
      .NumberField("batches", lines_signed.batches.size())
      .NumberField("events", events)
      .EndObject();
  call.console.Json(json);
  return kExitDone;
}

}  // namespace

std::vector<Command> AppendCommands() {
  const OptionSpec batch{"batch", 0, ValueType::kNumber, "N", "events under one signature (1000)"};
  const OptionSpec feed{"feed", 0, ValueType::kText, "NAME", "of lines that name no feed"};
  const OptionSpec agreement{"agreement", 0, ValueType::kText, "NAME",
                             "of lines that name no agreement"};
  Command sign{.name = "sign",
               .summary = "sign events far from any ledger",
               .needs_ledger = false,
               .run = RunSign};
  sign.operands = {
      {"FILE.jsonl", "one event a line, or - for standard input", Arity::kOne, ValueType::kFile}};
  sign.options = {
      {"key", 0, ValueType::kFile, "FILE", "the author's private key, with FILE.salt beside it",
       false, true},
      {"identity", 0, ValueType::kFile, "FILE", "of the ledger, from `tally identity --stream ...`",
       false, true},
      {"out", 0, ValueType::kFile, "FILE.tev", "the signed events", false, true},
      batch,
      feed,
      agreement,
      {"passphrase-file", 0, ValueType::kFile, "FILE", "holds the passphrase of the key"},
  };
  sign.text =
      "Signing the same lines on the same identity file again gives the same events. To go on "
      "after\n"
      "them, make the identity file again once they are recorded. docs/EVENTS.md describes the "
      "lines.";
  sign.examples = {
      "tally sign today.jsonl --key lime.pem --identity ledger.json --feed lime-upptime --out "
      "today.tev"};
  Command append{.name = "append", .summary = "record events", .appends = true, .run = RunAppend};
  append.operands = {{"FILE", "FILE.jsonl, signed with --key, or FILE.tev; - for standard input",
                      Arity::kOne, ValueType::kFile}};
  append.options = {batch, feed, agreement};
  append.text =
      "Lines are checked, all of them, before anything is recorded. Each batch is recorded whole "
      "or\n"
      "not at all, of a file of signed batches each by itself: what is refused is named, and what "
      "is\n"
      "recorded has its receipt. Statements and closings in such a file are passed over: the job "
      "of\n"
      "this ledger makes its own. What the ledger holds already is not recorded twice, so a run "
      "that\n"
      "was cut short is simply repeated. docs/EVENTS.md describes the lines.";
  append.examples = {"tally append today.jsonl --feed lime-upptime --key lime.pem",
                     "tally append today.tev"};
  return {std::move(sign), std::move(append)};
}

}  // namespace tally::tools
