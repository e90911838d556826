// Events are finished in one order: body, then salt (which covers the body and the event's place),
// then commitment, then header, then digest, which the author's next event names.
#include "tools/author.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/body_sense.h"
#include "schema/status.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

size_t BytesOf(const Event& event) {
  return event.header.size() + event.body.size() + event.salt.size();
}

absl::Status CheckBodySize(size_t bytes) {
  if (bytes <= kBodyBytesMax) return absl::OkStatus();
  return Refuse("bad-input",
                absl::StrCat("the body has ", bytes, " bytes, the limit is ", kBodyBytesMax),
                "split it, or name a document by its digest");
}

// Before it is signed: the ledger would refuse it as well, but the author can still mend it.
absl::Status CheckSaid(BodyKind kind, const Bytes& body) {
  TALLY_RETURN_IF_ERROR(CheckBodySize(body.size()));
  const absl::Status sense = CheckBodySense(kind, body);
  if (sense.ok()) return sense;
  return Refuse("bad-input", std::string(sense.message()),
                "nothing was signed; mend the body (docs/EVENTS.md lists the fields of each kind)");
}

// Everything that an act and an opening share.
absl::StatusOr<ledger::SignedBatch> SignOne(const LedgerId& ledger, const StreamId& stream,
                                            const std::optional<Seen>& seen, const ActDraft& draft,
                                            const AuthorKey& key) {
  TALLY_RETURN_IF_ERROR(CheckSaid(draft.kind, draft.body));
  ledger::SaltSource salts(key.salt_secret);
  EventHeader header;
  header.kind = draft.kind;
  header.actor = draft.actor;
  header.observed_from = header.observed_until = draft.at.value_or(Instant{});
  header.reported_at = draft.reported_at;
  header.stream = stream;
  header.id = draft.id.has_value()
                  ? *draft.id
                  : salts.DefaultActId(stream, draft.kind, draft.answers, draft.body);
  header.author = draft.author;
  header.seen = seen;
  header.answers = draft.answers;
  Event event;
  event.salt = salts.ForAct(stream, *header.id, draft.body);
  header.body = ledger::BodyCommitment(event.salt, draft.body);
  event.header = EncodeHeader(header);
  event.body = draft.body;
  return ledger::SignBatch(ledger, {std::move(event)}, *key.key);
}

}  // namespace

EvidenceDraft WatermarkAt(Instant through, Instant reported_at) {
  EvidenceDraft draft;
  draft.kind = BodyKind::kWatermark;
  draft.body = Encode(Watermark{through});
  draft.from = draft.until = through;
  draft.reported_at = reported_at;
  return draft;
}

FeedAuthor::FeedAuthor(FeedEnd end, const AuthorKey& key)
    : end_(std::move(end)), key_(key), salts_(key.salt_secret) {}

absl::StatusOr<uint32_t> FeedAuthor::SourceNumber(absl::string_view name, Instant reported_at) {
  const SourceRegistered* known = end_.FindSource(name);
  if (known != nullptr) return known->source;
  return RegisterSource(name, "", 0, reported_at);
}

absl::StatusOr<uint32_t> FeedAuthor::RegisterSource(absl::string_view name, absl::string_view unit,
                                                    uint8_t scale, Instant reported_at) {
  const SourceRegistered* known = end_.FindSource(name);
  if (known != nullptr) {
    if (known->unit == unit && known->scale == scale) return known->source;
    return Refuse(
        "already-exists",
        absl::StrCat("source \"", name, "\" of feed \"", end_.name, "\" is registered with unit \"",
                     known->unit, "\" and scale ", static_cast<int>(known->scale)),
        "a source keeps its unit: register another name");
  }
  SourceRegistered source;
  source.source = 1;
  for (const SourceRegistered& other : end_.sources) {
    source.source = std::max(source.source, other.source + 1);
  }
  source.name = std::string(name);
  source.unit = std::string(unit);
  source.scale = scale;
  EvidenceDraft draft;
  draft.kind = BodyKind::kSourceRegistered;
  draft.body = Encode(source);
  draft.from = draft.until = draft.reported_at = reported_at;
  TALLY_RETURN_IF_ERROR(Add(draft));
  return source.source;
}

absl::Status FeedAuthor::Learn(const SourceRegistered& source) {
  const SourceRegistered* same_name = end_.FindSource(absl::string_view(source.name));
  const SourceRegistered* known = same_name != nullptr ? same_name : end_.FindSource(source.source);
  if (known == nullptr) {
    end_.sources.push_back(source);
    return absl::OkStatus();
  }
  return Refuse(
      "already-exists",
      absl::StrCat("feed \"", end_.name, "\" has source ", known->source, " \"", known->name,
                   "\" with unit \"", known->unit, "\" and scale ", static_cast<int>(known->scale)),
      same_name != nullptr ? "leave the registration out, or register another name"
                           : "register it under another number");
}

absl::Status FeedAuthor::Add(const EvidenceDraft& draft) {
  TALLY_RETURN_IF_ERROR(CheckSaid(draft.kind, draft.body));
  if (draft.kind == BodyKind::kSourceRegistered) {
    TALLY_ASSIGN_OR_RETURN(const SourceRegistered source, DecodeSourceRegistered(draft.body));
    TALLY_RETURN_IF_ERROR(Learn(source));
  }
  const bool is_watermark = draft.kind == BodyKind::kWatermark;
  EventHeader header;
  header.kind = draft.kind;
  header.actor = draft.actor;
  header.source = draft.source;
  header.position =
      is_watermark ? end_.last_position : draft.position.value_or(end_.last_position + 1);
  header.observed_from = draft.from;
  header.observed_until = draft.until;
  header.reported_at = draft.reported_at;
  if (draft.source != 0) {
    const auto last = end_.last_positions.find(draft.source);
    if (last != end_.last_positions.end()) header.previous_of_source = last->second;
  }
  const uint64_t position = header.position;
  TALLY_RETURN_IF_ERROR(Link(std::move(header), draft.body, is_watermark ? 0 : 1));
  if (draft.source != 0) end_.last_positions[draft.source] = position;
  if (is_watermark) end_.watermark = draft.from;
  return absl::OkStatus();
}

absl::Status FeedAuthor::AddRun(Run run, ActorKind actor, Instant reported_at,
                                std::optional<uint64_t> position) {
  EventHeader header;
  header.kind = BodyKind::kMeasurementRun;
  header.actor = actor;
  header.position = position.value_or(end_.last_position + 1);
  header.reported_at = reported_at;
  header.run_rows = run.rows();
  header.run_sources = static_cast<uint32_t>(run.sources.size());
  for (RunSource& source : run.sources) {
    const auto last = end_.last_positions.find(source.source);
    source.previous_position = last == end_.last_positions.end() ? 0 : last->second;
  }
  Bytes body = Encode(run);
  TALLY_RETURN_IF_ERROR(CheckBodySize(body.size()));
  TALLY_ASSIGN_OR_RETURN(const RunView view, RunView::Open(body));
  header.observed_from = Instant::Max();
  header.observed_until = Instant::Min();
  for (uint32_t i = 0; i < run.sources.size(); ++i) {
    for (uint32_t row = 0; row < run.sources[i].rows; ++row) {
      header.observed_from = std::min(header.observed_from, view.FromOf(i, row));
      header.observed_until = std::max(header.observed_until, view.UntilOf(i, row));
    }
  }
  const Salt salt = salts_.ForPosition(end_.stream, header.position, body);
  TALLY_ASSIGN_OR_RETURN(header.run_root, ledger::RunRoot(salt, view));
  const uint64_t first = header.position;
  const uint32_t rows = run.rows();
  TALLY_RETURN_IF_ERROR(Link(std::move(header), body, rows));
  for (uint32_t i = 0; i < run.sources.size(); ++i) {
    if (run.sources[i].rows == 0) continue;
    // Rows take positions in table order, so a source's last row stands before the next source.
    end_.last_positions[run.sources[i].source] = first + view.FirstRow(i) + run.sources[i].rows - 1;
  }
  return absl::OkStatus();
}

absl::Status FeedAuthor::Link(EventHeader header, Bytes body, uint64_t occupied) {
  const uint64_t position = header.position;
  if (occupied > 0) {
    if (position <= end_.last_position) {
      return Refuse("order",
                    absl::StrCat("position ", position, " of feed \"", end_.name,
                                 "\" does not rise above ", end_.last_position),
                    "positions rise; late evidence takes a new one");
    }
    if (position - end_.last_position > kPositionStepMax || position + occupied > kPositionMax) {
      return Refuse(
          "bad-input",
          absl::StrCat("position ", position, " is too far ahead of ", end_.last_position),
          "a step is at most 2^40");
    }
  }
  header.stream = end_.stream;
  header.previous = end_.newest;
  Event event;
  event.salt = salts_.ForPosition(end_.stream, position, body);
  header.body = ledger::BodyCommitment(event.salt, body);
  event.header = EncodeHeader(header);
  event.body = std::move(body);
  end_.newest = ledger::EventDigest(event.header);
  if (occupied > 0) end_.last_position = position + occupied - 1;
  pending_.push_back(std::move(event));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ledger::SignedBatch>> FeedAuthor::Sign(size_t events_per_batch) {
  TALLY_CHECK(events_per_batch >= 1 && events_per_batch <= ledger::kBatchEventsMax);
  // A margin below the limit leaves room for the lengths that the batch adds to each event.
  constexpr size_t kBytesTarget = ledger::kBatchBytesMax - 64 * 1024;
  std::vector<ledger::SignedBatch> batches;
  std::vector<Event> events;
  size_t bytes = 0;
  const auto sign = [&]() -> absl::Status {
    TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch,
                           ledger::SignBatch(end_.ledger, std::move(events), *key_.key));
    batches.push_back(std::move(batch));
    events.clear();
    bytes = 0;
    return absl::OkStatus();
  };
  for (Event& event : pending_) {
    const size_t size = BytesOf(event) + 16;
    if (!events.empty() && (events.size() == events_per_batch || bytes + size > kBytesTarget)) {
      TALLY_RETURN_IF_ERROR(sign());
    }
    bytes += size;
    events.push_back(std::move(event));
  }
  if (!events.empty()) TALLY_RETURN_IF_ERROR(sign());
  pending_.clear();
  return batches;
}

absl::StatusOr<ledger::SignedBatch> SignAct(const ActEnd& end, const ActDraft& draft,
                                            const AuthorKey& key) {
  return SignOne(end.ledger, end.stream, end.seen, draft, key);
}

absl::StatusOr<ledger::SignedBatch> SignOpening(const LedgerId& ledger, const ActDraft& draft,
                                                const AuthorKey& key) {
  return SignOne(ledger, Rename<StreamId>(ledger), std::nullopt, draft, key);
}

absl::StatusOr<KeyGrant> ProvenGrant(const LedgerId& ledger, const ledger::SigningKey& key,
                                     uint32_t roles, const KeyFingerprint& registrar,
                                     const Hash& party) {
  KeyGrant grant;
  grant.key = key.public_key();
  grant.roles = roles;
  TALLY_ASSIGN_OR_RETURN(
      const ledger::Signature possession,
      key.TrySign(ledger::PossessionMessage(ledger, key.fingerprint(), registrar, party)));
  grant.possession.assign(possession.begin(), possession.end());
  return grant;
}

Hash PartyNameHash(absl::string_view name) { return ledger::Sha256Of({AsBytes(name)}); }

}  // namespace tally::tools
