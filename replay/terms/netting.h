// Netting between two parties that owe each other (DOMAIN 3.17 rule 22; GC-48). Gross lines stay as
// they are posted; the net is an entry of its own, within one window, unit and settlement, and
// takes no part in caps, sequences or earn-backs.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/number.h"

namespace tally::replay {

struct Debt {
  std::string debtor, creditor;
  Money amount;  // not negative
};
// What is cancelled on both sides, and who then owes how much; one for each pair of parties and
// unit that owe each other, ascending by parties. OutOfRange beyond 64 bits.
struct Netted {
  Money cancelled;
  Debt net;  // amount zero: nobody owes
};
absl::StatusOr<std::vector<Netted>> Net(const std::vector<Debt>& debts);

}  // namespace tally::replay
