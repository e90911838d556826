// What hangs on one event before its body is erased: windows whose evidence reaches over it, claims
// on these that are not over, and credits that are approved and not paid. What is under a claim or
// an open credit is not erased, whoever asks for it; the ledger below knows neither, so this is
// asked before the erasure is signed.
#pragma once

#include <optional>
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
  std::optional<Money> approved = {};  // of its credit, and not paid; absent: nothing
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
