// The verifying cursor: records in log order, each checked up to the head it was opened with.
//
// Beside what RecordVerifier recomputes, each record must stand where it says: its stream was
// opened by the record it names, its events name that stream's id, and `previous` is the leaf of
// the stream's preceding record. Indexes of the store only find records; membership is proven by
// the record itself. A body that is gone must be named by an erasure, which is proven like any
// other record.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "ledger/log/keyring.h"
#include "ledger/log/segment_reader.h"
#include "ledger/log/tree_reader.h"

namespace tally::ledger {

// What a cursor reads and trusts. All outlive the cursor.
struct LogView {
  const Store* store = nullptr;
  uint64_t size = 0;
  Hash root;
  const Keyring* keyring = nullptr;  // null while the keyring itself is read: no verdicts
};

class LogCursor final : public Cursor {
 public:
  static absl::StatusOr<std::unique_ptr<LogCursor>> Open(const LogView& view,
                                                         const ReadOptions& options);
  absl::StatusOr<std::optional<VerifiedRecord>> Next() override;
  // One record, wherever the cursor stands.
  absl::StatusOr<VerifiedRecord> Read(uint64_t index);

 private:
  // What the cursor knows of a stream: its opening, verified, and the last record it has passed.
  struct Stream {
    StreamId id;
    StreamKind kind = StreamKind::kUnset;
    StreamId author;
    uint64_t sequence = 0;
    Hash leaf;
  };
  LogCursor(const LogView& view, const ReadOptions& options, TreeReader tree);

  absl::StatusOr<std::optional<uint64_t>> NextIndex();
  // The record of the stream that is read alone with that sequence, if it has one.
  absl::StatusOr<std::optional<uint64_t>> IndexOf(uint64_t sequence) const;
  // The first sequence of that stream whose record lies at or after the first that is asked for.
  absl::StatusOr<uint64_t> FirstSequence() const;
  absl::StatusOr<VerifiedRecord> Verified(SegmentReader& segments, uint64_t index);
  absl::StatusOr<Stream*> StreamOf(uint64_t opening);
  absl::Status CheckPlace(const VerifiedRecord& record, const Stream& stream);
  absl::Status CheckErasures(const VerifiedRecord& record);
  absl::StatusOr<Hash> PreviousLeaf(const VerifiedRecord& record, const Stream& stream);
  static Signing SigningOf(const VerifiedRecord& record, const Stream& stream);

  const LogView view_;
  const ReadOptions options_;
  const uint64_t limit_;
  TreeReader tree_;
  SegmentReader segments_;
  SegmentReader openings_;            // apart, so that openings do not evict the current segment
  uint64_t next_;                     // log index
  std::optional<uint64_t> sequence_;  // in the stream that is read alone
  std::unordered_map<uint64_t, Stream> streams_;
};

}  // namespace tally::ledger
