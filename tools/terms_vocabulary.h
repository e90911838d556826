// The generic part of the language: any kind of measure, credit or rule that the vocabulary
// (schema/choice.h) has, with the choices that its row asks for. Adding a kind to the vocabulary
// adds it here.
//
//   measure: { kind: request ratio, source: ..., retries: count once, ... }
//
// Each choice of the row is a key of the map. What the row asks for and the map lacks is a missing
// choice; a choice that goes with another word of another choice is a contradiction; the rest is
// unknown (Fields::Done says so).
#pragma once

#include <string>
#include <vector>

#include "schema/choice.h"
#include "tools/terms_fields.h"

namespace tally::tools {

// Kinds of `thing`, ascending.
std::vector<absl::string_view> KindsOf(ThingKind thing);
// The row that `field` names. nullptr when it is absent, or names none (reported, with those that
// are near, else with `kinds`).
const VocabularyRow* ReadKind(const Field& field, ThingKind thing,
                              const std::vector<absl::string_view>& kinds);

// Of a measure in time, a step and the levels of points are lengths of time: `30 min`, `0.5 h`. A
// bare number would be one of seconds, which nobody means. Canonical are seconds, as in targets.
enum class Levels : uint8_t { kNumbers, kTimes };
// What `row` asks for, from keys of `map`. The place of each is noted under its path.
Choices ReadChoices(Fields& map, const VocabularyRow& row, Levels levels = Levels::kNumbers);

// "percent of the fee at risk: write a percentage like `99.9 %`"
std::string AskFor(const ChoiceRow& row);
// "only beside `limit: money`"; empty for a choice that is always asked for.
std::string ConditionInWords(const ChoiceRow& row);

// The row of `name` that counts for these choices: two rows of one name go with different words.
// Precondition: `choices` was checked against `row` and has `name`.
const ChoiceRow& RowOf(const VocabularyRow& row, const Choices& choices, absl::string_view name);
// A canonical value as people write it: "99.9 %", "[a, b]", "{ 10: 2 }".
std::string ChoiceInWords(const ChoiceRow& row, const std::vector<std::string>& values,
                          Levels levels = Levels::kNumbers);

}  // namespace tally::tools
