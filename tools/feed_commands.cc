// feed register|source|list|show: who reports what.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/key_proof.h"
#include "tools/receipts.h"

namespace tally::tools {
namespace {

absl::StatusOr<int> RunRegister(const Invocation& call) {
  FeedOpened opened;
  opened.name = call.arguments.At(0);
  opened.method = call.arguments.Value("method").value_or("");
  TALLY_RETURN_IF_ERROR(CheckName("feed", opened.name));
  const std::string party_name = call.arguments.Value("party").value_or("");
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry party, PartyOfKey(session->ledger(), key));
  if (party.name != party_name) {
    return Refuse(
        "key-not-permitted",
        absl::StrCat("the key belongs to party \"", party.name, "\", not \"", party_name, "\""),
        "a feed is opened by the party that will write it");
  }
  ActDraft draft;
  draft.kind = BodyKind::kFeedOpened;
  draft.body = Encode(opened);
  draft.author = party.id;
  draft.reported_at = call.world.clock->Now();
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch,
                         SignOpening(session->ledger().id(), draft, key));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  return submitted.exit;
}

absl::StatusOr<int> RunSource(const Invocation& call) {
  const std::string feed_name = call.arguments.Value("feed").value_or("");
  const uint64_t scale = call.arguments.Number("scale").value_or(0);
  if (scale > 12) return Refuse("bad-input", "--scale is at most 12");
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState feed,
                         FindStream(session->ledger(), {StreamKind::kFeed, feed_name}));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(FeedEnd end, ReadFeedEnd(session->ledger(), feed));
  FeedAuthor author(std::move(end), key);
  const Instant now = call.world.clock->Now();
  for (const std::string& name : call.arguments.operands()) {
    TALLY_ASSIGN_OR_RETURN(const uint32_t number,
                           author.RegisterSource(name, call.arguments.Value("unit").value_or(""),
                                                 static_cast<uint8_t>(scale), now));
    call.console.Note(absl::StrCat("source ", number, "  ", name));
  }
  if (author.pending() == 0) {
    call.console.Note("everything was recorded already; nothing was appended");
    return kExitDone;
  }
  TALLY_ASSIGN_OR_RETURN(std::vector<ledger::SignedBatch> batches,
                         author.Sign(ledger::kBatchEventsMax));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, std::move(batches)));
  return submitted.exit;
}

// The method stands in the opening, the feed's first record.
absl::StatusOr<FeedOpened> ReadOpening(const ledger::Ledger& ledger,
                                       const ledger::StreamState& feed) {
  TALLY_ASSIGN_OR_RETURN(const ledger::VerifiedRecord record,
                         ledger.ReadRecord(feed.opening_index));
  if (record.events().empty()) return absl::DataLossError("an opening without events");
  return DecodeFeedOpened(record.events().front().body);
}

std::string PartyName(const ledger::Ledger& ledger, const StreamId& id) {
  const ledger::PartyEntry* party = ledger.keyring().FindParty(id);
  return party == nullptr ? id.ToHex() : party->name;
}

void WriteFeed(const Invocation& call, const ledger::Ledger& ledger,
               const ledger::StreamState& feed, const FeedOpened& opened, const FeedEnd* end) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.feed/1")
      .Field("name", feed.name)
      .Field("id", feed.id.ToHex())
      .Field("party", PartyName(ledger, feed.author))
      .Field("method", opened.method)
      .NumberField("opening", feed.opening_index)
      .NumberField("records", feed.records)
      .NumberField("last_position", feed.last_position);
  if (end != nullptr) {
    json.OptionalField("watermark", end->watermark.has_value()
                                        ? std::optional<std::string>(FormatInstant(*end->watermark))
                                        : std::nullopt);
    json.Key("sources").BeginArray();
    for (const SourceRegistered& source : end->sources) {
      json.BeginObject()
          .Key("number")
          .Small(static_cast<int>(source.source))
          .Field("name", source.name)
          .Field("unit", source.unit)
          .Key("scale")
          .Small(source.scale)
          .EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const std::vector<ledger::StreamState> streams, ledger->Streams());
  Table table({"NAME", "PARTY", "RECORDS", "LAST POSITION", "METHOD"});
  for (const ledger::StreamState& feed : streams) {
    if (feed.kind != StreamKind::kFeed) continue;
    TALLY_ASSIGN_OR_RETURN(const FeedOpened opened, ReadOpening(*ledger, feed));
    table.Row({feed.name, PartyName(*ledger, feed.author), absl::StrCat(feed.records),
               absl::StrCat(feed.last_position), opened.method});
    WriteFeed(call, *ledger, feed, opened, nullptr);
  }
  if (!table.empty()) table.Print(call.console);
  return kExitDone;
}

absl::StatusOr<int> RunShow(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState feed,
                         FindStream(*ledger, {StreamKind::kFeed, call.arguments.At(0)}));
  TALLY_ASSIGN_OR_RETURN(const FeedOpened opened, ReadOpening(*ledger, feed));
  TALLY_ASSIGN_OR_RETURN(const FeedEnd end, ReadFeedEnd(*ledger, feed));
  Console& console = call.console;
  console.Line(absl::StrCat("name       ", feed.name));
  console.Line(absl::StrCat("party      ", PartyName(*ledger, feed.author)));
  console.Line(absl::StrCat("id         ", feed.id.ToHex()));
  if (!opened.method.empty()) console.Line(absl::StrCat("method     ", opened.method));
  console.Line(absl::StrCat("records    ", feed.records, ", last position ", feed.last_position));
  console.Line(absl::StrCat("watermark  ",
                            end.watermark.has_value() ? FormatInstant(*end.watermark) : "none"));
  Table table({"SOURCE", "NAME", "UNIT", "SCALE", "LAST POSITION"});
  for (const SourceRegistered& source : end.sources) {
    const auto last = end.last_positions.find(source.source);
    table.Row({absl::StrCat(source.source), source.name, source.unit.empty() ? "-" : source.unit,
               absl::StrCat(static_cast<int>(source.scale)),
               last == end.last_positions.end() ? "-" : absl::StrCat(last->second)});
  }
  if (!table.empty()) table.Print(console);
  WriteFeed(call, *ledger, feed, opened, &end);
  return kExitDone;
}

}  // namespace

std::vector<Command> FeedCommands() {
  Command add{.name = "feed register",
              .summary = "open a feed of a party's evidence",
              .appends = true,
              .run = RunRegister};
  add.operands = {{"NAME", "of the feed, unique in the ledger"}};
  add.options = {
      {"party", 0, ValueType::kText, "NAME", "the party that writes it, whose key signs", false,
       true},
      {"method", 0, ValueType::kText, "TEXT", "how it measures, in words"},
  };
  add.examples = {
      "tally feed register lime-upptime --party lime --key lime.pem --method \"HTTP GET every 5 "
      "min\""};
  Command source{.name = "feed source",
                 .summary = "register sources with their unit",
                 .appends = true,
                 .run = RunSource};
  source.operands = {{"NAME", "of a source", Arity::kMany}};
  source.options = {
      {"feed", 0, ValueType::kText, "NAME", "the feed that they belong to", false, true},
      {"unit", 0, ValueType::kText, "UNIT", "of their values: ms, requests, ..."},
      {"scale", 0, ValueType::kNumber, "N", "values count 10^-N units"},
  };
  source.text =
      "`append` registers unknown sources itself, without a unit; `import` with the unit that its\n"
      "format or map states. A source keeps its unit.";
  source.examples = {
      "tally feed source shop-berlin shop-denver --feed probes --unit ms --key monitor.pem"};
  Command list{.name = "feed list", .summary = "list feeds", .run = RunList};
  Command show{.name = "feed show", .summary = "show a feed and its sources", .run = RunShow};
  show.operands = {{"NAME", "of the feed"}};
  return {std::move(add), std::move(source), std::move(list), std::move(show)};
}

}  // namespace tally::tools
