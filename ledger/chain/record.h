// The log's own link for one batch, and the public entry that commits to it. Layouts are frozen.
//
//   record  0:4 "TSR" 01 | 4:8 stream (index of its opening record) | 12:8 sequence in the stream |
//           20:32 previous (leaf hash of the stream's previous entry; sequence 0: ledger id;
//           genesis: zeros) | 52:32 root of the batch | 84:32 E                          = 116
//   entry   0:4 "TSE" 01 | 4:8 recorded time, ms since 1970 | 12:32 SHA-256(record)      = 44
//
// The public sees how many records there are and when they were committed: nothing by stream.
#pragma once

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/identity.h"
#include "schema/instant.h"

namespace tally::ledger {

inline constexpr size_t kRecordBytes = 116;
inline constexpr size_t kEntryBytes = 44;

struct Record {
  uint64_t stream = 0;  // log index of the stream's opening record; system: 0
  uint64_t sequence = 0;
  Hash previous;
  Hash root;
  Hash evidence;  // E
  friend bool operator==(const Record&, const Record&) = default;
};
Bytes EncodeRecord(const Record& record);
absl::StatusOr<Record> DecodeRecord(ByteView bytes);

struct Entry {
  int64_t recorded_ms = 0;
  Hash record;  // SHA-256(record bytes)
  friend bool operator==(const Entry&, const Entry&) = default;
};
Bytes EncodeEntry(const Entry& entry);
absl::StatusOr<Entry> DecodeEntry(ByteView bytes);
Entry EntryOf(ByteView record, int64_t recorded_ms);
// Leaf hash of the entry: the record's name in the log and in its stream's chain.
Hash EntryLeaf(const Entry& entry);

// Heads leaf: SHA-256(00 || "TSH" 01 || opening D || count 8 || newest leaf hash).
Hash HeadsLeaf(const Hash& opening_digest, uint64_t count, const Hash& newest_leaf);
// Root of the heads tree of a log of `size` records: leaf i is the heads leaf of the stream opened
// by record i, else SHA-256(00). `leaves` ascending by index.
struct IndexedLeaf {
  uint64_t index;
  Hash leaf;
};
Hash HeadsRoot(uint64_t size, std::span<const IndexedLeaf> leaves);

}  // namespace tally::ledger
