// The `rules` of terms: what holds beside or over objectives, each a kind of the vocabulary.
#pragma once

#include <vector>

#include "schema/terms.h"
#include "tools/terms_fields.h"

namespace tally::tools {

// Ascending by id; none when the field is absent.
std::vector<Rule> ReadRules(const Field& field, const std::vector<Objective>& objectives);

}  // namespace tally::tools
