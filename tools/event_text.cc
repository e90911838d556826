#include "tools/event_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ledger/chain/partial_run.h"
#include "ledger/log/erased_rows.h"
#include "schema/canonical.h"
#include "tools/stream_end.h"

namespace tally::tools {
namespace {

bool IsOpening(BodyKind kind) {
  const KindRow* row = FindKind(kind);
  return row != nullptr && row->opening;
}

// Acts claim a time only when it is marked as history; evidence always has one.
bool HasObservedTime(const EventHeader& header) {
  return header.position > 0 || header.kind == BodyKind::kWatermark ||
         header.observed_from.micros != 0;
}

// Which rows of a run are gone; "": all, or it is no run.
std::string ErasedText(const ledger::VerifiedEvent& event) {
  const absl::StatusOr<ledger::PartialRun> rest = ledger::DecodePartialRun(event.rest);
  if (event.header.kind != BodyKind::kMeasurementRun || !rest.ok()) return "";
  std::vector<std::string> words;
  for (const RowsOfRun& rows : ledger::MissingRows(*rest)) words.push_back(rows.ToText());
  return rest->packed ? absl::StrJoin(words, ", ") : "";
}

std::string BodyText(const ledger::VerifiedEvent& event) {
  return event.erased ? std::string("null") : BodyToJson(event.header.kind, event.body);
}

void WriteHeader(JsonWriter& json, const EventHeader& header, const std::string& source) {
  if (header.position > 0) json.NumberField("position", header.position);
  if (header.source > 0) {
    json.Key("source").Small(static_cast<int>(header.source));
    if (!source.empty()) json.Field("source_name", source);
    json.NumberField("previous_of_source", header.previous_of_source);
  }
  if (HasObservedTime(header)) {
    json.Field("from", FormatInstant(header.observed_from))
        .Field("until", FormatInstant(header.observed_until));
  }
  json.Field("reported", FormatInstant(header.reported_at));
  if (header.run_rows > 0) {
    json.NumberField("run_rows", header.run_rows).NumberField("run_sources", header.run_sources);
    json.Field("run_root", header.run_root.ToHex());
  }
  if (!header.previous.IsZero()) json.Field("previous", header.previous.ToHex());
  if (header.id.has_value()) json.Field("id", header.id->ToHex());
  if (header.seen.has_value()) {
    json.Key("seen").BeginObject().NumberField("sequence", header.seen->sequence);
    json.Field("leaf", header.seen->leaf.ToHex()).EndObject();
  }
  if (!header.answers.IsZero()) json.Field("answers", header.answers.ToHex());
}

}  // namespace

std::string KindText(BodyKind kind) {
  const KindRow* row = FindKind(kind);
  return row == nullptr ? absl::StrCat("kind ", static_cast<int>(kind)) : std::string(row->name);
}

absl::string_view ActorText(ActorKind actor) {
  switch (actor) {
    case ActorKind::kHuman:
      return "human";
    case ActorKind::kAutomation:
      return "automation";
    case ActorKind::kMonitor:
      return "monitor";
    case ActorKind::kUnset:
      break;
  }
  return "unset";
}

std::string AuthorText(const ledger::Ledger& ledger, const StreamId& author) {
  if (author.IsZero()) return "operator";
  const ledger::PartyEntry* party = ledger.keyring().FindParty(author);
  return party == nullptr ? author.ToHex() : party->name;
}

StreamId AuthorOf(const ledger::StreamState& stream, const EventHeader& header) {
  const bool is_evidence = stream.kind == StreamKind::kFeed && !IsOpening(header.kind);
  return is_evidence ? stream.author : header.author;
}

void WriteEvent(JsonWriter& json, const ledger::Ledger& ledger,
                const ledger::VerifiedRecord& record, const ledger::VerifiedEvent& event,
                const ledger::StreamState& stream, const std::string& source) {
  const EventHeader& header = event.header;
  json.BeginObject()
      .Field("format", "tally.event/1")
      .Field("event", event.address.ToText())
      .NumberField("index", event.address.index)
      .Key("offset")
      .Small(static_cast<int>(event.address.offset))
      .Field("recorded", FormatInstant(record.recorded()))
      .Field("stream", StreamText(stream))
      .Field("kind", KindText(header.kind))
      .Field("author", AuthorText(ledger, AuthorOf(stream, header)))
      .Field("actor", ActorText(header.actor));
  WriteHeader(json, header, source);
  json.Field("digest", event.digest.ToHex())
      .Field("body_commitment", header.body.ToHex())
      .Field("key", record.evidence().key.ToHex())
      .Field("verdict", ledger::KeyVerdictName(record.verdict()))
      .BoolField("erased", event.erased);
  const std::string rows = event.erased ? ErasedText(event) : "";
  if (!rows.empty()) json.Field("erased_rows", rows);
  json.Key("body").Raw(BodyText(event)).EndObject();
}

void PrintEvent(Console& console, const ledger::Ledger& ledger,
                const ledger::VerifiedRecord& record, const ledger::VerifiedEvent& event,
                const ledger::StreamState& stream, const std::string& source) {
  const EventHeader& header = event.header;
  console.Line(absl::StrCat("event      ", event.address.ToText(), "  ", KindText(header.kind)));
  console.Line(
      absl::StrCat("stream     ", StreamText(stream), "  sequence ", record.record().sequence));
  console.Line(absl::StrCat("author     ", AuthorText(ledger, AuthorOf(stream, header)), " (",
                            ActorText(header.actor), ")"));
  console.Line(absl::StrCat("recorded   ", FormatInstant(record.recorded())));
  if (HasObservedTime(header)) {
    const std::string until = header.observed_until == header.observed_from
                                  ? std::string()
                                  : absl::StrCat(" to ", FormatInstant(header.observed_until));
    console.Line(absl::StrCat("observed   ", FormatInstant(header.observed_from), until));
  }
  console.Line(absl::StrCat("reported   ", FormatInstant(header.reported_at), " (as claimed)"));
  if (header.position > 0) console.Line(absl::StrCat("position   ", header.position));
  if (header.source > 0) {
    console.Line(absl::StrCat("source     ",
                              source.empty() ? "" : absl::StrCat(source, ", number "),
                              header.source, ", before it at ", header.previous_of_source));
  }
  if (header.id.has_value()) console.Line(absl::StrCat("id         ", header.id->ToHex()));
  if (!header.answers.IsZero()) console.Line(absl::StrCat("answers    ", header.answers.ToHex()));
  console.Line(absl::StrCat("digest     ", event.digest.ToHex()));
  console.Line(absl::StrCat("signed by  ", record.evidence().key.ToHex(), " (",
                            ledger::KeyVerdictName(record.verdict()), ")"));
  const std::string rows = event.erased ? ErasedText(event) : "";
  const std::string erased =
      rows.empty() ? "erased"
                   : absl::StrCat("erased: ", rows, " of ", header.run_rows, "; the others stay");
  console.Line(absl::StrCat("body       ", event.erased ? erased : BodyText(event)));
}

}  // namespace tally::tools
