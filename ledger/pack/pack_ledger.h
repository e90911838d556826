// A pack as a ledger: what replay reads, after everything in it was recomputed.
//
//   OpenedPack pack = OpenPack(bytes);
//   if (pack.report.verified) ... replay::Replay(*pack.ledger, request)
//
// Recomputed for every record: B, D, the batch's root, E, the signature under a key whose verdict
// follows from its place, the rules of order, the link to the record before it in its stream, the
// entry and its leaf; then the root over all leaves against the checkpoint, the checkpoint's
// signature by a log key of the genesis, and the ends of the streams against the heads event that
// closes the log. What is absent is a failure, but for bodies that may be withheld.
//
// None of this says whose log it is: that the caller compares with what he trusts. Nothing here
// opens a file, and memory is bounded by the limits of packs (pack_form.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ledger/chain/partial_run.h"
#include "ledger/chain/partial_tree.h"
#include "ledger/ledger.h"
#include "ledger/pack/memory_rows.h"
#include "ledger/pack/pack_form.h"
#include "ledger/pack/pack_selection.h"

namespace tally::ledger {

// What verifying a pack gives, and what the ledger of it is made of.
struct PackContents {
  std::shared_ptr<const Bytes> bytes;
  Pack pack;                                          // views into bytes
  std::vector<Hash> leaves;                           // of its members
  std::map<uint64_t, std::vector<uint32_t>> records;  // places of members, by stream
  std::map<uint64_t, StreamState> streams;            // by opening
  MemoryRows rows;
  Keyring keyring;
  Genesis genesis;
  PartialTree tree;
  bool complete = false;  // as OpenedPack::complete
};

class PackLedger final : public Ledger {
 public:
  explicit PackLedger(PackContents contents) : contents_(std::move(contents)) {}

  const PackScope& scope() const { return contents_.pack.scope; }
  // False where records at the end of its streams may have been left out: what is computed from it
  // is then what its maker chose to show.
  bool complete() const { return contents_.complete; }
  // The note as the pack has it, with every signature line.
  absl::string_view checkpoint() const { return contents_.pack.checkpoint; }
  // A row of a run that is shown alone, proven up to the signed root; NotFound.
  struct ShownRow {
    EventHeader header;  // of the run
    Hash digest;         // likewise
    uint64_t stream = 0;
    uint32_t source = 0;  // by its number in the feed
    PartialRun::Row row;
  };
  absl::StatusOr<ShownRow> RowShown(const PackRow& row) const;
  // What stands behind the run of such a row in its feed and is, or may be, another word on it:
  // what the pack has to show of that (RowMoment), and runs of its source that reach over its first
  // instant, of which nothing need be shown. In log order.
  struct LaterWord {
    EventAddress at;
    Instant recorded;
    EventHeader header;
    Hash digest;
    std::optional<Bytes> body = {};  // nullopt: not shown, or erased
  };
  absl::StatusOr<std::vector<LaterWord>> LaterWordsOn(const PackRow& row) const;
  // The first event that `selection` asks to be shown and whose body is withheld; nullopt: none.
  absl::StatusOr<std::optional<EventAddress>> FirstMissing(const PackSelection& selection) const;
  // True if the pack tells what the ledger was at `size`: its root and when it was last written to.
  bool Knows(uint64_t size) const;

  const LedgerId& id() const override { return contents_.pack.ledger; }
  const std::string& origin() const override { return contents_.genesis.origin; }
  const Genesis& genesis() const override { return contents_.genesis; }
  Head head() const override;
  const Keyring& keyring() const override { return contents_.keyring; }
  absl::StatusOr<StreamState> FindStream(StreamKind kind, absl::string_view name) const override;
  absl::StatusOr<StreamState> FindStream(const StreamId& id) const override;
  absl::StatusOr<StreamState> StreamAt(uint64_t opening_index) const override;
  absl::StatusOr<std::vector<StreamState>> Streams() const override;
  absl::StatusOr<SourceEnd> EndOfSource(uint64_t feed_opening, uint32_t source) const override;
  absl::StatusOr<uint64_t> RecordOfPosition(uint64_t feed_opening,
                                            uint64_t position) const override;
  absl::StatusOr<uint64_t> RecordOfAct(uint64_t stream_opening, const StreamId& author,
                                       const ActId& id) const override;
  // Records of which no event is shown are passed over.
  absl::StatusOr<std::unique_ptr<Cursor>> Read(const ReadOptions& options) const override;
  absl::StatusOr<VerifiedRecord> ReadRecord(uint64_t index) const override;
  // Among the records that are shown: every one of them below the size was recorded by `time`, and
  // none behind it was.
  absl::StatusOr<uint64_t> SizeAsRecorded(Instant time) const override;
  // NotFound but at the sizes that the pack tells of.
  absl::StatusOr<Hash> RootAt(uint64_t size) const override;
  // A pack proves its records together: Unimplemented.
  absl::StatusOr<std::vector<Hash>> InclusionPath(uint64_t index, uint64_t size) const override;
  absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t first,
                                                     uint64_t second) const override;
  absl::StatusOr<std::vector<Hash>> Tile(TileName tile, uint32_t width) const override;
  absl::StatusOr<Receipt> Prove(uint64_t index, std::optional<uint32_t> offset) const override;
  absl::StatusOr<uint64_t> DiskBytes() const override { return contents_.bytes->size(); }

 private:
  friend class PackCursor;
  const PackMember* Find(uint64_t index) const;
  // True if erasures in the pack name all that is missing of an event that is not shown.
  absl::StatusOr<bool> IsErased(const PackEvent& event, const EventAddress& address) const;
  absl::StatusOr<VerifiedRecord> Decode(const PackMember& member) const;
  // The first event that is missing of a feed.
  absl::StatusOr<std::optional<EventAddress>> FirstMissingOf(const FeedSelection& feed,
                                                             std::vector<RowMoment> rows) const;

  const PackContents contents_;
};

// `ledger` as the pack that it is; nullptr for a ledger that holds everything.
const PackLedger* AsPack(const Ledger& ledger);

struct OpenedPack {
  // As of an audit; without a pack that can be read, a finding says why.
  AuditReport report;
  bool complete = false;               // the heads event shows that the streams are whole
  std::unique_ptr<PackLedger> ledger;  // null unless report.verified
};
OpenedPack OpenPack(Bytes bytes);

}  // namespace tally::ledger
