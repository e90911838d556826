// The items that one question sees of a counted measure's sources, from the evidence of its feeds.
//
// Versions: a count, sample or histogram replaces an earlier one of its source with the same first
// instant (DOMAIN rule 6); between sources nothing replaces anything, because a counted measure
// adds its sources up. Steps of tickets, leads, deliverables, dependencies and surveys are events,
// many of which share an instant: only a correction that names one replaces it.
#pragma once

#include <vector>

#include "replay/projection/feed_fold.h"
#include "replay/projection/item_index.h"
#include "replay/projection/timeline.h"

namespace tally::replay {

// In the order of counting.h. `sources` are those of the measure, in its order; nullptr for one
// that no feed registered. Everything that was ever said, rows of runs too.
std::vector<Item> SelectItems(const std::vector<const SourceEvidence*>& sources,
                              const EvidenceScope& scope, const Interval& window, EvidenceUse& use);
// The same of the items that the window can rest on, and the rows near it.
std::vector<Item> SelectItems(const ItemIndex& index, const EvidenceScope& scope,
                              const ItemIndex::Around& around, EvidenceUse& use);

}  // namespace tally::replay
