// Which incident a credit belongs to (DOMAIN 3.17 rule 20): X, if without the time and the items of
// X the objective would not have been failed. So the window is evaluated once more for each
// incident, with less evidence, and nothing is inferred from which intervals touch.
//
// An incident exists by decision: an attribution or an exclusion that names it, agreed, deemed,
// determined or ruled (exclusion_standing.h). Its time are the intervals decided; its items are the
// tickets that, in their newest word on it, say that they are part of it. A ticket that names an
// incident which nobody decided belongs to none.
//
// "Not failed" is met, or nothing left to measure: a month whose only repair was that of X would
// have had no repair to be late.
#pragma once

#include <string>
#include <vector>

#include "replay/dispute/exclusion_standing.h"
#include "replay/dispute/exclusions.h"
#include "replay/terms/counting.h"
#include "replay/terms/evaluate.h"
#include "replay/terms/pipeline.h"

namespace tally::replay {

struct Incident {
  std::string name;
  std::vector<Interval> time;  // ordered, disjoint
  std::vector<Cause> acts;     // by which it was decided
};
// Decisions by the incident that they name, ascending.
std::vector<Incident> IncidentsOf(const std::vector<IncidentTime>& decided);

// A credit in money, of an objective whose credits the terms compare by incident.
bool MayBelongToIncident(const Terms& terms, const Objective& objective,
                         const WindowFigures& figures);

// `exclusions` and the incident's time, ordered and disjoint; nullptr adds nothing.
std::vector<Interval> TimeWithout(const Incident* incident, std::vector<Interval> exclusions);
// Drops the items of tickets that are part of the incident, all of each.
void LeaveOut(const std::string& incident, std::vector<Item>& items);

bool IsWithoutFailure(const WindowFigures& figures);
// "the credit belongs to incident X", for derivations; `without` are the figures without it.
DerivationStep IncidentStep(const Incident& incident, const WindowFigures& without);

// What customers chose, as known at `knowledge`, in log order.
std::vector<IncidentChoice> ChoicesKnown(const ExclusionFold& acts, Instant knowledge);

}  // namespace tally::replay
