// One page for each window, for whoever has to act on it: the figure, the tier and the money, why,
// what stands, and what can be done until when. The words are those of window_words.h.
#pragma once

#include <string>

#include "replay/replay.h"
#include "tools/report_html.h"

namespace tally::tools {

// Of the options the acts and the zones are read.
std::string SummaryText(const replay::Result& result, const HtmlReportOptions& options = {});
// Each window begins a new sheet of paper.
std::string SummaryHtml(const replay::Result& result, const HtmlReportOptions& options);

}  // namespace tally::tools
