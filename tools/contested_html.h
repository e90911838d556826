// The dispute report: every contested point with its readings side by side and the money between
// them, then the report of what stands, with the picture of each window and the timeline of claims.
// One printable page (html_page.h).
#pragma once

#include <string>

#include "replay/contested.h"
#include "tools/report_html.h"

namespace tally::tools {

std::string ContestedHtml(const replay::Contested& contested, const HtmlReportOptions& options);

}  // namespace tally::tools
