// What rules over windows put into the books beside the credits of single windows: parts of a
// credit that are held and earned back, what a cap carried into a window that was met, and sums
// (rule_sums.h); each with what became of it, and with what was paid of it.
#pragma once

#include <vector>

#include "replay/crediting.h"
#include "replay/dispute/journal.h"
#include "replay/dispute/standing.h"

namespace tally::replay {

// Into the journal: what is wanted by `asked`, one posting for each step of its history. Credits of
// `windows` themselves are posted by Weigh (dispute/standing.h).
void PostRules(const CaseFile& file, const Credited& credited,
               const std::vector<EvaluatedWindow>& windows, const Asked& asked,
               const std::vector<PaidSum>& paid, Journal& journal);

// The sums that stand beside window `i` of those credited, in the order in which they are posted.
std::vector<SumBeside> SumsWith(const CaseFile& file, const Credited& credited,
                                const std::vector<EvaluatedWindow>& windows, size_t i);

// What rules made of the credit that the window owes itself: nothing while a cap carried all of it
// into the window.
std::vector<CreditSince> OwnSince(const std::vector<CreditSince>& since);

// What settlements can pay beside the credits of windows that are closed.
std::vector<OpenSum> OpenSumsOf(const std::vector<WindowCase>& cases,
                                const std::vector<PaidSum>& paid);

}  // namespace tally::replay
