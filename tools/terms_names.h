// What choices of the vocabulary say beyond their form, once everything is read: names that they
// name are there, composites do not contain themselves, sums that one rule adds are in one
// currency. All of it is an error: such terms could not be computed.
#pragma once

#include <string>
#include <vector>

#include "schema/terms.h"
#include "tools/terms_report.h"

namespace tally::tools {

// The calendar that is always there.
inline constexpr absl::string_view kAlwaysOpen = "24x7";

// Reports all that is wrong, at the choice that says it. Terms may lack what was reported before.
void CheckChoices(const Terms& terms, TermsReport& report);

// Feeds that rules name: their words count, though no measure has them as its sources.
std::vector<std::string> FeedsOfRules(const Terms& terms);

}  // namespace tally::tools
