// What is about to happen in a ledger: windows that are open, deadlines that run, feeds that have
// gone silent. Answered by replay at the clock's instant, for the few agreements that one look can
// afford; what was left out is counted.
#pragma once

#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "replay/replay.h"
#include "schema/instant.h"

namespace tally::tools {

struct NextDeadline {
  std::string agreement;
  replay::Deadline deadline;
};
// Something that a party may want to do, though no time runs out: a target that its formula gives
// and nobody proposed, a proposal that waits for an answer.
struct OpenMatterNote {
  std::string agreement, kind, objective, message;
};
struct Outlook {
  size_t open_windows = 0;
  size_t provisional_windows = 0;
  std::vector<NextDeadline> deadlines;       // open ones, the next first
  std::vector<OpenMatterNote> open_matters;  // by agreement, in the order of replay
  size_t judged = 0;                         // agreements
  size_t left_out = 0;  // beyond what one look affords, or without terms in force
};

// An agreement that cannot be replayed is left out: `tally replay` says why.
Outlook LookAhead(const ledger::Ledger& ledger, const std::vector<ledger::StreamState>& agreements,
                  Instant now);

// "3 d 4 h", "5 h 2 min", "12 s": how long before `now` an instant was; "in the future" else.
std::string AgeText(Instant then, Instant now);
// A feed that has said nothing for so long is called silent.
bool IsSilent(Instant watermark, Instant now);

}  // namespace tally::tools
