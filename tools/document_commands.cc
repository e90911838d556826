// zone, calendar and document add|list|show: what terms name by digest. Replay reads zones and
// calendars from the ledger and never from the machine, so their rules are recorded once, as bytes.
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/crypto/sha256.h"
#include "replay/terms/business_calendar.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/documents.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/receipts.h"

namespace tally::tools {
namespace {

constexpr size_t kContentBytesMax = 900000;  // above it only the digest is recorded
constexpr char kSystemZones[] = "/usr/share/zoneinfo";

absl::StatusOr<int> AddDocument(const Invocation& call, BodyKind kind,
                                const DocumentAdded& document) {
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  const ledger::Ledger& ledger = session->ledger();
  call.console.Note(absl::StrCat("digest  ", document.digest.ToHex(), "  ", document.name));
  TALLY_ASSIGN_OR_RETURN(const auto listed, ListDocuments(ledger, kind, Contents::kLeftOut));
  for (const ListedDocument& other : listed) {
    if (other.document.digest != document.digest || other.document.name != document.name) continue;
    call.console.Note(
        absl::StrCat("recorded already at ", other.address.ToText(), "; nothing was appended"));
    JsonWriter json;
    json.BeginObject().Field("format", "tally.receipt/1").Field("event", other.address.ToText());
    json.NumberField("index", other.address.index)
        .Field("digest_of_document", document.digest.ToHex());
    json.BoolField("already_known", true).EndObject();
    call.console.Json(json);
    return kExitDone;
  }
  for (const ListedDocument& other : listed) {
    if (other.document.name != document.name) continue;
    call.console.Warning(absl::StrCat(other.address.ToText(), " has the name ", document.name,
                                      " too, with other bytes; terms that ",
                                      "name it mean the newest when they are proposed, and are "
                                      "bound to its digest from then on"));
    break;
  }
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenOperatorKey(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState system, ledger.StreamAt(0));
  ActDraft draft;
  draft.kind = kind;
  draft.body = Encode(document);
  draft.reported_at = call.world.clock->Now();
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch, SignAct(EndOfActs(ledger, system), draft, key));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  return submitted.exit;
}

// Zone names are relative paths of letters; anything else could read another file.
bool IsZoneName(absl::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.front() == '.') return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '/' && c != '_' && c != '-' && c != '+') return false;
  }
  return true;
}

// "2025b" of the first line "# version 2025b"; "" when the machine does not say.
std::string ZoneVersion(const Invocation& call, const std::string& folder) {
  if (!Exists(folder + "/tzdata.zi")) return "";
  const absl::StatusOr<std::string> text = ReadInput(call, folder + "/tzdata.zi");
  if (!text.ok()) return "";
  const absl::string_view line = absl::string_view(*text).substr(0, text->find('\n'));
  if (!absl::StartsWith(line, "# version ")) return "";
  return std::string(absl::StripPrefix(line, "# version "));
}

absl::StatusOr<int> RunZoneAdd(const Invocation& call) {
  const std::string name = call.arguments.At(0);
  const std::string folder = call.arguments.Value("zoneinfo").value_or(kSystemZones);
  const std::string path = absl::StrCat(folder, "/", name);
  std::error_code error;
  if (!IsZoneName(name) || !std::filesystem::is_regular_file(path, error)) {
    return Refuse("unknown-zone",
                  absl::StrCat("there are no rules for time zone \"", name, "\" in ", folder),
                  "write an IANA name such as Asia/Jakarta, or name a folder with --zoneinfo");
  }
  TALLY_ASSIGN_OR_RETURN(const std::string rules, ReadInput(call, path, kContentBytesMax));
  if (!absl::StartsWith(rules, "TZif")) {
    return RefuseAt({path, 0, 0}, "unknown-zone", "is no TZif file",
                    "name a compiled zoneinfo folder");
  }
  DocumentAdded document;
  document.name = name;
  document.version = ZoneVersion(call, folder);
  document.media_type = "application/tzif";
  document.content.assign(rules.begin(), rules.end());
  document.digest = ledger::DigestOfDocument(document.content);
  return AddDocument(call, BodyKind::kZoneAdded, document);
}

// A zone that neither the ledger nor this machine has under that name is a slip of the pen; its
// rules are found when terms name the calendar.
absl::Status CheckZoneOf(const Invocation& call, const std::string& path,
                         const std::string& content) {
  TALLY_ASSIGN_OR_RETURN(const std::string zone, replay::BusinessCalendar::ZoneNameOf(content));
  std::error_code error;
  const bool here = !std::filesystem::is_directory(kSystemZones, error) ||
                    (IsZoneName(zone) && std::filesystem::is_regular_file(
                                             absl::StrCat(kSystemZones, "/", zone), error));
  if (here) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const auto listed, ListDocuments(session->ledger(), BodyKind::kZoneAdded,
                                                          Contents::kLeftOut));
  for (const ListedDocument& other : listed) {
    if (other.document.name == zone) return absl::OkStatus();
  }
  return RefuseAt({path, 0, 0}, "unknown-zone",
                  absl::StrCat("the calendar's zone is \"", zone, "\", which is no time zone"),
                  "write an IANA name such as Europe/Berlin");
}

// The form is checked here.
absl::StatusOr<int> RunCalendarAdd(const Invocation& call) {
  const std::string path = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::string content, ReadInput(call, path, kContentBytesMax));
  absl::Status form = replay::BusinessCalendar::Parse(content, replay::Zone::Utc()).status();
  if (form.ok()) form = replay::BusinessCalendar::ZoneNameOf(content).status();
  if (!form.ok()) {
    return RefuseAt({path, 0, 0}, "unknown-calendar",
                    absl::StrCat("is no calendar: ", form.message()),
                    "docs/TERMS.md \"Calendars\" shows the form");
  }
  TALLY_RETURN_IF_ERROR(CheckZoneOf(call, path, content));
  DocumentAdded document;
  document.name =
      call.arguments.Value("name").value_or(std::filesystem::path(path).filename().string());
  document.version = call.arguments.Value("version").value_or("");
  document.media_type = "text/x-tally-calendar";
  document.digest = ledger::DigestOfDocument(AsBytes(content));
  document.content.assign(content.begin(), content.end());
  return AddDocument(call, BodyKind::kCalendarAdded, document);
}

std::string MediaTypeOf(const std::string& path) {
  constexpr std::pair<absl::string_view, absl::string_view> kTypes[] = {
      {".pdf", "application/pdf"},   {".txt", "text/plain"},        {".md", "text/markdown"},
      {".html", "text/html"},        {".ics", "text/calendar"},     {".csv", "text/csv"},
      {".json", "application/json"}, {".yaml", "application/yaml"},
  };
  for (const auto& [ending, type] : kTypes) {
    if (absl::EndsWith(path, ending)) return std::string(type);
  }
  return "application/octet-stream";
}

absl::StatusOr<int> RunDocumentAdd(const Invocation& call) {
  const std::string path = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::string content, ReadInput(call, path));
  DocumentAdded document;
  document.name =
      call.arguments.Value("name").value_or(std::filesystem::path(path).filename().string());
  document.version = call.arguments.Value("version").value_or("");
  document.media_type = call.arguments.Value("type").value_or(MediaTypeOf(path));
  document.digest = ledger::DigestOfDocument(AsBytes(content));
  if (content.size() <= kContentBytesMax) {
    document.content.assign(content.begin(), content.end());
  } else {
    call.console.Warning(absl::StrCat(path, " has more than ", kContentBytesMax,
                                      " bytes: only its digest is recorded; keep the file"));
  }
  return AddDocument(call, BodyKind::kDocumentAdded, document);
}

void WriteDocument(const Invocation& call, const ListedDocument& listed) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.document/1")
      .Field("event", listed.address.ToText())
      .Field("kind", FindKind(listed.kind)->name)
      .Field("name", listed.document.name)
      .Field("version", listed.document.version)
      .Field("media_type", listed.document.media_type)
      .Field("digest", listed.document.digest.ToHex())
      .NumberField("bytes", listed.content_bytes)
      .Field("recorded", FormatInstant(listed.recorded))
      .EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> ListKind(const Invocation& call, BodyKind kind) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const auto documents, ListDocuments(*ledger, kind, Contents::kLeftOut));
  Table table({"EVENT", "NAME", "VERSION", "BYTES", "DIGEST"});
  for (const ListedDocument& listed : documents) {
    table.Row({listed.address.ToText(), listed.document.name,
               listed.document.version.empty() ? "-" : listed.document.version,
               listed.content_bytes == 0 ? "digest only" : absl::StrCat(listed.content_bytes),
               listed.document.digest.ToHex()});
    WriteDocument(call, listed);
  }
  if (!table.empty()) table.Print(call.console);
  return kExitDone;
}

// By name (the newest of it) or by digest; --out writes its bytes.
absl::StatusOr<int> ShowKind(const Invocation& call, BodyKind kind) {
  const std::string wanted = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const auto documents, ListDocuments(*ledger, kind, Contents::kKept));
  const ListedDocument* found = nullptr;
  for (const ListedDocument& listed : documents) {
    if (listed.document.name == wanted || listed.document.digest.ToHex() == wanted) found = &listed;
  }
  if (found == nullptr) {
    return Refuse(
        "not-found",
        absl::StrCat("the ledger has no ", absl::StripSuffix(FindKind(kind)->name, " added"), " \"",
                     wanted, "\""),
        "write a name or a digest of `list`");
  }
  const std::optional<std::string> out = call.arguments.Value("out");
  if (out.has_value()) {
    if (found->document.content.empty()) {
      return Refuse("not-found", "only the digest of this document is recorded");
    }
    return WriteOutput(call, *out, AsText(found->document.content)).ok()
               ? absl::StatusOr<int>(kExitDone)
               : Refuse("file-unwritable", absl::StrCat(*out, " cannot be written"));
  }
  Console& console = call.console;
  console.Line(absl::StrCat("name      ", found->document.name));
  console.Line(
      absl::StrCat("version   ", found->document.version.empty() ? "-" : found->document.version));
  console.Line(absl::StrCat("type      ", found->document.media_type));
  console.Line(absl::StrCat("digest    ", found->document.digest.ToHex()));
  console.Line(absl::StrCat("bytes     ", found->content_bytes));
  console.Line(
      absl::StrCat("recorded  ", FormatInstant(found->recorded), " at ", found->address.ToText()));
  WriteDocument(call, *found);
  return kExitDone;
}

OptionSpec OutOption() {
  return {"out", 'o', ValueType::kFile, "FILE", "write the recorded bytes there"};
}

std::vector<Command> CalendarCommands() {
  Command add{.name = "calendar add",
              .summary = "record a business calendar",
              .appends = true,
              .run = RunCalendarAdd};
  add.operands = {{"FILE", "hours of the weekdays and holidays", Arity::kOne, ValueType::kFile}};
  add.options = {{"name", 0, ValueType::kText, "NAME", "instead of the file's name"},
                 {"version", 0, ValueType::kText, "TEXT", "of the calendar, as claimed"}};
  add.text =
      "Signed by the ledger's own service key, so that no --key is needed. Terms name a calendar "
      "by\n"
      "the digest of its bytes, so a later list of holidays changes no result that rests on this\n"
      "one. docs/TERMS.md \"Calendars\" shows the form of the file.";
  add.examples = {"tally calendar add office-2027.txt --name office --version 2027"};
  Command list{
      .name = "calendar list",
      .summary = "list recorded calendars",
      .run = [](const Invocation& call) { return ListKind(call, BodyKind::kCalendarAdded); }};
  Command show{
      .name = "calendar show",
      .summary = "show a recorded calendar, or write its bytes",
      .run = [](const Invocation& call) { return ShowKind(call, BodyKind::kCalendarAdded); }};
  show.operands = {{"NAME", "or digest"}};
  show.options = {OutOption()};
  return {std::move(add), std::move(list), std::move(show)};
}

}  // namespace

std::vector<Command> DocumentCommands() {
  const OptionSpec out = OutOption();
  std::vector<Command> commands = CalendarCommands();
  Command zone_add{.name = "zone add",
                   .summary = "record the rules of a time zone",
                   .appends = true,
                   .run = RunZoneAdd};
  zone_add.operands = {{"NAME", "IANA name: Asia/Jakarta, UTC, ..."}};
  zone_add.options = {{"zoneinfo", 0, ValueType::kDirectory, "DIR",
                       "compiled zone files (else /usr/share/zoneinfo)"}};
  zone_add.text =
      "Signed by the operator's service key. Terms name the rules by the digest of their bytes.";
  Command zone_list{
      .name = "zone list",
      .summary = "list recorded time zones",
      .run = [](const Invocation& call) { return ListKind(call, BodyKind::kZoneAdded); }};
  Command zone_show{
      .name = "zone show",
      .summary = "show a recorded time zone",
      .run = [](const Invocation& call) { return ShowKind(call, BodyKind::kZoneAdded); }};
  zone_show.operands = {{"NAME", "or digest"}};
  zone_show.options = {out};
  Command add{.name = "document add",
              .summary = "record a document",
              .appends = true,
              .run = RunDocumentAdd};
  add.operands = {{"FILE", "at most 900,000 bytes are recorded whole, else the digest", Arity::kOne,
                   ValueType::kFile}};
  add.options = {
      {"name", 0, ValueType::kText, "NAME", "instead of the file's name"},
      {"version", 0, ValueType::kText, "TEXT", "of the document, as claimed"},
      {"type", 0, ValueType::kText, "TYPE", "media type (else by the file's ending)"},
  };
  Command list{
      .name = "document list",
      .summary = "list recorded documents",
      .run = [](const Invocation& call) { return ListKind(call, BodyKind::kDocumentAdded); }};
  Command show{
      .name = "document show",
      .summary = "show a recorded document, or write its bytes",
      .run = [](const Invocation& call) { return ShowKind(call, BodyKind::kDocumentAdded); }};
  show.operands = {{"NAME", "or digest"}};
  show.options = {out};
  for (Command* command : {&zone_add, &zone_list, &zone_show, &add, &list, &show}) {
    commands.push_back(std::move(*command));
  }
  return commands;
}

}  // namespace tally::tools
