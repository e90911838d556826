// `tally import`: other systems' histories into a feed, read whole before anything is appended.
//
// The rows of a file become events of a feed in the file's own order, because a later row of the
// same source and time supersedes an earlier one. Rows that the feed holds already are passed over,
// so the same import twice, or a file that has grown, appends only what is new. Rows about tickets
// become the steps that they show (tools/import_tickets.h), ticket after ticket.
#include "tools/command_table.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"
#include "tools/author.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/import_reports.h"
#include "tools/import_tickets.h"
#include "tools/late_evidence.h"
#include "tools/receipts.h"
#include "tools/session.h"
#include "tools/subprocess.h"

namespace tally::tools {
namespace {

constexpr size_t kImportBytesMax = size_t{1}
                                   << 30;  // stops a file, or a gzip bomb, that only costs memory
constexpr uint64_t kEventsPerBatch = 1000;

// What one row of a file becomes.
struct ImportedEvidence {
  std::string source;
  BodyKind kind = BodyKind::kUnset;
  ActorKind actor = ActorKind::kMonitor;
  Instant observed_at, reported_at;
  Bytes body;
  uint64_t line = 0;  // of its row
};
struct ImportedRows {
  ImportedSource source;  // of every source that is new
  std::vector<ImportedEvidence> events;
  std::vector<RowError> errors;
  std::vector<RowError> oddities = {};        // of rows that were taken all the same
  absl::string_view called = "measurements";  // what they are, to people
};

// What an event says, as one key: equal keys are the same observation.
using RowKey = DocumentDigest;
RowKey KeyOf(uint32_t source, Instant observed, Instant reported, ByteView body) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.U32(source);
  writer.I64(observed.micros);
  writer.I64(reported.micros);
  writer.Raw(body);
  return ledger::DigestOfDocument(bytes);
}

absl::StatusOr<std::string> ReadImportText(const Invocation& call, const std::string& path) {
  if (absl::EndsWith(path, ".gz")) {
    absl::StatusOr<std::string> text = RunProgram({"gzip", "-dc", "--", path}, "", kImportBytesMax);
    if (!text.ok()) return TranslateAt({path, 0, 0}, "file-unreadable", text.status());
    return text;
  }
  return ReadInput(call, path, kImportBytesMax);
}

ImportedRows RowsOf(ImportedFile file) {
  ImportedRows rows{.source = file.source, .events = {}, .errors = std::move(file.errors)};
  rows.events.reserve(file.reports.size());
  for (const ImportedReport& report : file.reports) {
    rows.events.push_back({.source = report.source,
                           .kind = BodyKind::kStateReported,
                           .actor = ActorKind::kMonitor,
                           .observed_at = report.observed_at,
                           .reported_at = report.reported_at,
                           .body = Encode(report.body),
                           .line = report.line});
  }
  return rows;
}

ImportedRows RowsOf(ImportedTickets tickets, const std::string& desk) {
  ImportedRows rows{.source = {},
                    .events = {},
                    .errors = std::move(tickets.errors),
                    .oddities = std::move(tickets.oddities),
                    .called = "ticket events"};
  rows.events.reserve(tickets.events.size());
  for (const ImportedTicketEvent& event : tickets.events) {
    rows.events.push_back({.source = desk,
                           .kind = BodyKind::kTicketEvent,
                           .actor = event.actor,
                           .observed_at = event.observed_at,
                           .reported_at = event.reported_at,
                           .body = Encode(event.body),
                           .line = event.line});
  }
  return rows;
}

absl::StatusOr<std::string> ReadMapText(const Invocation& call) {
  const std::optional<std::string> path = call.arguments.Value("map");
  if (!path.has_value()) {
    return Refuse("missing-argument",
                  "the format csv needs --map FILE, which says what each column means",
                  "see `tally help import` for a map file");
  }
  return ReadInput(call, *path, 1 << 20);
}

absl::StatusOr<ImportedRows> ReadTickets(const Invocation& call, const std::string& path,
                                         const std::string& text) {
  TicketMap map = IncidentLogMap();
  if (call.arguments.Has("map")) {
    TALLY_ASSIGN_OR_RETURN(const std::string map_text, ReadMapText(call));
    TALLY_ASSIGN_OR_RETURN(map, ParseTicketMap(map_text, *call.arguments.Value("map")));
  }
  absl::StatusOr<ImportedTickets> tickets = ReadTicketsCsv(text, map);
  if (!tickets.ok()) return TranslateAt({path, 0, 0}, "bad-input", tickets.status());
  return RowsOf(*std::move(tickets), map.source_name);
}

absl::StatusOr<ImportedRows> ReadSource(const Invocation& call, const std::string& format,
                                        const std::string& path) {
  if (format != "csv" && format != "tickets-csv" && call.arguments.Has("map")) {
    return Refuse("usage", "--map is only for the formats csv and tickets-csv",
                  "drop --map, or import with `csv`");
  }
  if (format == "upptime") {
    absl::StatusOr<ImportedFile> file = ReadUpptimeClone(path);
    if (!file.ok()) return TranslateAt({path, 0, 0}, "file-unreadable", file.status());
    return RowsOf(*std::move(file));
  }
  TALLY_ASSIGN_OR_RETURN(const std::string text, ReadImportText(call, path));
  if (format == "tickets-csv") return ReadTickets(call, path, text);
  absl::StatusOr<ImportedFile> file = absl::InvalidArgumentError("");
  if (format == "upptime-csv") {
    file = ReadUpptimeCsv(text);
  } else if (format == "csv") {
    TALLY_ASSIGN_OR_RETURN(const std::string map_text, ReadMapText(call));
    absl::StatusOr<CsvMap> map = ParseCsvMap(map_text, *call.arguments.Value("map"));
    if (!map.ok()) return map.status();
    file = ReadMappedCsv(text, *map);
  } else {
    return Refuse("usage", absl::StrCat("unknown import format '", format, "'"),
                  "choose from upptime, upptime-csv, csv, tickets-csv");
  }
  if (!file.ok()) return TranslateAt({path, 0, 0}, "bad-input", file.status());
  return RowsOf(*std::move(file));
}

// Prints each bad row. A fault unless --keep-going.
absl::Status ReportBadRows(const Invocation& call, const std::string& path,
                           const ImportedRows& file) {
  if (file.errors.empty()) return absl::OkStatus();
  auto position = [&](const RowError& error) {
    return FilePosition{path, static_cast<int>(error.line), static_cast<int>(error.column)};
  };
  if (!call.arguments.Has("keep-going")) {
    const RowError& first = file.errors.front();
    std::string more = file.errors.size() > 1
                           ? absl::StrCat(" (and ", file.errors.size() - 1, " more bad rows)")
                           : "";
    return RefuseAt(
        position(first), "csv-row", absl::StrCat(first.message, more),
        "nothing was appended; mend the file, or append the good rows with --keep-going");
  }
  for (const RowError& error : file.errors) {
    Fault fault{"csv-row", error.message, "row left out", position(error)};
    call.console.Warning(FaultText(fault));
  }
  return absl::OkStatus();
}

// The ledger takes nothing that was observed more than an hour ahead of its clock. Said here, the
// row has a place, and is one of the bad rows. Of tickets, whose rows follow from each other, all
// of the ticket goes with it.
void SetTheFutureAside(const Invocation& call, ImportedRows& file) {
  const Instant limit = call.world.clock->Now() + Hours(1);
  std::set<std::string> tickets;
  const auto ticket_of = [](const ImportedEvidence& event) {
    if (event.kind != BodyKind::kTicketEvent) return std::string();
    const absl::StatusOr<TicketEvent> body = DecodeTicketEvent(event.body);
    return body.ok() ? body->ticket : std::string();
  };
  for (const ImportedEvidence& event : file.events) {
    if (event.observed_at <= limit) continue;
    const std::string ticket = ticket_of(event);
    std::string message = absl::StrCat("observed ", FormatInstant(event.observed_at),
                                       ", more than an hour ahead of this machine's clock");
    if (!ticket.empty() && !tickets.insert(ticket).second) continue;
    if (!ticket.empty()) absl::StrAppend(&message, "; all of ticket ", ticket, " is bad with it");
    file.errors.push_back({event.line, 0, std::move(message)});
  }
  std::erase_if(file.events, [&](const ImportedEvidence& event) {
    return event.observed_at > limit || (!tickets.empty() && tickets.count(ticket_of(event)) > 0);
  });
  std::stable_sort(file.errors.begin(), file.errors.end(),
                   [](const RowError& a, const RowError& b) { return a.line < b.line; });
}

void TellOddities(const Invocation& call, const std::string& path, const ImportedRows& file) {
  constexpr size_t kShown = 10;
  for (size_t i = 0; i < file.oddities.size() && i < kShown; ++i) {
    const RowError& odd = file.oddities[i];
    call.console.Warning(absl::StrCat(path, ":", odd.line, ": ", odd.message));
  }
  if (file.oddities.size() <= kShown) return;
  call.console.Warning(
      absl::StrCat("and ", file.oddities.size() - kShown, " more such rows, taken all the same"));
}

absl::StatusOr<std::map<RowKey, uint64_t>> RecordedRows(const ledger::Ledger& ledger,
                                                        const ledger::StreamState& feed) {
  std::map<RowKey, uint64_t> rows;
  TALLY_ASSIGN_OR_RETURN(auto cursor, ledger.Read({.stream = feed.opening_index}));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return rows;
    for (const ledger::VerifiedEvent& event : record->events()) {
      if (event.header.kind != BodyKind::kStateReported &&
          event.header.kind != BodyKind::kTicketEvent) {
        continue;
      }
      ++rows[KeyOf(event.header.source, event.header.observed_from, event.header.reported_at,
                   event.body)];
    }
  }
}

struct Added {
  uint64_t rows = 0;
  uint64_t known = 0;
  bool watermark = false;
};

absl::StatusOr<Added> AddRows(FeedAuthor& author, const ImportedRows& file,
                              std::map<RowKey, uint64_t>& recorded) {
  Added added;
  for (const ImportedEvidence& event : file.events) {
    TALLY_ASSIGN_OR_RETURN(const uint32_t source,
                           author.RegisterSource(event.source, file.source.unit, file.source.scale,
                                                 event.reported_at));
    EvidenceDraft draft;
    draft.kind = event.kind;
    draft.body = event.body;
    draft.actor = event.actor;
    draft.source = source;
    draft.from = draft.until = event.observed_at;
    draft.reported_at = event.reported_at;
    auto known = recorded.find(KeyOf(source, event.observed_at, event.reported_at, draft.body));
    if (known != recorded.end() && known->second > 0) {
      --known->second;
      ++added.known;
      continue;
    }
    TALLY_RETURN_IF_ERROR(author.Add(draft));
    ++added.rows;
  }
  return added;
}

// The watermark to state: --watermark, else the latest observation of the file.
std::optional<Instant> WatermarkOf(const Invocation& call, const ImportedRows& file) {
  if (call.arguments.Has("watermark")) return call.arguments.Time("watermark");
  std::optional<Instant> latest;
  for (const ImportedEvidence& event : file.events) {
    if (!latest.has_value() || *latest < event.observed_at) latest = event.observed_at;
  }
  return latest;
}

absl::StatusOr<bool> AddWatermark(const Invocation& call, FeedAuthor& author,
                                  const ImportedRows& file) {
  // A row that was left out may be the outage: nothing is called complete past it unasked.
  if (!file.errors.empty() && !call.arguments.Has("watermark")) {
    call.console.Warning(
        "rows were left out, so no watermark was added; state one with --watermark TIME");
    return false;
  }
  const std::optional<Instant> watermark = WatermarkOf(call, file);
  const std::optional<Instant> current = author.end().watermark;
  if (!watermark.has_value() || (current.has_value() && *watermark == *current)) return false;
  if (current.has_value() && *watermark < *current) {
    call.console.Warning(absl::StrCat("the feed is already complete through ",
                                      FormatInstant(*current),
                                      "; a watermark never goes back, so none was added"));
    return false;
  }
  Instant reported = *watermark;
  for (const ImportedEvidence& event : file.events) {
    reported = std::max(reported, event.reported_at);
  }
  TALLY_RETURN_IF_ERROR(author.Add(WatermarkAt(*watermark, reported)));
  return true;
}

absl::StatusOr<int> ImportFrom(const Invocation& call, const std::string& format,
                               const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(ImportedRows file, ReadSource(call, format, path));
  SetTheFutureAside(call, file);
  TALLY_RETURN_IF_ERROR(ReportBadRows(call, path, file));
  TellOddities(call, path, file);
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(
      const ledger::StreamState feed,
      FindStream(session->ledger(), {StreamKind::kFeed, *call.arguments.Value("feed")}));
  TALLY_ASSIGN_OR_RETURN(FeedEnd end, ReadFeedEnd(session->ledger(), feed));
  absl::StatusOr<std::map<RowKey, uint64_t>> recorded = RecordedRows(session->ledger(), feed);
  if (!recorded.ok()) return Translate(Doing::kReading, recorded.status());
  FeedAuthor author(std::move(end), key);
  absl::StatusOr<Added> added = AddRows(author, file, *recorded);
  if (!added.ok()) return TranslateAt({path, 0, 0}, "bad-input", added.status());
  TALLY_ASSIGN_OR_RETURN(added->watermark, AddWatermark(call, author, file));
  TALLY_ASSIGN_OR_RETURN(auto batches,
                         author.Sign(call.arguments.Number("batch").value_or(kEventsPerBatch)));
  int exit = 0;
  if (!batches.empty()) {
    const LateEvidence late(batches);
    TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, std::move(batches)));
    TALLY_RETURN_IF_ERROR(late.Tell(call, session->ledger()));
    exit = submitted.exit;
  }
  JsonWriter json;
  json.BeginObject().Field("format", "tally.import/1").NumberField("appended", added->rows);
  json.NumberField("known", added->known).NumberField("bad_rows", file.errors.size());
  std::optional<std::string> through;
  if (author.end().watermark.has_value()) through = FormatInstant(*author.end().watermark);
  json.OptionalField("complete_through", through).BoolField("dry_run", session->dry_run());
  json.EndObject();
  call.console.Json(json);
  call.console.Note(absl::StrCat(
      added->rows, " ", file.called, " ", session->dry_run() ? "would be appended" : "appended",
      ", ", added->known, " recorded already, ", file.errors.size(), " bad rows left out",
      author.end().watermark.has_value()
          ? absl::StrCat("; complete through ", FormatInstant(*author.end().watermark))
          : ""));
  return file.errors.empty() ? exit : 1;
}

absl::StatusOr<int> RunImport(const Invocation& call) {
  return ImportFrom(call, call.arguments.At(0), call.arguments.At(1));
}

absl::StatusOr<int> RunImportTickets(const Invocation& call) {
  return ImportFrom(call, "tickets-csv", call.arguments.At(0));
}

std::vector<OptionSpec> ImportOptions() {
  return {
      {.name = "feed",
       .type = ValueType::kText,
       .value_name = "NAME",
       .summary = "the feed to append to",
       .required = true},
      {.name = "watermark",
       .type = ValueType::kTime,
       .value_name = "TIME",
       .summary = "the history is complete through TIME (default: its latest observation)"},
      {.name = "map",
       .type = ValueType::kFile,
       .value_name = "FILE",
       .summary = "csv, tickets-csv: what each column means"},
      {.name = "batch",
       .type = ValueType::kNumber,
       .value_name = "N",
       .summary = "events under one signature (1 to 4096; default 1000)"},
      {.name = "keep-going", .summary = "append the good rows and list the bad ones; exit 1"},
  };
}

Command TicketsCommand() {
  Command tickets;
  tickets.name = "import tickets-csv";
  tickets.summary = "read a service desk's audit log into a feed";
  tickets.operands = {{"SOURCE", "a file, - for standard input, or a .gz file"}};
  tickets.options = ImportOptions();
  tickets.text =
      "Reads the audit log of a service desk, a row for each change of a ticket, and records the "
      "steps that\n"
      "the rows show, each once however often the file is read. Without --map its columns are "
      "those "
      "of the\n"
      "UCI incident event log. A map file:\n\n"
      "    tally: ticket-map/1\n"
      "    source name: servicedesk\n"
      "    ticket: number\n"
      "    opened at: opened\n"
      "    observed at: updated\n"
      "    state: { column: state, new: [New], working: [Active], waiting: [On Hold],\n"
      "             resolved: [Resolved], closed: [Closed] }\n"
      "    order: revision\n"
      "    priority: priority\n"
      "    actor: changed by\n"
      "    automation: [mailbot]\n"
      "    not known: [\"?\"]\n\n"
      "Other columns: category, service, site, incident; and `resolved at`, which then alone says "
      "when a ticket\n"
      "was resolved. Of a ticket with a bad row nothing is appended.\n";
  tickets.examples = {
      "tally import tickets-csv events.csv.gz --feed desk --key desk.pem",
      "tally import tickets-csv audit.csv --map desk.yaml --feed desk --key desk.pem"};
  tickets.appends = true;
  tickets.run = RunImportTickets;
  return tickets;
}

}  // namespace

std::vector<Command> ImportCommands() {
  Command import;
  import.name = "import";
  import.summary = "read another system's history into a feed";
  import.operands = {
      {"FORMAT", "upptime (a git clone), upptime-csv, csv (with --map), or tickets-csv"},
      { "SOURCE",
        "a file, - for standard input, a .gz file, or the clone's folder" }};
  import.options = ImportOptions();
  import.text =
      "Every row is read and checked before anything is appended. Rows that the feed holds already "
      "are passed\n"
      "over, so importing the same file again appends nothing. A later row of the same source and "
      "time\n"
      "supersedes the earlier one; both stay in the ledger.\n\n"
      "A map file for csv:\n\n"
      "    tally: csv-map/1\n"
      "    observed at: time\n"
      "    reported at: saved\n"
      "    source: host\n"
      "    state: { column: status, up: [ok], down: [failed], degraded: [slow] }\n"
      "    code: http\n"
      "    value: { column: latency, unit: ms, scale: 0 }\n"
      "    note: id\n\n"
      "`reported at`, `code`, `value` and `note` may be left out; `source name: NAME` stands for a "
      "column\n"
      "`source`, `state` may list texts of `unknown`, and `separator` is one character or tab.\n\n"
      "tickets-csv, the audit log of a service desk, has a page of its own:\n"
      "`tally help import tickets-csv`.\n";
  import.examples = {
      "tally import upptime-csv measurements.csv.gz --feed lime-upptime --key monitor.pem",
      "tally import csv probes.csv --map probes.yaml --feed probes --key monitor.pem"};
  import.appends = true;
  import.run = RunImport;
  return {std::move(import), TicketsCommand()};
}

}  // namespace tally::tools
