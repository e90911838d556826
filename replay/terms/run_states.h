// The packed states of one source of a run, read 32 rows at a time: what lets a replay of regular
// columnar runs cost per change of state, not per row.
//
// Row r of the run stands in the two bits 2 x (r mod 4) of byte r / 4: 0 up, 1 down, 2 degraded,
// 3 unknown (schema/run.h).
#pragma once

#include <cstdint>

#include "schema/body.h"
#include "schema/bytes.h"

namespace tally::replay {

class RunStates {
 public:
  // Rows are counted from `first_row` of the run. `packed` outlives this.
  RunStates(ByteView packed, uint32_t first_row) : packed_(packed), first_row_(first_row) {}

  State At(uint32_t row) const;
  // The end of the longest stretch of rows equal to `row`, not beyond `limit`; row < limit.
  uint32_t EndOfEqual(uint32_t row, uint32_t limit) const;

 private:
  // The states of 32 rows from `row` on, the first in the lowest bits; zeros past the end.
  uint64_t WordAt(uint32_t row) const;

  ByteView packed_;
  uint32_t first_row_;
};

}  // namespace tally::replay
