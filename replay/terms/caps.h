// Caps (DOMAIN 3.7, 3.17 rules 18, 19): how much of the lines of one time still fits under a limit.
//
// A cap has a period (its window, a local month, a contract year, twelve local months that end with
// the month at hand), a limit for it, and what earlier lines of the period have used. What is left
// is never below zero (GC-32) and is shared by the lines of one time in proportion, by largest
// remainder, or in order (GC-33). Everything is in minor units; nothing is rounded after a cut.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/window_outcome.h"

namespace tally::replay {

// Kinds that limit what is paid: "cap" and "at risk".
bool IsCap(const Rule& rule);
// Ascending in the fixed order of the pipeline: window, month, contract year and twelve months.
int CapStage(const Rule& rule);

// The period to which an instant of the outcome belongs. `at` is the window's last instant or the
// instant of posting.
absl::StatusOr<Interval> CapPeriodOf(const Rule& rule, const WindowOutcome& outcome, Instant at);
// The instant by which a credit belongs to a period; `knowledge` stands for what is not yet posted.
Instant CapInstantOf(const Rule& rule, const WindowOutcome& outcome, Instant knowledge);
// The limit for one period, rounded down to minor units.
absl::StatusOr<Money> CapLimitOf(const Rule& rule, const WindowOutcome& outcome,
                                 const Interval& period);

// `amounts`, none negative and in all within 64 bits, cut so that their sum is at most `room`,
// which may be negative.
std::vector<int64_t> CutProRata(const std::vector<int64_t>& amounts, Wide room);
std::vector<int64_t> CutInOrder(const std::vector<int64_t>& amounts, Wide room);

// The contract year that holds `at`: years from the local day on which the term begins.
Interval ContractYearAt(const Terms& terms, const Zone& zone, Instant at);

// Which of the wordings of a rule this is; one that none of them is comes last of them.
size_t WordingOf(const Rule& rule, std::vector<const Rule*>& wordings);

}  // namespace tally::replay
