// What the same words mean when a party says them again: the act that is recorded already, so that
// a command that was cut short is simply run again; or another step, because that act is done with.
//
//   nothing would follow from it              the same act
//   something would, and not directly after   another step: things changed in between
//   something would, directly after as well   the same act while nothing else was said and the hour
//   (escalation from level to level)          is not over; then nobody can tell, and the author has
//                                             to say it by --id
#pragma once

#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "tools/author.h"
#include "tools/command.h"

namespace tally::tools {

// The digest of the recorded act of that author and id, if it is done with, so that the same words
// are another step now; nullopt: the replay decides, or there is none.
using LikeDone = std::function<std::optional<Hash>(const StreamId& author, const ActId& id)>;

struct Repetition {
  ActId id;               // of the act as it is to be recorded
  bool recorded = false;  // it is already
  bool unclear = false;  // and said once more it would be another step: nobody knows which is meant
};
// Says what it found. Fault already-exists for what is recorded with another --at.
absl::StatusOr<Repetition> RepetitionOf(const Invocation& call, const ledger::Ledger& ledger,
                                        const ledger::StreamState& agreement, const ActDraft& draft,
                                        const AuthorKey& key, const LikeDone& done);

}  // namespace tally::tools
