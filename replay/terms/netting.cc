#include "replay/terms/netting.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "schema/status.h"

namespace tally::replay {

absl::StatusOr<std::vector<Netted>> Net(const std::vector<Debt>& debts) {
  // By the two names in order and the unit: what the first owes the second, and the other way.
  struct Sides {
    int64_t first_owes = 0;
    int64_t second_owes = 0;
  };
  std::map<std::tuple<std::string, std::string, Currency>, Sides> pairs;
  for (const Debt& debt : debts) {
    TALLY_CHECK(debt.amount.minor >= 0);
    if (debt.debtor == debt.creditor) continue;
    auto [first, second] = std::minmax(debt.debtor, debt.creditor);
    Sides& sides = pairs[{first, second, debt.amount.currency}];
    int64_t& owed = debt.debtor == first ? sides.first_owes : sides.second_owes;
    if (__builtin_add_overflow(owed, debt.amount.minor, &owed)) {
      return absl::OutOfRangeError("netting: a sum leaves 64 bits");
    }
  }
  std::vector<Netted> netted;
  for (const auto& [key, sides] : pairs) {
    if (sides.first_owes == 0 || sides.second_owes == 0) continue;
    const auto& [first, second, unit] = key;
    int64_t cancelled = std::min(sides.first_owes, sides.second_owes);
    bool first_pays = sides.first_owes >= sides.second_owes;
    int64_t rest = std::max(sides.first_owes, sides.second_owes) - cancelled;
    netted.push_back({.cancelled = {.minor = cancelled, .currency = unit},
                      .net = {.debtor = first_pays ? first : second,
                              .creditor = first_pays ? second : first,
                              .amount = {.minor = rest, .currency = unit}}});
  }
  return netted;
}

}  // namespace tally::replay
