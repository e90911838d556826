// The `measure` of an objective: availability by time, whose choices have a form each, or any other
// kind of the vocabulary (terms_vocabulary.h).
#pragma once

#include "absl/strings/string_view.h"
#include "schema/terms.h"
#include "tools/terms_fields.h"

namespace tally::tools {

inline constexpr absl::string_view kAvailabilityKind = "availability by time";

// Sets `measure`, or `counted` for a kind of the vocabulary.
void ReadMeasure(const Field& field, Objective& objective);

}  // namespace tally::tools
