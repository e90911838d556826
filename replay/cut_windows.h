// What became of windows that acts named before it was known where the term ends.
//
// A window that the end of the term cuts short, or joins to the one before, is the same window: a
// claim, ruling or release that named it as it was then is about what is left of it. So nobody
// voids the other side's premature claim by ending the term. It holds whoever ended it: by a right,
// by agreement, or by an amendment that moves nothing but the end. Only names that were windows
// when they were said are followed; what never runs any more, or is not measured, says why.
#pragma once

#include "absl/status/status.h"
#include "replay/case_file.h"

namespace tally::replay {

// Of a case whose rights are weighed (replay/rights.h); acts then name the windows of today, and
// the settlements of what was cut are weighed once more.
absl::Status FollowCutWindows(CaseFile& file);

}  // namespace tally::replay
