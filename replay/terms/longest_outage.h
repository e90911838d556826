// The outages of one window as predicates over several windows see them (DOMAIN 3.12: an outage
// longer than h): bad time without a gap, exact, cut at the window's edges, with what touches them,
// so that an outage over the edge of two windows can be put together again.
//
// Read off the picture of the window rather than metered: these lengths are tested against a limit
// of their own, so neither the measure's shortest outage nor its snapping is applied to them.
// Excluded time ends an outage, unless the measure's shortest outage says that it is passed over;
// then it adds no length. Unknown time that does not count as down ends one.
#pragma once

#include <optional>
#include <vector>

#include "replay/terms/outcome.h"
#include "schema/instant.h"
#include "schema/terms.h"

namespace tally::replay {

struct OutagesOfWindow {
  Duration longest;         // zero: none
  Duration at_begin;        // of the outage that the window begins in
  Duration at_end;          // of the outage that the window ends in
  bool throughout = false;  // these two are one outage, or time that is passed over
  friend bool operator==(const OutagesOfWindow&, const OutagesOfWindow&) = default;
};

// True if values of the objective come from one line of states: not for counted measures, and not
// for a mean of monitors, of which each has its own outages.
bool HasOutages(const Objective& objective);

// `picture` covers the window without gaps.
OutagesOfWindow OutagesIn(const std::vector<Stretch>& picture, const AvailabilityByTime& measure);

}  // namespace tally::replay
