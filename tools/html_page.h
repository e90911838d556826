// What all HTML pages of this program share: one self-contained file, readable on paper. No script,
// no reference to anything outside; every text of others is escaped, and a content security policy
// forbids the rest, so hostile names stay text (T-80).
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace tally::tools {

// Text for element content and quoted attributes: & < > " ' escaped, control characters and bidi
// overrides shown as U+FFFD.
std::string EscapeHtml(absl::string_view text);

// A whole page around `body`, which is HTML; `title` is text.
std::string HtmlPage(absl::string_view title, absl::string_view body);

// Cells of text. A column is as wide as its longest word; what is no word may break anywhere.
std::string HtmlCell(absl::string_view text);
std::string HtmlNumber(absl::string_view text);       // on the right
std::string HtmlWholeNumber(absl::string_view text);  // and on one line with its unit
// A row of a name and what stands for it.
std::string HtmlRow(absl::string_view name, absl::string_view value);

}  // namespace tally::tools
