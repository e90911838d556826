// The `resolved:` block of terms that several documents made together: which documents, for what
// time of service, and for each field the level, line and clause that it was taken from. It is part
// of the terms: what is resolved and written out compiles to the same terms, with the same hash.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "schema/terms_levels.h"
#include "tools/terms_fields.h"
#include "tools/terms_lines.h"

namespace tally::tools {

// Nothing for an absent field.
std::optional<TermsLevels> ReadResolved(const Field& field);
void AddResolved(const TermsLevels& levels, Lines& lines);

// "only statement", "all agree", "most specific", "strictest", "named"
absl::string_view RuleInWords(FieldRule rule);

}  // namespace tally::tools
