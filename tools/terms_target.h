// Levels: what targets and the edges of tiers are written in. The unit is that of the measure:
// percent of a ratio, a length of time, a number, money.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "schema/choice.h"
#include "schema/terms.h"
#include "tools/terms_fields.h"

namespace tally::tools {

struct LevelForm {
  ValueUnit unit = ValueUnit::kRatio;
  bool availability = false;         // availability by time has an "at least" only
  int percent_max = 1000;            // kRatio: 100 where the value line of the measure ends there
  std::optional<Currency> currency;  // kMoney: that of the agreement's fees, if they have one
};
LevelForm FormOf(const Objective& objective, const std::vector<Fee>& fees);

// "write a percentage like `99.99 %`, ..." and so on for the other units.
std::string AskForLevel(const LevelForm& form);
// Nothing when the text is no level of this form.
std::optional<Decimal> ParseLevel(absl::string_view text, const LevelForm& form);
// Reported when the field is there and no level.
std::optional<Decimal> ReadLevel(const Field& field, const LevelForm& form);
// "99.99 %", "4 h", "1000", "12.50 EUR"
std::string LevelInWords(const Decimal& level, const LevelForm& form);

// "at least 99.9 %", or `{ expected: at least 99.9 %, minimum: 99 %, stretch: none }`.
Target ReadTarget(const Field& field, const LevelForm& form);
std::string TargetInWords(const Target& target, const LevelForm& form);

}  // namespace tally::tools
