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

// The findings about the act itself; an "error" among them means that it would have no effect. Of a
// claim that takes effect for some of its windows, what keeps it from the others is a "warning".
// Fails as Replay does: FailedPrecondition when no terms are in force, so that nothing is judged.
absl::StatusOr<std::vector<Finding>> Foresee(const ledger::Ledger& ledger,
                                             absl::string_view agreement, const ForeseenAct& act,
                                             Instant now);

// True if the act, recorded behind the first `size` records at `now`, would change what follows
// from them: a figure, the state of a claim, a deadline, a right, a sum in the books, how a matter
// about time stands. Findings do not count. `size`: 1 to the head's; `now`: not before the last of
// these records. Fails as Foresee does.
absl::StatusOr<bool> WouldMatter(const ledger::Ledger& ledger, absl::string_view agreement,
                                 const ForeseenAct& act, uint64_t size, Instant now);

}  // namespace tally::replay
