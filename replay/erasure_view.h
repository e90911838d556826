// What hangs on one event before its body is erased: windows whose evidence reaches over it, and
// claims on these that are not over. What is under a claim is not erased, whoever asks for it; the
// ledger below knows no claims, so this is asked before the erasure is signed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/replay.h"

namespace tally::replay {

struct OpenClaim {
  std::string agreement;
  ledger::EventAddress claim;
  std::string state;
};
struct RestingWindow {
  std::string agreement;
  WindowName window;
};
struct ErasureStake {
  std::vector<OpenClaim> claims;
  std::vector<RestingWindow> windows;
};

// Of every agreement with terms in force, by a replay of it. `feed`: the name of the event's feed.
absl::StatusOr<ErasureStake> StakeInEvent(const ledger::Ledger& ledger, const std::string& feed,
                                          const ledger::EventAddress& event);

// Names, for each figure of `result` that rests on erased evidence, the last statement about it
// that was recorded before the erasure.
absl::Status NameLastStatements(const ledger::Ledger& ledger, Result& result);

}  // namespace tally::replay
