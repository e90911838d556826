// Who said what in an agreement, and why: what pages and lists tell of an act beside its address.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"

namespace tally::tools {

struct ToldAct {
  std::string what;    // "exclusion proposed"
  std::string by;      // the party's name
  std::string reason;  // in its author's words; "" without one, or where the body is not there
  Instant recorded;
};
using ToldActs = std::map<ledger::EventAddress, ToldAct>;

// All acts of the agreement's stream. Fails as reading does.
absl::StatusOr<ToldActs> ReadToldActs(const ledger::Ledger& ledger, const std::string& agreement);

// "98/0 exclusion proposed by nimbus: power cut"; of an act that is not known its address alone.
std::string ActWords(const ToldActs& acts, const ledger::EventAddress& at);

}  // namespace tally::tools
