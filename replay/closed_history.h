// What stood in a closed figure's place, one after the other: every act that changed the window
// since its closing, and what its credit was then. The books are written by it: what was posted by
// an act stays posted, whatever takes that act's place later (DOMAIN 3.11).
//
// It is found backward: the newest change is asked for, then the newest of those that were known an
// instant before it, and so on. So each change is what a replay of that time gave, by the terms and
// the authorities of that time, and nothing that is said later is read into it.
#pragma once

#include <vector>

#include "replay/after_closing.h"
#include "replay/evaluation.h"

namespace tally::replay {

// What rulings said of a window by then, under the terms that governed it by then.
RuledWindow RuledBy(const CaseFile& file, const WindowName& name, Instant by);
// The window as the terms that governed it by then lay it out.
PlannedWindow PlannedBy(const CaseFile& file, PlannedWindow plan, Instant by);

// Takes the effect from restatements that silence accepted while a ruling that stood by then said
// what the window is worth, whatever took that ruling's place since.
void DropSilenceOnRuled(const CaseFile& file, const PlannedWindow& plan,
                        std::vector<RestatementStanding>& restatements);

// Sets the changes of a window whose closing and acts are heard. `evaluate` finds what its credit
// was between two of them where no text states it; nullptr: no figure is asked for. Where evidence
// counts whenever it comes, was erased, or rules over windows decide on credits, only the credit of
// now is known, and a change that states none is told with the next.
absl::Status TellHistory(const CaseFile& file, const WindowEvaluation* evaluate,
                         EvaluatedWindow& window);

// What stood in the books before each change, where `held` of the credit is not in the books of
// claims. What became of a change whose credit is not known is told with the next.
std::vector<Restated> RestatedOf(const EvaluatedWindow& window, int64_t held);

// What governed it since its closing, where other terms came to reach back to it; else nothing.
std::vector<TermsSince> GovernedSince(const CaseFile& file, const EvaluatedWindow& window);
// In what the terms of a version give the window's credit, whether one is due or not.
std::optional<Currency> CurrencyOfPlan(const PlannedWindow& plan);

// The credits that rulings beside claims gave the window, in the order of time.
absl::StatusOr<std::vector<CreditRuled>> CreditsRuledOn(const CaseFile& file,
                                                        const EvaluatedWindow& window);

}  // namespace tally::replay
