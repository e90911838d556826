// A batch: what an author submits and signs, and the log records, whole or not at all.
//
// One signature covers 224 bytes: context, ledger, stream, range, links and the root over the
// events' digests. The evidence (204 bytes) is what is kept of the signature. Both layouts are
// frozen.
//
//   message   "tallystick/batch/v1" 5 NUL | ledger 32 | stream 32 | first 8 | last 8 | events 8 |
//             from 8 | until 8 | previous 32 | newest 32 | root 32                        = 224
//   evidence  version 1 | algorithm 1 | zero 2 | fingerprint 32 | signature 64 | first 8 | last 8 |
//             count 8 | from 8 | until 8 | previous 32 | newest 32                        = 204
//   possess   "tallystick/possess/v1" 3 NUL | ledger 32 | new key 32 | registrar's key 32 |
//             party's stream, or SHA-256 of its name in its opening 32                    = 152
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "ledger/crypto/ed25519.h"
#include "schema/bytes.h"
#include "schema/event.h"
#include "schema/identity.h"

namespace tally::ledger {

inline constexpr size_t kBatchEventsMax = 4096;
inline constexpr size_t kBatchBytesMax = 4 * 1024 * 1024;
inline constexpr size_t kBatchMessageBytes = 224;
inline constexpr size_t kEvidenceBytes = 204;
inline constexpr size_t kPossessionMessageBytes = 152;

// What a signature is over and by whom, as kept. Acts: first 0, last 0, count 1, from 0, until 0.
struct Evidence {
  KeyFingerprint key;
  Signature signature{};
  uint64_t first = 0;  // position of the first event
  uint64_t last = 0;   // last position occupied
  uint64_t count = 0;  // events
  Instant from;        // least observed_from
  Instant until;       // greatest observed_until
  Hash previous;       // digest before the first event; acts: zeros
  Hash newest;         // digest of the last event
  friend bool operator==(const Evidence&, const Evidence&) = default;
};
Bytes EncodeEvidence(const Evidence& evidence);
absl::StatusOr<Evidence> DecodeEvidence(ByteView bytes);
// E = SHA-256("TSV" 01 || evidence).
Hash EvidenceDigest(ByteView evidence);

// The 224 bytes under the signature.
Bytes BatchMessage(const LedgerId& ledger, const StreamId& stream, const Evidence& evidence,
                   const Hash& root);
Bytes PossessionMessage(const LedgerId& ledger, const KeyFingerprint& key,
                        const KeyFingerprint& registrar, const Hash& party);

struct SignedBatch {
  std::vector<Event> events;
  Bytes evidence;  // 204
  friend bool operator==(const SignedBatch&, const SignedBatch&) = default;
};
// The stream that the batch names (its first header's), without checking the rest.
absl::StatusOr<StreamId> StreamOf(const SignedBatch& batch);

// InvalidArgument for no events, too many, or too many bytes of headers, bodies and salts.
absl::Status CheckBatchSize(std::span<const Event> events);
// Signs events that one author makes for one stream; the events' headers already carry their links.
// InvalidArgument for no events, too many, or too many bytes. Openings: `stream` is the ledger id.
absl::StatusOr<SignedBatch> SignBatch(const LedgerId& ledger, std::vector<Event> events,
                                      const SigningKey& key);

// One source's stretch in a feed's batch. A source's chain runs through every event that carries
// its number in the header and through its rows in runs; row r of a run stands at position + r.
struct SourceLink {
  uint32_t source = 0;
  uint64_t previous = 0;  // as its first event in the batch claims; admission compares
  uint64_t last = 0;      // its last position in the batch
  friend bool operator==(const SourceLink&, const SourceLink&) = default;
};
// What checking a batch gives: everything recomputed from its bytes.
struct CheckedBatch {
  std::vector<EventHeader> headers;
  std::vector<Hash> digests;
  Hash root;
  Evidence evidence;
  std::vector<SourceLink> sources;  // ascending; feeds only
};
// The last position that an event occupies: a run has one for each row, a watermark none of its
// own.
uint64_t LastPosition(const EventHeader& header);
// True for the kinds that stand in feeds and are counted by position.
bool IsFeedKind(BodyKind kind);
// The fields of the evidence but key and signature, as these events give them.
Evidence EvidenceFields(std::span<const EventHeader> headers, std::span<const Hash> digests);
// Recomputes B, D, run roots, root and the evidence's fields from the events; checks form,
// canonical bodies, one stream, links inside the batch (positions, previous). The signature is
// checked apart. InvalidArgument names the event's number in the batch and the field.
absl::StatusOr<CheckedBatch> CheckBatchForm(const SignedBatch& batch);
// True if `verifier`'s key made the signature over this batch for this ledger and stream.
bool CheckBatchSignature(const LedgerId& ledger, const CheckedBatch& batch, const StreamId& stream,
                         const Verifier& verifier);

// A file of signed batches (.tev): "TALLYTEV" | version 4 | ledger id 32 | for each batch:
// evidence 204 | events 4 | for each event: header length 4 | body length 4 | salt 16 | header |
// body; last 32 bytes: SHA-256 of all before (against torn copies, not a proof).
Bytes EncodeBatchFile(const LedgerId& ledger, std::span<const SignedBatch> batches);
struct BatchFile {
  LedgerId ledger;
  std::vector<SignedBatch> batches;
};
absl::StatusOr<BatchFile> DecodeBatchFile(ByteView bytes);

}  // namespace tally::ledger
