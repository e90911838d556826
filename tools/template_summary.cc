// What a template is for, from its own first line.
#include "tools/template_texts.h"

#include "absl/strings/strip.h"

namespace tally::tools {

absl::string_view SummaryOf(const TermsTemplate& terms_template) {
  absl::string_view line = terms_template.text.substr(0, terms_template.text.find('\n'));
  absl::ConsumePrefix(&line, "# ");
  return line;
}

}  // namespace tally::tools
