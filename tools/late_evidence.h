// What is said when evidence comes after its time: the events are recorded like all others, and the
// windows that were closed before stand without them.
#pragma once

#include <map>
#include <vector>

#include "absl/status/status.h"
#include "ledger/ledger.h"
#include "tools/command.h"

namespace tally::tools {

// Of batches that are to be appended: which times their events are of, by stream.
class LateEvidence {
 public:
  explicit LateEvidence(const std::vector<ledger::SignedBatch>& batches);

  // Warns of each agreement that has closed windows beyond the time of some of the events, counted.
  // Agreements are read only where something is more than an hour old: an author who reports as he
  // observes pays nothing for it. Fails where the ledger cannot be read.
  absl::Status Tell(const Invocation& call, const ledger::Ledger& ledger) const;

 private:
  std::map<StreamId, std::vector<Instant>> observed_;  // since when, of each event
};

}  // namespace tally::tools
