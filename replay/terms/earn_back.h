// Earn-backs (DOMAIN 3.8, 3.17 rule 23; GC-43): part of a credit is held while later windows of the
// same objective may win it back for the obligor.
//
// Each credit has its own look-ahead, which begins with the window after its own. A window that
// satisfies the condition adds to the run, one that fails it ends the run, and the next that
// satisfies it begins a new one; one without a result breaks the run, is skipped or counts, as the
// terms say; a carried result does neither. When the run is long enough the held part is earned
// back; when the look-ahead has ended before, it is final. Whether a failure is eligible, the share
// and the length come from the terms under which the credit accrued; met or exceeded from the terms
// of each later window. The held part is rounded once, like the credit itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/window_outcome.h"

namespace tally::replay {

enum class HeldState { kHeld, kEarnedBack, kFinal };
struct HeldCredit {
  size_t outcome = 0;  // whose credit it is
  const Rule* rule = nullptr;
  std::string objective;
  int64_t minor = 0;  // the part that can be earned back
  int64_t run = 0;    // windows in a row so far
  int64_t seen = 0;   // windows since
  HeldState state = HeldState::kHeld;
  std::optional<size_t> decided_by;  // the outcome that ended it
};

// The held part of a credit of `granted` minor units; none if no rule is about it, the failure is
// not eligible, or nothing is left to hold.
absl::StatusOr<std::optional<HeldCredit>> Hold(const WindowOutcome& outcome, size_t index,
                                               int64_t granted);
// What one later window of the same objective does to a held credit.
void Advance(HeldCredit& held, const WindowOutcome& later, size_t index);
// What is still held when the objective, or the agreement, has ended.
enum class Ending { kObjective, kTermination };
void End(HeldCredit& held, Ending ending);

}  // namespace tally::replay
