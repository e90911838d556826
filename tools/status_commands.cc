// status and identity: the ledger at a glance, and what others need to write to it.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/documents.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/identity_file.h"
#include "tools/outlook.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

constexpr size_t kDeadlinesShown = 5;

struct FeedLine {
  FeedEnd end;
  uint64_t records = 0;
  std::string party;
};

// What `status` tells; gathered first, printed in two forms.
struct Overview {
  ledger::Head head;
  uint64_t disk_bytes = 0;
  std::vector<ledger::StreamState> agreements;
  std::vector<FeedLine> feeds;
  size_t zones = 0;
  size_t documents = 0;
  Outlook outlook;
  Instant now;
};

absl::StatusOr<Overview> Gather(const ledger::Ledger& ledger, Instant now) {
  Overview overview;
  overview.now = now;
  overview.head = ledger.head();
  TALLY_ASSIGN_OR_RETURN(overview.disk_bytes, ledger.DiskBytes());
  TALLY_ASSIGN_OR_RETURN(const std::vector<ledger::StreamState> streams, ledger.Streams());
  for (const ledger::StreamState& stream : streams) {
    if (stream.kind == StreamKind::kAgreement) overview.agreements.push_back(stream);
    if (stream.kind != StreamKind::kFeed) continue;
    FeedLine feed;
    TALLY_ASSIGN_OR_RETURN(feed.end, ReadFeedEnd(ledger, stream));
    feed.records = stream.records;
    const ledger::PartyEntry* party = ledger.keyring().FindParty(stream.author);
    feed.party = party == nullptr ? stream.author.ToHex() : party->name;
    overview.feeds.push_back(std::move(feed));
  }
  TALLY_ASSIGN_OR_RETURN(const auto documents,
                         ListDocuments(ledger, BodyKind::kUnset, Contents::kLeftOut));
  for (const ListedDocument& listed : documents) {
    (listed.kind == BodyKind::kZoneAdded ? overview.zones : overview.documents) += 1;
  }
  overview.outlook = LookAhead(ledger, overview.agreements, now);
  return overview;
}

std::string WatermarkText(const FeedEnd& end) {
  return end.watermark.has_value() ? FormatInstant(*end.watermark) : std::string("none");
}

// Windows, deadlines and silence: what somebody may have to act on.
void PrintOutlook(Console& console, const Overview& overview) {
  const Outlook& outlook = overview.outlook;
  if (!overview.agreements.empty()) {
    console.Line(absl::StrCat(
        "windows     ", outlook.open_windows, " open, ", outlook.provisional_windows,
        " provisional, of ", outlook.judged, " agreements",
        outlook.left_out == 0 ? "" : absl::StrCat("; ", outlook.left_out, " not looked at")));
  }
  for (const FeedLine& feed : overview.feeds) {
    if (!feed.end.watermark.has_value() || !IsSilent(*feed.end.watermark, overview.now)) continue;
    console.Line(absl::StrCat("silent      ", feed.end.name, ": complete through ",
                              FormatInstant(*feed.end.watermark), ", ",
                              AgeText(*feed.end.watermark, overview.now), " ago"));
  }
  for (const OpenMatterNote& note : outlook.open_matters) {
    console.Line(absl::StrCat("open        ", note.agreement,
                              note.objective.empty() ? "" : absl::StrCat("  ", note.objective),
                              ": ", note.message));
  }
  for (size_t i = 0; i < outlook.deadlines.size() && i < kDeadlinesShown; ++i) {
    const replay::Deadline& deadline = outlook.deadlines[i].deadline;
    console.Line(absl::StrCat("deadline    ", FormatInstant(deadline.due), "  ",
                              outlook.deadlines[i].agreement, "  ", deadline.what,
                              deadline.party.empty() ? "" : absl::StrCat(" by ", deadline.party),
                              ", else ", deadline.consequence));
  }
  if (outlook.deadlines.size() > kDeadlinesShown) {
    console.Line(absl::StrCat("            and ", outlook.deadlines.size() - kDeadlinesShown,
                              " later ones"));
  }
}

void PrintOverview(const Invocation& call, const ledger::Ledger& ledger, const Overview& overview) {
  Console& console = call.console;
  console.Line(absl::StrCat("ledger      ", ledger.id().ToHex()));
  console.Line(absl::StrCat("origin      ", ledger.origin()));
  console.Line(absl::StrCat("size        ", overview.head.size, " records, the last at ",
                            FormatInstant(overview.head.recorded)));
  console.Line(absl::StrCat("root        ", ToBase64(overview.head.root.view())));
  console.Line(absl::StrCat("disk        ", overview.disk_bytes, " bytes"));
  console.Line("health      opened, the outside head agrees; `tally verify` recomputes everything");
  console.Line(absl::StrCat("parties     ", ledger.keyring().parties().size()));
  console.Line(absl::StrCat("agreements  ", overview.agreements.size()));
  console.Line(absl::StrCat("documents   ", overview.documents, ", zones ", overview.zones));
  PrintOutlook(console, overview);
  if (overview.feeds.empty()) return;
  Table table({"FEED", "PARTY", "RECORDS", "SOURCES", "LAST POSITION", "COMPLETE THROUGH"});
  for (const FeedLine& feed : overview.feeds) {
    table.Row({feed.end.name, feed.party, absl::StrCat(feed.records),
               absl::StrCat(feed.end.sources.size()), absl::StrCat(feed.end.last_position),
               WatermarkText(feed.end)});
  }
  table.Print(console);
}

void WriteOverview(const Invocation& call, const ledger::Ledger& ledger, const Overview& overview) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.status/1")
      .Field("ledger_id", ledger.id().ToHex())
      .Field("origin", ledger.origin())
      .NumberField("size", overview.head.size)
      .Field("root", ToBase64(overview.head.root.view()))
      .Field("recorded", FormatInstant(overview.head.recorded))
      .NumberField("disk_bytes", overview.disk_bytes)
      .Field("health", "open")
      .NumberField("documents", overview.documents)
      .NumberField("zones", overview.zones);
  json.Key("parties").BeginArray();
  for (const ledger::PartyEntry& party : ledger.keyring().parties()) json.String(party.name);
  json.EndArray().Key("agreements").BeginArray();
  for (const ledger::StreamState& agreement : overview.agreements) json.String(agreement.name);
  json.EndArray().Key("feeds").BeginArray();
  for (const FeedLine& feed : overview.feeds) {
    json.BeginObject().Field("name", feed.end.name).Field("party", feed.party);
    json.NumberField("records", feed.records).NumberField("sources", feed.end.sources.size());
    json.NumberField("last_position", feed.end.last_position);
    json.OptionalField("watermark",
                       feed.end.watermark.has_value()
                           ? std::optional<std::string>(FormatInstant(*feed.end.watermark))
                           : std::nullopt);
    json.BoolField("silent",
                   feed.end.watermark.has_value() && IsSilent(*feed.end.watermark, overview.now));
    json.EndObject();
  }
  const Outlook& outlook = overview.outlook;
  json.EndArray().Key("windows").BeginObject().NumberField("open", outlook.open_windows);
  json.NumberField("provisional", outlook.provisional_windows).EndObject();
  json.NumberField("agreements_not_looked_at", outlook.left_out).Key("deadlines").BeginArray();
  for (const NextDeadline& each : outlook.deadlines) {
    json.BeginObject().Field("agreement", each.agreement).Field("what", each.deadline.what);
    json.Field("object", each.deadline.object).Field("party", each.deadline.party);
    json.Field("due", FormatInstant(each.deadline.due)).EndObject();
  }
  json.EndArray().Key("open_matters").BeginArray();
  for (const OpenMatterNote& note : outlook.open_matters) {
    json.BeginObject().Field("agreement", note.agreement).Field("kind", note.kind);
    json.Field("objective", note.objective).Field("message", note.message).EndObject();
  }
  json.EndArray().EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunStatus(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const Overview overview, Gather(*ledger, call.world.clock->Now()));
  PrintOverview(call, *ledger, overview);
  WriteOverview(call, *ledger, overview);
  return kExitDone;
}

absl::StatusOr<int> RunIdentity(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  std::vector<StreamName> names;
  for (const std::string& text : call.arguments.Values("stream")) {
    TALLY_ASSIGN_OR_RETURN(StreamName name, ParseStreamName(text));
    names.push_back(std::move(name));
  }
  TALLY_ASSIGN_OR_RETURN(const IdentityFile identity, IdentityOf(*ledger, names));
  const std::string out = call.arguments.Value("out").value_or("");
  TALLY_RETURN_IF_ERROR(WriteOutput(call, out, IdentityText(identity)));
  if (out == "-") return kExitDone;
  call.console.Note(absl::StrCat("ledger   ", identity.ledger.ToHex()));
  for (const std::string& vkey : identity.log_vkeys)
    call.console.Note(absl::StrCat("log key  ", vkey));
  call.console.Note(absl::StrCat("written  ", out, ", ", identity.streams.size(), " streams"));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.written/1")
      .Field("file", out)
      .Field("ledger_id", identity.ledger.ToHex())
      .NumberField("streams", identity.streams.size())
      .EndObject();
  call.console.Json(json);
  return kExitDone;
}

}  // namespace

std::vector<Command> StatusCommands() {
  Command status{.name = "status", .summary = "show the ledger at a glance", .run = RunStatus};
  Command identity{
      .name = "identity", .summary = "write the ledger's public identity", .run = RunIdentity};
  identity.options = {
      {"out", 'o', ValueType::kFile, "FILE", "where to write it; - for standard output", false,
       true},
      {"stream", 0, ValueType::kText, "NAME",
       "a stream that an author elsewhere continues: feed/F, agreement/A", true},
  };
  identity.text =
      "Ledger id, origin, log keys, parties with their keys, zones; of each --stream also where "
      "it\n"
      "stands, so that its author can sign on without the ledger. Nothing in it is secret.";
  identity.examples = {"tally identity --out ledger.json --stream feed/lime-upptime"};
  return {std::move(status), std::move(identity)};
}

}  // namespace tally::tools
