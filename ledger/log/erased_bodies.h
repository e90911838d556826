// What erasure writes over the bodies of a segment: the same value without some bodies and their
// salts. Of a run there stays what links its sources and binds them to the run root, without any
// row (partial_run.h); of every other event nothing.
#pragma once

#include <set>

#include "absl/status/statusor.h"
#include "ledger/log/segment_reader.h"

namespace tally::ledger {

// `events` count over the whole segment; those erased before stay so. DataLoss for a run that
// cannot be read, InvalidArgument for an event that is not in the segment.
absl::StatusOr<Bytes> BodiesWithout(const StoredSegment& segment, const std::set<uint32_t>& events);

}  // namespace tally::ledger
