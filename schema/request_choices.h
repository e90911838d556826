// What choices of measures of requests and samples must satisfy beyond their form.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "schema/choice.h"

namespace tally {

// For choices that Choices::Check has passed; OK for kinds of other tables. InvalidArgument says
// what to write.
absl::Status CheckRequestChoices(absl::string_view kind, const Choices& choices);

}  // namespace tally
