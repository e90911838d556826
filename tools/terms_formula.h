// What a kind of the vocabulary comes to, in one line: the comment that stands above it where terms
// are shown. docs/TERMS.md says the same at length.
#pragma once

#include "absl/strings/string_view.h"
#include "schema/choice.h"

namespace tally::tools {

// "good requests / all requests"; empty for what has no formula, such as most rules.
absl::string_view FormulaOf(ThingKind thing, absl::string_view kind);

}  // namespace tally::tools
