// One window as claims see it: who owes it, until when something can be said of it, and whether two
// windows can be in one claim. A claim lives by one set of rules, so windows that the terms judge
// otherwise, by other deadlines, levels or authorities, or whose credits are in other currencies,
// need claims of their own. Pure.
#pragma once

#include <string>

#include "replay/dispute/forum.h"
#include "replay/dispute/standing.h"

namespace tally::replay {

// Its objective; nullptr where no terms bind the window.
const Objective* ObjectiveOf(const WindowCase& window);
// The party that owes it; nullptr where nothing binds one.
const StreamId* ObligorOf(const WindowCase& window);

// The end of the time for a claim, by the rule of the terms for the objective or else their `claim
// within`, of what is there to be claimed by that instant; and of the time for an objection to the
// closing. Exclusive, as both sides moved them.
Instant ClaimDue(const WindowCase& window, const ForumFold& forum, Instant by);
Instant ObjectionDue(const WindowCase& window, const ForumFold& forum);

// The terms of both by then say the same of claims about them, and name the same authorities.
bool AreJudgedAlike(const WindowCase& a, const WindowCase& b, Instant by);
// They do not give the credit of one in another currency than that of the other.
bool ArePricedAlike(const WindowCase& a, const WindowCase& b, Instant by);

// "availability 2026-02-01T00:00:00Z/2026-03-01T00:00:00Z"
std::string TextOf(const WindowName& name);

}  // namespace tally::replay
