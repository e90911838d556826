// What choices of measures of duties must satisfy beyond their form (schema/choice.h), and the
// forms that only they have.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/choice.h"
#include "schema/instant.h"

namespace tally {

// "17:00": from 00:00 to 23:59, as the time since local midnight.
absl::StatusOr<Duration> ReadTimeOfDay(absl::string_view text);

// "availability: 60": an objective's id and its weight or points, at most 6 decimals, not negative,
// in the one spelling of numbers. Each objective stands once.
absl::StatusOr<std::vector<std::pair<std::string, Decimal>>> ReadWeights(
    const std::vector<std::string>& texts);

// The objectives that a composite is made of, ascending; none for other kinds.
std::vector<std::string> MembersOf(absl::string_view kind, const Choices& choices);

// For choices that Choices::Check has passed; OK for kinds of other tables.
absl::Status CheckDutyChoices(absl::string_view kind, const Choices& choices);

}  // namespace tally
