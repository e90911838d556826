// One incident that failed several objectives (DOMAIN 3.17 rule 20): its credits are compared, and
// all of them, the highest, or the one that the customer chose in time is paid.
//
// A credit that belongs to no incident, or to several, is left alone. Credits are compared within
// one currency; those of each that an incident has are decided by themselves, with a note.
#pragma once

#include "replay/terms/pipeline.h"

namespace tally::replay {

// `answer` has a line for each outcome, each with what the stages before left in it.
void CompareWithinIncidents(const PipelineQuestion& question, PipelineAnswer& answer);

}  // namespace tally::replay
