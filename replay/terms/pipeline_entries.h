// The last part of the pipeline: what is not a window's own line. Points and their price, bonuses,
// netting between the parties, rights and lump sums; all from finished lines, none of it changes
// them.
#pragma once

#include "absl/status/status.h"
#include "replay/terms/pipeline.h"

namespace tally::replay {

// Fills points, entries, netted and rights of `answer`, whose lines are final.
absl::Status AddEntries(const PipelineQuestion& question, PipelineAnswer& answer);

}  // namespace tally::replay
