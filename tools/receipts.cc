#include "tools/receipts.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "schema/canonical.h"
#include "schema/status.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

// Batches that share a sync: enough to make the sync cheap, few enough to stop soon after Ctrl-C.
constexpr size_t kBatchesPerCommit = 64;

// What people are told about a batch whatever became of it.
struct BatchName {
  std::string stream;
  std::string kind;
  std::string place;   // "positions 4-9" or "id ..."
  std::string digest;  // of the last event
  ledger::Evidence evidence;
  std::optional<ActId> id;
  size_t events = 0;
  bool of_the_ledger = false;  // an act that no party says, but the ledger itself
};

std::string KindText(BodyKind kind) {
  const KindRow* row = FindKind(kind);
  return row == nullptr ? absl::StrCat("kind ", static_cast<int>(kind)) : std::string(row->name);
}

std::string StreamTextOf(const ledger::Ledger& ledger, const EventHeader& header) {
  const KindRow* row = FindKind(header.kind);
  if (row != nullptr && row->opening) return absl::StrCat("new ", StreamKindName(row->stream));
  const absl::StatusOr<ledger::StreamState> stream = ledger.FindStream(header.stream);
  return stream.ok() ? StreamText(*stream) : header.stream.ToHex();
}

absl::StatusOr<BatchName> NameOf(const ledger::Ledger& ledger, const ledger::SignedBatch& batch) {
  TALLY_ASSIGN_OR_RETURN(const EventHeader first, DecodeHeader(batch.events.front().header));
  BatchName name;
  name.stream = StreamTextOf(ledger, first);
  name.events = batch.events.size();
  name.kind = name.events == 1 ? KindText(first.kind) : absl::StrCat(name.events, " events");
  name.id = first.id;
  name.of_the_ledger = first.id.has_value() && first.author.IsZero();
  name.digest = ledger::EventDigest(batch.events.back().header).ToHex();
  TALLY_ASSIGN_OR_RETURN(name.evidence, ledger::DecodeEvidence(batch.evidence));
  if (first.id.has_value()) {
    name.place = absl::StrCat("id ", first.id->ToHex());
  } else if (name.evidence.first == name.evidence.last) {
    name.place = absl::StrCat("position ", name.evidence.first);
  } else {
    name.place = absl::StrCat("positions ", name.evidence.first, "-", name.evidence.last);
  }
  return name;
}

void PrintReceipt(const Invocation& call, const BatchName& name,
                  const ledger::AppendReceipt& receipt) {
  const std::string last =
      name.events == 1 ? std::string() : absl::StrCat("..", receipt.index, "/", name.events - 1);
  call.console.Note(absl::StrCat(receipt.index, "/0", last, "  ", name.stream, "  ", name.kind,
                                 "  ", name.place, "  checkpoint ", receipt.checkpoint_size,
                                 receipt.already_known ? "  (recorded already)" : ""));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.receipt/1")
      .Field("event", absl::StrCat(receipt.index, "/0"))
      .NumberField("index", receipt.index)
      .NumberField("events", name.events)
      .Field("stream", name.stream)
      .Field("kind", name.kind);
  if (name.id.has_value()) {
    json.Field("id", name.id->ToHex());
  } else {
    json.NumberField("first_position", name.evidence.first)
        .NumberField("last_position", name.evidence.last);
  }
  json.Field("digest", name.digest)
      .Field("recorded", FormatInstant(receipt.recorded))
      .NumberField("checkpoint_size", receipt.checkpoint_size)
      .BoolField("already_known", receipt.already_known)
      .EndObject();
  call.console.Json(json);
}

// What the ledger says itself its service key signs, for which no --key has to be given. Keys of
// the ledger (`tally key ...`) are changed by others of its own, which --key names.
absl::Status NotTaken(const Invocation& call, const ledger::Ledger& ledger, const BatchName& name,
                      const absl::Status& status) {
  const ledger::KeyEntry* signer = ledger.keyring().Find(name.evidence.key);
  const bool partys_key = absl::IsPermissionDenied(status) && name.of_the_ledger &&
                          signer != nullptr && !signer->party.IsZero() &&
                          !absl::StartsWith(call.command.name, "key ");
  if (!partys_key) return Translate(Doing::kAppending, status);
  return Refuse("key-not-permitted", status.message(),
                "the ledger's own service key signs this: leave --key out");
}

std::string FaultLine(const absl::Status& status) {
  const Fault fault = FaultOf(status);
  return absl::StrCat(fault.code, ": ", FaultText(fault));
}

// `json` with long values (terms as bytes, documents) cut, for people; --json prints all of it.
std::string ForPeople(const std::string& json) {
  constexpr size_t kShown = 64;
  std::string out;
  for (size_t at = 0; at < json.size();) {
    if (json[at] != '"') {
      out += json[at++];
      continue;
    }
    size_t end = at + 1;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, json.size());
    const size_t length = end - at - 2;
    if (length <= 4 * kShown) {
      out += json.substr(at, end - at);
    } else {
      absl::StrAppend(&out, json.substr(at, kShown), "... (", length, " characters)\"");
    }
    at = end;
  }
  return out;
}

void PrintDryEvent(const Invocation& call, const Event& event, const std::string& stream) {
  const absl::StatusOr<EventHeader> header = DecodeHeader(event.header);
  if (!header.ok()) return;
  const std::string digest = ledger::EventDigest(event.header).ToHex();
  const std::string place = header->id.has_value() ? absl::StrCat("id ", header->id->ToHex())
                                                   : absl::StrCat("position ", header->position);
  const std::string body = BodyToJson(header->kind, event.body);
  call.console.Line(absl::StrCat("would record  ", stream, "  ", KindText(header->kind), "  ",
                                 place, "\n  digest ", digest, "\n  body   ", ForPeople(body)));
  JsonWriter json;
  json.BeginObject().Field("format", "tally.dry-run/1").Field("stream", stream);
  json.Field("kind", KindText(header->kind)).Field("digest", digest);
  if (header->id.has_value()) {
    json.Field("id", header->id->ToHex());
  } else {
    json.NumberField("position", header->position);
  }
  json.Key("body").Raw(body).EndObject();
  call.console.Json(json);
}

// Prints what would be recorded; the answer is no when something would be refused.
absl::StatusOr<Submitted> DryRun(const Invocation& call, AppendSession& session,
                                 const std::vector<ledger::SignedBatch>& batches) {
  Submitted submitted;
  std::vector<StreamId> asked;
  for (const ledger::SignedBatch& batch : batches) {
    TALLY_ASSIGN_OR_RETURN(const StreamId stream, ledger::StreamOf(batch));
    TALLY_ASSIGN_OR_RETURN(const EventHeader first, DecodeHeader(batch.events.front().header));
    const std::string name = StreamTextOf(session.ledger(), first);
    for (const Event& event : batch.events) PrintDryEvent(call, event, name);
    // A later batch of a feed continues one that was not recorded, so only its form can be asked.
    const bool follows =
        !first.id.has_value() && std::find(asked.begin(), asked.end(), stream) != asked.end();
    asked.push_back(stream);
    const absl::Status verdict =
        follows ? ledger::CheckBatchForm(batch).status() : session.writer().DryRun(batch).status();
    if (verdict.ok()) continue;
    TALLY_ASSIGN_OR_RETURN(const BatchName refused, NameOf(session.ledger(), batch));
    const absl::Status fault = NotTaken(call, session.ledger(), refused, verdict);
    call.console.Line(absl::StrCat("would be refused  ", FaultLine(fault)), Style::kBad);
    return fault;
  }
  call.console.Note("nothing was recorded");
  return submitted;
}

// Of several batches each is taken or not by itself.
struct Refusals {
  absl::Status first;
  size_t count = 0;

  absl::Status Told(size_t recorded, size_t batches) const {
    if (recorded == 0) return first;
    const Fault fault = FaultOf(first);
    return RefuseAt(fault.position, fault.code,
                    absl::StrCat(fault.message, "; of ", batches, " batches ", recorded,
                                 " are recorded all the same, and have their receipts"),
                    fault.hint);
  }
};

}  // namespace

absl::StatusOr<Submitted> Submit(const Invocation& call, AppendSession& session,
                                 std::vector<ledger::SignedBatch> batches) {
  if (session.dry_run()) return DryRun(call, session, batches);
  Submitted submitted;
  std::vector<BatchName> names;
  for (const ledger::SignedBatch& batch : batches) {
    TALLY_ASSIGN_OR_RETURN(BatchName name, NameOf(session.ledger(), batch));
    names.push_back(std::move(name));
  }
  Refusals refusals;
  Progress progress(call.world, call.console, "append", batches.size());
  for (size_t first = 0; first < batches.size(); first += kBatchesPerCommit) {
    if (call.world.interrupted && call.world.interrupted()) {
      return Refuse("interrupted",
                    absl::StrCat("stopped after ", first, " of ", batches.size(), " batches"),
                    "run the same command again to go on: nothing is recorded twice");
    }
    const size_t limit = std::min(first + kBatchesPerCommit, batches.size());
    std::vector<ledger::SignedBatch> group(std::make_move_iterator(batches.begin() + first),
                                           std::make_move_iterator(batches.begin() + limit));
    const auto outcomes = session.writer().Append(std::move(group));
    const size_t taken = submitted.receipts.size();
    for (size_t i = 0; i < outcomes.size(); ++i) {
      if (outcomes[i].ok()) {
        submitted.receipts.push_back(*outcomes[i]);
        PrintReceipt(call, names[first + i], *outcomes[i]);
      } else if (refusals.count++ == 0) {
        refusals.first = NotTaken(call, session.ledger(), names[first + i], outcomes[i].status());
      }
    }
    progress.Advance(limit);
    if (submitted.receipts.size() == taken) break;  // so it would go on
  }
  if (refusals.count > 0) return refusals.Told(submitted.receipts.size(), batches.size());
  const size_t known = static_cast<size_t>(
      std::count_if(submitted.receipts.begin(), submitted.receipts.end(),
                    [](const ledger::AppendReceipt& receipt) { return receipt.already_known; }));
  if (known > 0 && known == submitted.receipts.size()) {
    call.console.Note("everything was recorded already; nothing was appended");
  }
  return submitted;
}

}  // namespace tally::tools
