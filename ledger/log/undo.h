// What a commit overwrote, stored with it under 'U' until the outside head covers the commit. With
// it an unacknowledged tail that does not verify is taken back exactly, indexes and tiles included,
// without knowing what they mean.
//
//   0:4 "TGU" 01 | 4:8 first index | 12:8 limit index | 20:4 rows n |
//   n times: key length 4 | value length 4 (ffffffff: there was none) | key | value |
//   16: XXH3-128 of all before
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/store/store.h"
#include "schema/bytes.h"

namespace tally::ledger {

struct Undo {
  struct Row {
    Bytes key;
    std::optional<Bytes> before;  // nullopt: the commit made the key
    friend bool operator==(const Row&, const Row&) = default;
  };
  uint64_t first = 0;
  uint64_t limit = 0;  // [first, limit): the commit's records
  std::vector<Row> rows;
  friend bool operator==(const Undo&, const Undo&) = default;
};

Bytes EncodeUndo(const Undo& undo);
// DataLoss for anything but what EncodeUndo gives.
absl::StatusOr<Undo> DecodeUndo(ByteView bytes);

// What `derived` is about to overwrite in `store`.
absl::StatusOr<Undo> MakeUndo(const Store& store, uint64_t first, uint64_t count,
                              const WriteSet& derived);

// The writes that take every commit at or above `size` back, newest first in effect.
// FailedPrecondition when a commit there left no undo, or crosses `size`.
struct CutBack {
  WriteSet writes;
  uint64_t dropped_bytes = 0;  // of the spines and bodies that go
};
absl::StatusOr<CutBack> MakeCutBack(const Store& store, uint64_t size);

}  // namespace tally::ledger
