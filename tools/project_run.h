// One run of the nightly job over all agreements: who has to be looked at, looking in parallel,
// appending in a fixed order.
//
// A run is known by (N, K): the log's size that it projects at, and its one reading of the clock.
// Both stand in all that it appends, so a run that was stopped is found again in the ledger and
// nothing else has to be kept. Agreements are done in the order of their names, and the acts of one
// stand before those of the next: that an agreement was finished in a run is shown by any later act
// of the same run. The last agreement of each run is not shown to be finished, and is looked at
// again; what it has said already is not said twice.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/project.h"
#include "tools/author.h"
#include "tools/command.h"
#include "tools/outlook.h"
#include "tools/session.h"

namespace tally::tools {

struct ProjectOptions {
  size_t jobs = 1;                   // threads that look at agreements
  bool every = false;                // look at unchanged ones as well
  std::optional<uint64_t> since;     // only what grew since the log had so many records
  std::optional<Instant> knowledge;  // go on at this instant instead of the clock's
};

// Whose deadline, right, window or failure; in the order of agreements.
struct AgreementRight {
  std::string agreement;
  replay::Right right;
};
struct AgreementStale {
  std::string agreement;
  replay::StaleWindow stale;
};
struct AgreementFailure {
  std::string agreement, message;
};

struct ProjectTotals {
  uint64_t size = 0;     // N
  Instant knowledge;     // K
  bool resumed = false;  // acts of the same run were found
  uint64_t agreements = 0;
  uint64_t looked = 0;     // replayed, so that the lists below speak of them
  uint64_t unchanged = 0;  // looked at or passed over, with nothing new
  uint64_t waiting = 0;    // without terms in force
  uint64_t windows = 0;
  uint64_t statements = 0;
  uint64_t closings = 0;
  std::vector<NextDeadline> deadlines;  // open ones
  std::vector<AgreementRight> rights;
  std::vector<AgreementStale> stale;
  std::vector<AgreementFailure> failures;
};

// Stops at the first failure of the ledger itself; an agreement that cannot be replayed is listed
// and keeps no other from being projected. What was appended before a stop is whole and stays.
// Memory: the evidence of `jobs` agreements, and what 64 of them have to say.
absl::StatusOr<ProjectTotals> RunProjection(const Invocation& call, AppendSession& session,
                                            const AuthorKey& key, const ProjectOptions& options);

}  // namespace tally::tools
