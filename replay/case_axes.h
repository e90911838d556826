// The axes on which a case is looked at: which records are known, at which instant, and as whose
// word. A request names them in several ways; from here on there is one.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/replay.h"

namespace tally::replay {

// The axes of a request, resolved against one ledger.
struct CaseAxes {
  uint64_t size = 0;
  Instant knowledge;  // K
  Instant recorded;   // of record size - 1
  std::optional<Instant> reported;
  // The instant by which windows are open or over: the as-reported time, else K (rule 4).
  Instant status() const { return reported.value_or(knowledge); }
};
// InvalidArgument for two recorded axes or an engine that this program does not have; NotFound for
// a size beyond the head or before the first record.
absl::StatusOr<CaseAxes> ResolveAxes(const ledger::Ledger& ledger, const Axes& axes);
// `size` and `knowledge` as they are; NotFound for a size that the ledger does not have.
absl::StatusOr<CaseAxes> AxesAt(const ledger::Ledger& ledger, uint64_t size, Instant knowledge);

}  // namespace tally::replay
