// The `rules` of terms: what holds beside or over objectives, each a kind of the vocabulary.
#pragma once

#include <vector>

#include "schema/terms.h"
#include "tools/terms_fields.h"
#include "tools/terms_vocabulary.h"

namespace tally::tools {

// What the levels of a rule are written in: those of a bonus for objectives in time are lengths of
// time, as their targets are. Objectives of several units are refused (terms_sense.h).
Levels LevelsOfRule(const Rule& rule, const std::vector<Objective>& objectives);

// Ascending by id; none when the field is absent.
std::vector<Rule> ReadRules(const Field& field, const std::vector<Objective>& objectives);

}  // namespace tally::tools
