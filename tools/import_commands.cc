// `tally import`: other systems' histories into a feed, read whole before anything is appended.
//
// The rows of a file become events of a feed in the file's own order, because a later row of the
// same source and time supersedes an earlier one. Rows that the feed holds already are passed over,
// so the same import twice, or a file that has grown, appends only what is new.
#include "tools/command_table.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"
#include "tools/author.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/import_reports.h"
#include "tools/receipts.h"
#include "tools/session.h"
#include "tools/subprocess.h"

namespace tally::tools {
namespace {

constexpr size_t kImportBytesMax = size_t{1}
                                   << 30;  // stops a file, or a gzip bomb, that only costs memory
constexpr uint64_t kEventsPerBatch = 1000;

// What a row says, as one key: equal keys are the same observation.
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

absl::StatusOr<ImportedFile> ReadSource(const Invocation& call, const std::string& format,
                                        const std::string& path) {
  if (format != "csv" && call.arguments.Has("map")) {
    return Refuse("usage", "--map is only for the format csv", "drop --map, or import with `csv`");
  }
  if (format == "upptime") {
    absl::StatusOr<ImportedFile> file = ReadUpptimeClone(path);
    if (!file.ok()) return TranslateAt({path, 0, 0}, "file-unreadable", file.status());
    return file;
  }
  TALLY_ASSIGN_OR_RETURN(const std::string text, ReadImportText(call, path));
  absl::StatusOr<ImportedFile> file = absl::InvalidArgumentError("");
  if (format == "upptime-csv") {
    file = ReadUpptimeCsv(text);
  } else if (format == "csv") {
    const std::optional<std::string> map_path = call.arguments.Value("map");
    if (!map_path.has_value()) {
      return Refuse("missing-argument",
                    "the format csv needs --map FILE, which says what each column means",
                    "see `tally help import` for a map file");
    }
    TALLY_ASSIGN_OR_RETURN(const std::string map_text, ReadInput(call, *map_path, 1 << 20));
    absl::StatusOr<CsvMap> map = ParseCsvMap(map_text, *map_path);
    if (!map.ok()) return map.status();
    file = ReadMappedCsv(text, *map);
  } else {
    return Refuse("usage", absl::StrCat("unknown import format '", format, "'"),
                  "choose from upptime, upptime-csv, csv");
  }
  if (!file.ok()) return TranslateAt({path, 0, 0}, "bad-input", file.status());
  return file;
}

// Prints each bad row. A fault unless --keep-going.
absl::Status ReportBadRows(const Invocation& call, const std::string& path,
                           const ImportedFile& file) {
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

absl::StatusOr<std::map<RowKey, uint64_t>> RecordedRows(const ledger::Ledger& ledger,
                                                        const ledger::StreamState& feed) {
  std::map<RowKey, uint64_t> rows;
  TALLY_ASSIGN_OR_RETURN(auto cursor, ledger.Read({.stream = feed.opening_index}));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return rows;
    for (const ledger::VerifiedEvent& event : record->events()) {
      if (event.header.kind != BodyKind::kStateReported) continue;
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

absl::StatusOr<Added> AddRows(FeedAuthor& author, const ImportedFile& file,
                              std::map<RowKey, uint64_t>& recorded) {
  Added added;
  for (const ImportedReport& report : file.reports) {
    TALLY_ASSIGN_OR_RETURN(const uint32_t source,
                           author.RegisterSource(report.source, file.source.unit, file.source.scale,
                                                 report.reported_at));
    EvidenceDraft draft;
    draft.kind = BodyKind::kStateReported;
    draft.body = Encode(report.body);
    draft.source = source;
    draft.from = draft.until = report.observed_at;
    draft.reported_at = report.reported_at;
    auto known = recorded.find(KeyOf(source, report.observed_at, report.reported_at, draft.body));
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
std::optional<Instant> WatermarkOf(const Invocation& call, const ImportedFile& file) {
  if (call.arguments.Has("watermark")) return call.arguments.Time("watermark");
  std::optional<Instant> latest;
  for (const ImportedReport& report : file.reports) {
    if (!latest.has_value() || *latest < report.observed_at) latest = report.observed_at;
  }
  return latest;
}

absl::StatusOr<bool> AddWatermark(const Invocation& call, FeedAuthor& author,
                                  const ImportedFile& file) {
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
  for (const ImportedReport& report : file.reports)
    reported = std::max(reported, report.reported_at);
  TALLY_RETURN_IF_ERROR(author.Add(WatermarkAt(*watermark, reported)));
  return true;
}

absl::StatusOr<int> RunImport(const Invocation& call) {
  const std::string path = call.arguments.At(1);
  TALLY_ASSIGN_OR_RETURN(const ImportedFile file, ReadSource(call, call.arguments.At(0), path));
  TALLY_RETURN_IF_ERROR(ReportBadRows(call, path, file));
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
    TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, std::move(batches)));
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
      added->rows, " measurements ", session->dry_run() ? "would be appended" : "appended", ", ",
      added->known, " recorded already, ", file.errors.size(), " bad rows left out",
      author.end().watermark.has_value()
          ? absl::StrCat("; complete through ", FormatInstant(*author.end().watermark))
          : ""));
  return file.errors.empty() ? exit : 1;
}

}  // namespace

std::vector<Command> ImportCommands() {
  Command import;
  import.name = "import";
  import.summary = "read another system's history into a feed";
  import.operands = {{"FORMAT", "upptime (a git clone), upptime-csv, or csv (with --map)"},
                     { "SOURCE",
                       "a file, - for standard input, a .gz file, or the clone's folder" }};
  import.options = {
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
       .summary = "csv: what each column means"},
      {.name = "batch",
       .type = ValueType::kNumber,
       .value_name = "N",
       .summary = "events under one signature (1 to 4096; default 1000)"},
      {.name = "keep-going", .summary = "append the good rows and list the bad ones; exit 1"},
  };
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
      "    note: id\n";
  import.examples = {
      "tally import upptime-csv measurements.csv.gz --feed lime-upptime --key monitor.pem",
      "tally import csv probes.csv --map probes.yaml --feed probes --key monitor.pem"};
  import.appends = true;
  import.run = RunImport;
  return {import};
}

}  // namespace tally::tools
