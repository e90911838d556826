// The HTML report of a replay: one self-contained file, readable on paper, with a picture of each
// window. No script, no reference to anything outside; every name is escaped, and a content
// security policy forbids the rest, so hostile names stay text (T-80).
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "replay/replay.h"

namespace tally::tools {

// Text for element content and quoted attributes: & < > " ' escaped, control characters and bidi
// overrides shown as U+FFFD.
std::string EscapeHtml(absl::string_view text);

struct HtmlReportOptions {
  std::string origin;     // of the ledger
  std::string ledger_id;  // hex
  std::string version;    // of the program
};

// Deterministic: the same result gives the same bytes.
std::string HtmlReport(const replay::Result& result, const HtmlReportOptions& options);

// The picture of one window: one row for each 24 hours from its beginning, drawn as SVG.
std::string WindowPicture(const replay::WindowResult& window);

}  // namespace tally::tools
