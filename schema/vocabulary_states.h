// What the choices of StateVocabulary() must satisfy beyond their form (schema/choice.h).
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "schema/choice.h"

namespace tally {

// For choices that Choices::Check has passed; OK for kinds of other tables.
absl::Status CheckStateChoices(absl::string_view kind, const Choices& choices);

}  // namespace tally
