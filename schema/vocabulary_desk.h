// What the desk's choices must satisfy beyond their form (schema/choice.h), and the one form that
// only they have: a length of time for each priority.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/choice.h"

namespace tally {

// "P1: 4 h", one text for each priority, in the order written. A priority is 1 to 64 bytes without
// a colon, blanks at its edges or control characters, and stands once; the length is above zero and
// in its largest unit, so that equal targets are equal bytes. InvalidArgument says what to write.
absl::StatusOr<std::vector<std::pair<std::string, Duration>>> ReadTicketTargets(
    const std::vector<std::string>& texts);

// The same texts as people write them, each length in any unit, in the one spelling that
// ReadTicketTargets takes: "P1: 240 min" is "P1: 4 h".
absl::StatusOr<std::vector<std::string>> SpellTicketTargets(const std::vector<std::string>& texts);

// For choices that Choices::Check has passed; OK for kinds of other tables.
absl::Status CheckDeskChoices(absl::string_view kind, const Choices& choices);

}  // namespace tally
