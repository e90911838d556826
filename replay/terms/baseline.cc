#include "replay/terms/baseline.h"

#include <algorithm>
#include <functional>

#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr size_t kBest = 4;

}  // namespace

absl::StatusOr<Fraction> MeanTarget(const std::vector<Fraction>& windows) {
  if (windows.empty()) return absl::InvalidArgumentError("baseline: the mean of no windows");
  Fraction sum = Fraction::Whole(0);
  for (const Fraction& window : windows) {
    TALLY_ASSIGN_OR_RETURN(sum, Fraction::Add(sum, window));
  }
  return Fraction::Divide(sum, Fraction::Whole(static_cast<int64_t>(windows.size())));
}

absl::StatusOr<Fraction> MidpointTarget(const Fraction& provisional, const Fraction& measured) {
  return MeanTarget({provisional, measured});
}

absl::StatusOr<Fraction> KthLowestTarget(std::vector<Fraction> windows, size_t k) {
  if (k == 0 || k > windows.size()) {
    return absl::InvalidArgumentError("baseline: fewer windows than the one that counts");
  }
  std::sort(windows.begin(), windows.end());
  return windows[k - 1];
}

absl::StatusOr<std::optional<Fraction>> HalfWayTarget(Compare compare, const Fraction& target,
                                                      const std::vector<Fraction>& windows) {
  TALLY_CHECK(compare != Compare::kUnset);
  std::optional<Fraction> none;
  bool better =
      !windows.empty() && std::all_of(windows.begin(), windows.end(), [&](const Fraction& window) {
        return compare == Compare::kAtLeast ? window > target : window < target;
      });
  if (!better) return none;
  TALLY_ASSIGN_OR_RETURN(Fraction mean, MeanTarget(windows));
  TALLY_ASSIGN_OR_RETURN(Fraction moved, MidpointTarget(target, mean));
  return std::optional<Fraction>(moved);
}

absl::StatusOr<std::optional<Fraction>> BestFourTarget(const Fraction& target,
                                                       std::vector<Fraction> windows) {
  std::optional<Fraction> none;
  if (windows.size() < kBest) return none;
  std::sort(windows.begin(), windows.end(), std::greater<>());
  windows.resize(kBest);
  TALLY_ASSIGN_OR_RETURN(Fraction mean, MeanTarget(windows));
  if (mean <= target) return none;
  TALLY_ASSIGN_OR_RETURN(Fraction missing, Fraction::Subtract(Fraction::Whole(1), target));
  TALLY_ASSIGN_OR_RETURN(Fraction most, Fraction::Divide(missing, Fraction::Whole(10)));
  TALLY_ASSIGN_OR_RETURN(most, Fraction::Add(target, most));
  // Nothing is missing: the target cannot rise.
  if (most <= target) return none;
  return std::optional<Fraction>(std::min(mean, most));
}

}  // namespace tally::replay
