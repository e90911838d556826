// Terms whose choices are each right and that together contradict themselves or can never act: two
// rules that both state one deadline, levels with a gap, a judge who is a party, an exclusion of
// all time. Which of two rules won would be decided by a name, or nothing would follow at all, and
// both would be found out in the middle of a dispute; so they are refused when terms are made.
//
// Terms that were signed before a check existed keep their meaning: a replay never asks here.
#pragma once

#include "schema/terms.h"
#include "tools/terms_report.h"

namespace tally::tools {

// Of rolling windows, how many may hold one instant. With more, one outage is judged and paid for
// in every one of them, and a replay of a day has to weigh all.
inline constexpr int64_t kRollingOverlapMax = 4'000;

// Precondition: every choice has its form (CheckChoices).
void CheckSense(const Terms& terms, TermsReport& report);

}  // namespace tally::tools
