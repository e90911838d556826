// Lints: terms that compile and yet hardly mean what their parties meant. Each finding is a warning
// with a stable code; `tally terms check --strict` takes warnings for errors.
//
//   lint-tier-unreachable      a tier in which the target is met
//   lint-credits-rise          a worse value earns less
//   lint-cap-below-credit      the cap swallows the differences between tiers
//   lint-minimum-above-credit  a tier whose credit never exceeds the minimum
//   lint-silence-rewarded      unknown time counts as up: who stops reporting wins
//   lint-target-unreachable    the target allows less down time than one step of the resolution
//   lint-window-never          no window lies in the term
//   lint-exclusion-outside     an exclusion outside the term
//   lint-calendar-zone         a calendar whose days are those of no deadline and no window
//   lint-unused                a fee or a calendar that nothing rests on
//   lint-empty-rewarded        a window without evidence meets the target
//   lint-window-gaps           rolling windows that leave time between them
//   lint-automation-satisfies  an automatic answer stops the clock of a response
//   lint-others-factor         what the other party does, or leaves, counts against the obligor
//   lint-mediation-endless     a mediation without limit, and no mediator who could end it
#pragma once

#include "schema/terms.h"
#include "tools/terms_report.h"
#include "tools/terms_zones.h"

namespace tally::tools {

// Precondition: the terms compiled without errors, and `zones` holds the zones they name.
void LintTerms(const Terms& terms, const TermsZones& zones, TermsReport& report);

}  // namespace tally::tools
