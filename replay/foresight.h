// What a replay would say of an act that nobody has recorded yet, so that its author can be told
// before he signs. The act is judged as if the next record held it.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/replay.h"
#include "schema/event.h"

namespace tally::replay {

struct ForeseenAct {
  BodyKind kind = BodyKind::kUnset;
  Bytes body;
  StreamId author;
  Hash answers;               // zeros: none
  std::optional<Instant> at;  // when it is claimed to have happened
};

// The findings about the act itself; an "error" among them means that it would have no effect.
// Fails as Replay does: FailedPrecondition when no terms are in force, so that nothing is judged.
absl::StatusOr<std::vector<Finding>> Foresee(const ledger::Ledger& ledger,
                                             absl::string_view agreement, const ForeseenAct& act,
                                             Instant now);

}  // namespace tally::replay
