// What erasure writes over the bodies of a segment: the same value without some bodies and their
// salts. Of a run there stays what links its sources and binds them to the run root, and the leaves
// that are not named, each with its own salt (partial_run.h); of every other event nothing.
#pragma once

#include <map>

#include "absl/status/statusor.h"
#include "ledger/log/erased_rows.h"
#include "ledger/log/segment_reader.h"

namespace tally::ledger {

// `events` count over the whole segment; what was erased before stays so. DataLoss for a run that
// cannot be read and for rows of no run, InvalidArgument for an event that is not in the segment.
absl::StatusOr<Bytes> BodiesWithout(const StoredSegment& segment,
                                    const std::map<uint32_t, ErasedRows>& events);

}  // namespace tally::ledger
