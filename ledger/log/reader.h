// A ledger over an open store: the class behind Ledger, for readers and for the writer's own view.
//
// Everything is read up to one head, whose note was checked under the log keys that the genesis
// names. The writer publishes a new head after each barrier; a reader never changes its head.
// Ends of streams and sources are hints for authors who sign on: beside a writer they may already
// tell of a commit whose barrier is under way.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "ledger/ledger.h"
#include "ledger/log/backend.h"
#include "ledger/log/cursor.h"

namespace tally::ledger {

// An event that changes keys or the course of recorded time, as a commit passes it on.
struct KeptEvent {
  uint64_t index = 0;
  StreamId stream;  // of the party; zeros: the system
  EventHeader header;
  Bytes body;
  RecordSigner by;
};
// True for the kinds that Keyring::Apply folds, and for corrections of time.
bool IsKept(BodyKind kind);
// Those of a stored log, in order.
absl::StatusOr<std::vector<KeptEvent>> ReadKeptEvents(const LogView& view);
absl::StatusOr<Keyring> ReadKeyring(const LogView& view);

class StoredLedger final : public Ledger {
 public:
  // `store` outlives the ledger. FailedPrecondition when genesis, head or keys do not verify.
  static absl::StatusOr<std::unique_ptr<StoredLedger>> Open(const Store& store,
                                                            const HeadSlot& head);
  // The same, and the ledger owns its store.
  static absl::StatusOr<std::unique_ptr<StoredLedger>> Own(ReadableLog log);

  // What a barrier made durable. Any thread.
  void Publish(const HeadSlot& head, const std::vector<KeptEvent>& events);

  const LedgerId& id() const override { return id_; }
  const std::string& origin() const override { return genesis_.origin; }
  const Genesis& genesis() const override { return genesis_; }
  Head head() const override;
  const Keyring& keyring() const override;

  absl::StatusOr<StreamState> FindStream(StreamKind kind, absl::string_view name) const override;
  absl::StatusOr<StreamState> FindStream(const StreamId& id) const override;
  absl::StatusOr<StreamState> StreamAt(uint64_t opening_index) const override;
  absl::StatusOr<std::vector<StreamState>> Streams() const override;
  absl::StatusOr<SourceEnd> EndOfSource(uint64_t feed_opening, uint32_t source) const override;
  absl::StatusOr<uint64_t> RecordOfPosition(uint64_t feed_opening,
                                            uint64_t position) const override;
  absl::StatusOr<uint64_t> RecordOfAct(uint64_t stream_opening, const StreamId& author,
                                       const ActId& id) const override;

  absl::StatusOr<std::unique_ptr<Cursor>> Read(const ReadOptions& options) const override;
  absl::StatusOr<VerifiedRecord> ReadRecord(uint64_t index) const override;
  absl::StatusOr<uint64_t> SizeAsRecorded(Instant time) const override;
  absl::StatusOr<Hash> RootAt(uint64_t size) const override;
  absl::StatusOr<std::vector<Hash>> InclusionPath(uint64_t index, uint64_t size) const override;
  absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t first,
                                                     uint64_t second) const override;
  absl::StatusOr<std::vector<Hash>> Tile(TileName tile, uint32_t width) const override;
  absl::StatusOr<Receipt> Prove(uint64_t index, std::optional<uint32_t> offset) const override;
  absl::StatusOr<uint64_t> DiskBytes() const override { return store_.DiskBytes(); }

 private:
  explicit StoredLedger(const Store& store) : store_(store) {}
  absl::Status Load(const HeadSlot& head);
  absl::Status LoadGenesis(const LogView& view);
  absl::Status CheckHeadNote(const HeadSlot& head) const;
  absl::Status LoadKeys(const LogView& view);
  const Keyring& Keys() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HeadSlot CurrentHead() const;
  LogView View() const;
  absl::Status CheckSize(uint64_t size) const;
  absl::StatusOr<uint64_t> NumberAt(const Bytes& key, absl::string_view what) const;
  absl::StatusOr<uint64_t> FirstLater(uint64_t first, uint64_t limit, Instant time) const;

  const Store& store_;
  std::unique_ptr<Store> owned_;
  LedgerId id_;
  Genesis genesis_;

  mutable absl::Mutex mutex_;
  HeadSlot head_ ABSL_GUARDED_BY(mutex_);
  Keyring newest_keys_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint64_t> corrections_ ABSL_GUARDED_BY(mutex_);  // records of `time corrected`
  // What keyring() handed out. A keyring is copied only when somebody asks after a change, and
  // kept, because references to it live as long as the ledger.
  mutable std::vector<std::unique_ptr<const Keyring>> handed_out_ ABSL_GUARDED_BY(mutex_);
  mutable bool keys_changed_ ABSL_GUARDED_BY(mutex_) = true;
};

// The root of the stored log at `size`, for judging a store at the start: the tiles' edge, and the
// records of the last segments, every hash and link of them, under it.
absl::StatusOr<Hash> RootOfStoredLog(const Store& store, uint64_t size);
// Head path and directory as the options say.
EmbeddedLogOptions BackendOptions(const LedgerOptions& options);
// The file in which a ledger names its head, if that does not lie at DIR.head.
std::string HeadPathFile(const std::string& directory);

}  // namespace tally::ledger
