// What an erasure by leaves left of one source of a run: rows that are known as ever, and times in
// which rows are gone.
//
// The kept rows are folded as runs of their own, so whatever reads runs reads them. Of the others
// not even the times are left. Rows of a source begin in order, so what is gone lies between its
// neighbours; where every kept row lasts as long as the first and follows the one before, and as
// much time is missing as rows are, the gone ones are taken to have done the same.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/partial_run.h"
#include "replay/projection/feed_fold.h"

namespace tally::replay {

struct RestOfSource {
  std::vector<RunPart> kept;     // in order; empty: all rows are gone
  std::vector<Interval> erased;  // in which rows began that are gone
};

// `observed` is the range of all rows of the run. `values`: whether kept rows have values; the
// leaves of a run without any spell zeros. DataLoss for rows that no run can have.
absl::StatusOr<RestOfSource> ReadRestOfSource(const ledger::PartialRun::Source& source,
                                              const Interval& observed, bool values,
                                              const Provenance& provenance);

}  // namespace tally::replay
