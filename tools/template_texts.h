// The templates of terms that the program brings along, in the order of their names: whole files
// that `terms check` accepts, to be changed by whoever starts an agreement. Their texts are those
// of tools/templates/*.yaml, compiled in by tools/CMakeLists.txt; the first line of each says what
// it is for.
#pragma once

#include <span>

#include "absl/strings/string_view.h"

namespace tally::tools {

struct TermsTemplate {
  absl::string_view name;  // "service-desk"
  absl::string_view text;
};

// Written by the build.
std::span<const TermsTemplate> TermsTemplates();

// The first line of a template without its comment mark.
absl::string_view SummaryOf(const TermsTemplate& terms_template);

}  // namespace tally::tools
