// Which of two values of one field asks more of who owes it.
//
// "Strictest" has a meaning only where a direction is declared, and those are all that there are:
//
//   objectives.*.target                       a higher "at least", a lower "at most"; a minimum
//   that
//                                             is stated, and is higher (or lower) in the same way
//   objectives.*.measure.<a time limit>       shorter; the choices of kTimeLimits in
//   terms_strict.cc objectives.*.credit                       some credit, where another document
//   has none objectives.*.credit.tiers                 higher credits in tiers with the same edges
//   objectives.*.credit.window cap            higher; none is the highest
//   objectives.*.credit.minimum               lower; none is the lowest
//   objectives.*.credit.<an amount>           higher: sum, percent per step, at most, days
//   disputes.answer within                    shorter
//
// A value that has several numbers (a target with its minimum, the tiers of a credit, the times of
// priorities) is the stricter one only if it is so in none of them less.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/yaml_reader.h"

namespace tally::tools {

// `field` in its parts: {"objectives", "availability", "target"}; `kind` of the measure or scheme
// whose choice it is. Greater: `a` is stricter. Unordered: no direction is declared for the field,
// or these two cannot be compared in it (other units, other edges, each stricter in something).
std::partial_ordering CompareStrictness(const std::vector<std::string>& field,
                                        absl::string_view kind, const YamlNode& a,
                                        const YamlNode& b);

// The same tree of texts, wherever they stand; the order of keys means nothing.
bool SameValue(const YamlNode& a, const YamlNode& b);

// The value of `key` in a map, or nullptr.
const YamlNode* ValueOf(const YamlNode& map, absl::string_view key);

}  // namespace tally::tools
