// A handful of sums and settlements a window: what is open is counted anew each time.
#include "replay/dispute/lump_sums.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {

int64_t LumpSums::OpenOf(const WindowName& window, const LumpSum& lump) const {
  int64_t open = lump.amount.minor;
  for (const PaidLump& paid : paid_) {
    if (paid.window == window && paid.rule == lump.rule) open -= paid.amount.minor;
  }
  TALLY_CHECK(open >= 0);
  return open;
}

bool LumpSums::Take(const WindowCase& window, const Settlement& settlement,
                    std::vector<Finding>& findings) {
  TALLY_CHECK(settlement.confirmed.has_value());
  int64_t left = settlement.amount.minor;
  bool any = false;
  for (const LumpSum& lump : window.lumps) {
    if (lump.amount.currency != settlement.amount.currency) continue;
    const int64_t pays = std::min(left, OpenOf(window.name, lump));
    if (pays <= 0) continue;
    any = true;
    left -= pays;
    paid_.push_back({.window = window.name,
                     .rule = lump.rule,
                     .amount = {.minor = pays, .currency = lump.amount.currency},
                     .by = *settlement.confirmed});
  }
  if (any && left > 0) {
    const Money over{.minor = left, .currency = settlement.amount.currency};
    findings.push_back({.kind = "settlement-other-amount",
                        .severity = "note",
                        .objective = window.name.objective,
                        .at = settlement.confirmed->at,
                        .message = absl::StrCat("settled at ", FormatMoney(settlement.amount),
                                                ", and of the lump sums less was open; ",
                                                FormatMoney(over), " of it pay nothing")});
  }
  return any;
}

}  // namespace tally::replay
