// The HTML report of a replay: one self-contained page (html_page.h) with a picture of each window.
#pragma once

#include <string>
#include <vector>

#include "replay/replay.h"
#include "tools/field_origins.h"
#include "tools/html_page.h"

namespace tally::tools {

struct HtmlReportOptions {
  std::string origin;                      // of the ledger
  std::string ledger_id;                   // hex
  std::string version;                     // of the program
  std::vector<TermsOrigins> origins = {};  // of the terms behind the figures
  // As SameQuestion (replay_request.h): what gives the same digest when it is asked again.
  std::string question = {};
};

// Deterministic: the same result gives the same bytes.
std::string HtmlReport(const replay::Result& result, const HtmlReportOptions& options);
// The report without the heading and the page around it, for pages that say more.
std::string HtmlReportBody(const replay::Result& result, const HtmlReportOptions& options);

// The picture of one window: one row for each 24 hours from its beginning, drawn as SVG.
std::string WindowPicture(const replay::WindowResult& window);

}  // namespace tally::tools
