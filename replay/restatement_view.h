// The restatements of one agreement and what became of each, for people who list or answer them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "schema/restatement_act.h"

namespace tally::replay {

struct RestatementTold {
  ledger::EventAddress at;
  std::string id, by;
  RestatementProposed body;
  std::string state;  // as RestatementStanding
  std::string why;    // it is without effect
  std::optional<Instant> effective, answer_due;
};
// At the end of the ledger, as of `now`, but not before its last record; in log order.
absl::StatusOr<std::vector<RestatementTold>> RestatementsIn(const ledger::Ledger& ledger,
                                                            absl::string_view agreement,
                                                            Instant now);

}  // namespace tally::replay
