// The door of the ledger floor: what was recorded, and the proof of it.
//
//   auto ledger = Ledger::Open({.directory = "acme.ledger"});          // read-only, changes no
//   file auto cursor = (*ledger)->Read({});                                 // verified records
//   only while (true) { auto record = (*cursor)->Next(); ... }
//
//   auto writer = Ledger::OpenForAppending(options, environment);      // one writer a ledger
//   auto receipts = (*writer)->Append({batch});                        // durable when it returns
//   OK
//
// An acknowledgement means: the batch, its indexes, the tree and the new head are on stable
// storage, the stored bytes were read back and compared, and the head outside the database is
// advanced and synced. Nothing below this door interprets terms.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/chain/record.h"
#include "ledger/log/keyring.h"
#include "ledger/log/verified.h"
#include "ledger/store/store.h"
#include "schema/environment.h"
#include "schema/event.h"

namespace tally::ledger {

struct LedgerOptions {
  std::string directory = {};  // DIR; the database lies in DIR/store
  std::string head_path = {};  // "" : as recorded in the configuration, else DIR.head
  bool check_files = false;    // full check of every file at open whatever the size
  Failpoint failpoint = {};    // tests
};

// What `init` decides, once.
struct CreateOptions {
  LedgerOptions ledger;
  std::string origin;
  const SigningKey* log_key = nullptr;  // outlives the call
  std::vector<KeyGrant> service_keys;   // operator and projector
  std::vector<KeyGrant> recovery_keys;
  const SigningKey* genesis_signer = nullptr;  // one of the service keys
};

// The signed end of the log.
struct Head {
  uint64_t size = 0;
  Hash root;
  Instant recorded;  // of the last record
  std::string note;  // the signed checkpoint
};

// A stream as the ledger knows it.
struct StreamState {
  uint64_t opening_index = 0;  // 0: the system stream
  StreamId id;
  StreamKind kind = StreamKind::kUnset;
  std::string name;  // of its opening; "system"
  StreamId author;   // feeds: the party that writes it
  Hash opening_digest;
  uint64_t records = 0;
  Hash newest_leaf;            // of its newest record
  Hash newest_digest;          // of its newest event
  uint64_t last_position = 0;  // feeds
};

// What an append gives for each batch, in order.
struct AppendReceipt {
  uint64_t index = 0;          // of the record
  bool already_known = false;  // an exact retry: nothing was appended
  Instant recorded;
  uint64_t checkpoint_size = 0;  // of the first checkpoint that covers it
};

// Range and stream of a read. Defaults read everything.
struct ReadOptions {
  uint64_t first = 0;
  std::optional<uint64_t> limit = {};   // log size as known; default: the head's
  std::optional<uint64_t> stream = {};  // opening index: records of one stream only
  bool checked_beforehand = false;      // only after an Audit of this open ledger that covered the
                                        // range: hashes are not recomputed
};

// Yields verified records in log order. One thread at a time; any number of cursors.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // nullopt at the end; DataLoss naming the index at the first record that does not verify.
  virtual absl::StatusOr<std::optional<VerifiedRecord>> Next() = 0;
};

class Ledger {
 public:
  // Read-only: takes no lock and changes no file. FailedPrecondition with the reason when the store
  // is damaged, rolled back, forked, or of a newer format (exit 3).
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(const LedgerOptions& options);
  virtual ~Ledger() = default;

  virtual const LedgerId& id() const = 0;
  virtual const std::string& origin() const = 0;
  virtual const Genesis& genesis() const = 0;
  virtual Head head() const = 0;
  virtual const Keyring& keyring() const = 0;

  virtual absl::StatusOr<StreamState> FindStream(StreamKind kind, absl::string_view name) const = 0;
  virtual absl::StatusOr<StreamState> FindStream(const StreamId& id) const = 0;
  virtual absl::StatusOr<StreamState> StreamAt(uint64_t opening_index) const = 0;
  virtual absl::StatusOr<std::vector<StreamState>> Streams() const = 0;
  // Last position and last observed_from of one source of a feed; zeros when it has none.
  struct SourceEnd {
    uint64_t last_position = 0;
  };
  virtual absl::StatusOr<SourceEnd> EndOfSource(uint64_t feed_opening, uint32_t source) const = 0;
  // The record that holds a feed's position; NotFound.
  virtual absl::StatusOr<uint64_t> RecordOfPosition(uint64_t feed_opening,
                                                    uint64_t position) const = 0;
  // The record of an act by (stream, author, id); NotFound.
  virtual absl::StatusOr<uint64_t> RecordOfAct(uint64_t stream_opening, const StreamId& author,
                                               const ActId& id) const = 0;

  virtual absl::StatusOr<std::unique_ptr<Cursor>> Read(const ReadOptions& options) const = 0;
  virtual absl::StatusOr<VerifiedRecord> ReadRecord(uint64_t index) const = 0;
  // Greatest size such that every record below it was recorded at or before `time`.
  virtual absl::StatusOr<uint64_t> SizeAsRecorded(Instant time) const = 0;
  virtual absl::StatusOr<Hash> RootAt(uint64_t size) const = 0;
  virtual absl::StatusOr<std::vector<Hash>> InclusionPath(uint64_t index, uint64_t size) const = 0;
  virtual absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t first,
                                                             uint64_t second) const = 0;
  virtual absl::StatusOr<std::vector<Hash>> Tile(TileName tile, uint32_t width) const = 0;
  virtual absl::StatusOr<Receipt> Prove(uint64_t index, std::optional<uint32_t> offset) const = 0;
  virtual absl::StatusOr<uint64_t> DiskBytes() const = 0;
};

// What the writer needs from outside. All pointers outlive the ledger.
struct WriterEnvironment {
  Clock* clock = nullptr;
  Randomness* randomness = nullptr;
  const SigningKey* log_key = nullptr;      // signs checkpoints
  // During a rotation of the log key: the key that follows. From its first size on it signs.
  const SigningKey* next_log_key = nullptr;
  const SigningKey* service_key = nullptr;  // signs recovered and heads events; may be null
};

class LedgerWriter {
 public:
  // FailedPrecondition if DIR holds anything. Writes genesis as record 0.
  static absl::StatusOr<std::unique_ptr<LedgerWriter>> Create(const CreateOptions& options,
                                                              const WriterEnvironment& environment);
  // Unavailable("busy") when another process holds the lock (exit 6); FailedPrecondition as Open.
  // Runs the start sequence of RELIABILITY 4.5 and may append a `recovered` event.
  static absl::StatusOr<std::unique_ptr<LedgerWriter>> Open(const LedgerOptions& options,
                                                            const WriterEnvironment& environment);
  virtual ~LedgerWriter() = default;

  // Reads see what was acknowledged.
  virtual const Ledger& ledger() const = 0;
  // Admits, links and commits `batches` (several share one sync). Each outcome stands alone:
  //   OK                 durable (or already known)
  //   InvalidArgument    form; PermissionDenied: key or role; Aborted: order (previous, seen,
  //   mixture AlreadyExists      id or position taken by other content; NotFound: stream
  //   Unavailable        outcome unknown: ask again with the same position or id
  // Safe from several threads; concurrent calls are committed together.
  virtual std::vector<absl::StatusOr<AppendReceipt>> Append(std::vector<SignedBatch> batches) = 0;
  // The same checks without writing.
  virtual absl::StatusOr<AppendReceipt> DryRun(const SignedBatch& batch) = 0;
  // Takes every body that a recorded erasure names out of the store, whose files hold no byte of it
  // afterwards. Opening does the same for what an earlier run left to do. FailedPrecondition when
  // files that were set aside may hold one; Unavailable: the next start goes on with it.
  virtual absl::Status CarryOutErasures() = 0;
  // Marks a clean close; further appends are refused.
  virtual absl::Status Close() = 0;
};

// One thing that an audit found wrong. Findings are ordered; the first names the first bad record.
struct AuditFinding {
  std::string kind;  // "record-hash", "batch-signature", "tree-root", "stream-index", ...
  std::optional<uint64_t> index;
  std::string stream;
  std::string expected;
  std::string found;
};
struct AuditCovered {
  uint64_t records = 0, events = 0, bodies = 0, erased = 0, withheld = 0, signatures = 0,
           streams = 0;
};
struct AuditReport {
  bool verified = false;
  LedgerId ledger_id;
  std::string origin;
  uint64_t size = 0;
  Hash root;
  AuditCovered covered;
  std::vector<AuditFinding> findings;  // at most 1,000
  std::vector<std::string> notes;
};
struct AuditOptions {
  LedgerOptions ledger;
  int threads = 1;
};
// Recomputes everything: every body, header, record, link, index, tile, signature, key verdict,
// order rule and root. Always gives a verdict: a store that cannot be read is a finding
// ("store-unreadable", with the file).
AuditReport Audit(const AuditOptions& options);

}  // namespace tally::ledger
