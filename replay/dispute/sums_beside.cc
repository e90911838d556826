// A handful of sums and settlements a window: what is open is counted anew each time.
#include "replay/dispute/sums_beside.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {

int64_t SumsBeside::OpenOf(const WindowName& window, const SumBeside& sum,
                           const ActStamp& by) const {
  int64_t open = sum.AmountBy(by);
  for (const PaidSum& paid : paid_) {
    if (paid.IsOf(window, sum)) open -= paid.amount.minor;
  }
  return open;
}

bool SumsBeside::Take(const WindowCase& window, const Settlement& settlement,
                      std::vector<Finding>& findings) {
  TALLY_CHECK(settlement.confirmed.has_value());
  const ActStamp& by = *settlement.confirmed;
  int64_t left = settlement.amount.minor;
  bool any = false;
  for (const bool turned : {false, true}) {
    if (any) break;
    for (const SumBeside& sum : window.sums) {
      if (sum.turned != turned || sum.currency != settlement.amount.currency) continue;
      const int64_t open = OpenOf(window.name, sum, by);
      const int64_t pays = std::min(left, open);
      if (pays <= 0) continue;
      any = true;
      left -= pays;
      paid_.push_back({.window = window.name,
                       .rule = sum.rule,
                       .turned = turned,
                       .amount = {.minor = pays, .currency = sum.currency},
                       .by = by});
    }
  }
  if (any && left > 0) {
    const Money over{.minor = left, .currency = settlement.amount.currency};
    findings.push_back({.kind = "settlement-other-amount",
                        .severity = "note",
                        .objective = window.name.objective,
                        .at = by.at,
                        .message = absl::StrCat("settled at ", FormatMoney(settlement.amount),
                                                ", and of the sums beside the credit less was "
                                                "open; ",
                                                FormatMoney(over), " of it pay nothing")});
  }
  return any;
}

}  // namespace tally::replay
