// The digests of FORMAT.md, one function each. All are pure; none re-encodes what it hashes.
#pragma once

#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/crypto/sha256.h"
#include "schema/bytes.h"
#include "schema/event.h"
#include "schema/identity.h"
#include "schema/run.h"

namespace tally::ledger {

// B = SHA-256(02 || salt || body).
Hash BodyCommitment(const Salt& salt, ByteView body);
// D = SHA-256(00 || header), an RFC 6962 leaf hash.
Hash EventDigest(ByteView header);
// Both of each event, hashed side by side.
struct EventHashes {
  Hash commitment;  // B
  Hash digest;      // D
};
std::vector<EventHashes> HashesOfEvents(std::span<const Event> events);
TermsHash HashOfTerms(ByteView canonical_terms);

// The salt of a body and the default id of an act, from the author's 32-byte salt secret:
// first 16 of HMAC(secret, "TSN" 01 || stream || position 8 or id 16 || body), and
// first 16 of HMAC(secret, "TSI" 01 || stream || kind 2 || answers 32 || body).
// A retry therefore makes the same bytes. Not thread-safe.
class SaltSource {
 public:
  explicit SaltSource(ByteView secret) : hmac_(secret) {}
  Salt ForPosition(const StreamId& stream, uint64_t position, ByteView body);
  Salt ForAct(const StreamId& stream, const ActId& id, ByteView body);
  ActId DefaultActId(const StreamId& stream, BodyKind kind, const Hash& answers, ByteView body);

 private:
  HmacSha256 hmac_;
};

// The run root of a run body under `salt`: leaves of up to 16 consecutive rows of one source,
// one leaf per source over them, one root (FORMAT.md "Runs"). InvalidArgument for bodies that are
// no run.
absl::StatusOr<Hash> RunRoot(const Salt& salt, const RunView& run);

// A leaf of the run's tree with its rows and its path, so one measurement is proven alone.
struct RunRowsProof {
  uint32_t source_index = 0;  // in the run's source table
  uint32_t source = 0;
  uint64_t previous_position = 0;
  uint32_t source_rows = 0;
  uint32_t source_count = 0;  // of the run
  uint32_t leaf = 0;          // of the source: its rows 16 * leaf and on
  Salt leaf_salt;
  Bytes rows;  // as hashed: first row 4 || rows x (from 8, until 8, state 4, value 8)
  std::vector<Hash> path_in_source;
  std::vector<Hash> path_in_run;
};
absl::StatusOr<RunRowsProof> ProveRunRow(const Salt& salt, const RunView& run,
                                         uint32_t source_index, uint32_t row_in_source);
// DataLoss unless the proof leads to `run_root`.
absl::Status CheckRunRow(const RunRowsProof& proof, const Hash& run_root);

}  // namespace tally::ledger
