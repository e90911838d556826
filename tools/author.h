// What an author does before a ledger sees it: bodies become events that carry links, positions,
// ids and salts, and events become signed batches.
//
//   FeedAuthor feed(end, key);                 // where the feed stands: stream_end.h
//   auto source = feed.SourceNumber("site-1"); // registers it when it is new
//   feed.Add({.kind = BodyKind::kStateReported, .body = Encode(state), .source = *source, ...});
//   feed.Add(WatermarkAt(through));
//   auto batches = feed.Sign(1000);            // at most 1,000 events under one signature
//
//   auto batch = SignAct(end, {.kind = BodyKind::kClaimFiled, .body = Encode(claim), ...}, key);
//
// Pure but for the key: the same drafts on the same end give the same bytes, so a retry is one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/digest.h"
#include "ledger/crypto/ed25519.h"
#include "schema/body.h"
#include "schema/event.h"
#include "schema/run.h"
#include "tools/stream_end.h"

namespace tally::tools {

// A signing key and the salt secret that is kept beside it.
struct AuthorKey {
  std::shared_ptr<const ledger::SigningKey> key;
  Bytes salt_secret;  // 32 bytes
};

// One piece of evidence before it has a place in its feed.
struct EvidenceDraft {
  BodyKind kind = BodyKind::kUnset;
  Bytes body;
  ActorKind actor = ActorKind::kMonitor;
  uint32_t source = 0;  // 0: of no source
  Instant from;
  Instant until;                     // == from for an instant
  Instant reported_at;               // from the author's source, never the clock
  std::optional<uint64_t> position;  // absent: the next one
};
EvidenceDraft WatermarkAt(Instant through, Instant reported_at);

// The author's end of one feed. One writer process a feed (BYTES: compare-and-swap on `previous`).
class FeedAuthor {
 public:
  FeedAuthor(FeedEnd end, const AuthorKey& key);
  FeedAuthor(const FeedAuthor&) = delete;
  FeedAuthor& operator=(const FeedAuthor&) = delete;

  // The feed's number of a source; a name that the feed does not know is registered first, with no
  // unit and scale 0.
  absl::StatusOr<uint32_t> SourceNumber(absl::string_view name, Instant reported_at);
  // AlreadyExists when the name is registered with another unit or scale.
  absl::StatusOr<uint32_t> RegisterSource(absl::string_view name, absl::string_view unit,
                                          uint8_t scale, Instant reported_at);
  // Links one event to the chain. InvalidArgument for a position that does not rise, a step over
  // 2^40, or a body over the limit; AlreadyExists for a registration of a known name or number.
  // What a registration says of its source holds for all that follows.
  absl::Status Add(const EvidenceDraft& draft);
  // The same for a run; `previous_position` of its sources is filled in.
  absl::Status AddRun(Run run, ActorKind actor, Instant reported_at,
                      std::optional<uint64_t> position = std::nullopt);

  // Signs what was added since the last call, at most `events_per_batch` (1 to 4,096) and 4 MiB
  // under one signature.
  absl::StatusOr<std::vector<ledger::SignedBatch>> Sign(size_t events_per_batch);
  // Where the feed stands once everything added is recorded.
  const FeedEnd& end() const { return end_; }
  size_t pending() const { return pending_.size(); }

 private:
  absl::Status Link(EventHeader header, Bytes body, uint64_t occupied);
  absl::Status Learn(const SourceRegistered& source);

  FeedEnd end_;
  const AuthorKey key_;
  ledger::SaltSource salts_;
  std::vector<Event> pending_;
};

// One act before it is linked and signed.
struct ActDraft {
  BodyKind kind = BodyKind::kUnset;
  Bytes body;
  ActorKind actor = ActorKind::kHuman;
  StreamId author;            // the party; zeros: a key of the system stream
  Hash answers;               // digest of the act that it answers; zeros: none
  std::optional<ActId> id;    // absent: derived from the content, so that a retry is one
  std::optional<Instant> at;  // --at: when it is claimed to have happened; absent: no claim
  Instant reported_at;        // the author's clock
};

// An act at the end of its stream.
absl::StatusOr<ledger::SignedBatch> SignAct(const ActEnd& end, const ActDraft& draft,
                                            const AuthorKey& key);
// An opening (party, feed, agreement): signed over the ledger id, alone in its batch.
absl::StatusOr<ledger::SignedBatch> SignOpening(const LedgerId& ledger, const ActDraft& draft,
                                                const AuthorKey& key);

// A grant of `roles` to `key`, with its proof that the holder asked for it: signed by `key` over
// the ledger, the registrar's key and the party (its stream id; in its opening SHA-256 of its
// name).
absl::StatusOr<KeyGrant> ProvenGrant(const LedgerId& ledger, const ledger::SigningKey& key,
                                     uint32_t roles, const KeyFingerprint& registrar,
                                     const Hash& party);
Hash PartyNameHash(absl::string_view name);

}  // namespace tally::tools
