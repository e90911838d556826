// Finds the segment that holds a record and keeps the last one, so that a read in log order opens
// each segment once. One thread; views stay valid as long as somebody holds the segment.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "ledger/log/segment.h"
#include "ledger/store/store.h"

namespace tally::ledger {

struct StoredSegment {
  SpineView spine;
  BodiesView bodies;
};

class SegmentReader {
 public:
  // `store` outlives the reader.
  explicit SegmentReader(const Store& store) : store_(store) {}
  SegmentReader(const SegmentReader&) = delete;
  SegmentReader& operator=(const SegmentReader&) = delete;

  // The segment of record `index`. DataLoss when there is none or it cannot be read.
  absl::StatusOr<std::shared_ptr<const StoredSegment>> Containing(uint64_t index);
  // The segment whose first record is `first`; NotFound.
  absl::StatusOr<std::shared_ptr<const StoredSegment>> StartingAt(uint64_t first) const;

 private:
  absl::StatusOr<std::shared_ptr<const StoredSegment>> Open(uint64_t first, Bytes spine) const;

  const Store& store_;
  std::shared_ptr<const StoredSegment> last_;
};

}  // namespace tally::ledger
