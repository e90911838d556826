// What a claim says of itself once its acts are taken.
#include "replay/dispute/claim_case.h"

#include <algorithm>

namespace tally::replay {

bool ClaimCase::HoldsWindow(const WindowCase& window) const {
  return std::find(windows.begin(), windows.end(), &window) != windows.end();
}

bool ClaimCase::IsInCurrency(const Money& sum, Instant by) const {
  return std::none_of(windows.begin(), windows.end(), [&](const WindowCase* window) {
    const std::optional<Currency> own = window->TermsBy(by).currency;
    return own.has_value() && *own != sum.currency;
  });
}

const Settlement* ClaimCase::Settled() const {
  if (!Is(ClaimState::kSettled)) return nullptr;
  for (const Settlement& settlement : claim->settlements) {
    const bool confirmed = settlement.confirmed.has_value();
    if (confirmed && life->steps.back().cause == settlement.confirmed->at) return &settlement;
  }
  return nullptr;
}

std::optional<Money> DueOf(const ClaimCase& taken) {
  std::optional<Money> sum;
  for (const WindowCase* window : taken.windows) {
    if (!window->due.has_value()) continue;
    if (!sum.has_value()) {
      sum = window->due;
    } else if (sum->currency != window->due->currency ||
               __builtin_add_overflow(sum->minor, window->due->minor, &sum->minor)) {
      return std::nullopt;
    }
  }
  return sum;
}

}  // namespace tally::replay
