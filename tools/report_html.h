// The HTML report of a replay: one self-contained page (html_page.h) with a picture of each window.
#pragma once

#include <string>
#include <vector>

#include "replay/replay.h"
#include "tools/field_origins.h"
#include "tools/html_page.h"
#include "tools/local_times.h"
#include "tools/told_acts.h"

namespace tally::tools {

// A stretch of time that is framed in pictures, and what for.
struct PictureMark {
  Interval interval;
  std::string title;
};

struct HtmlReportOptions {
  std::string origin;                      // of the ledger
  std::string ledger_id;                   // hex
  std::string version;                     // of the program
  std::vector<TermsOrigins> origins = {};  // of the terms behind the figures
  // As SameQuestion (replay_request.h): what gives the same digest when it is asked again.
  std::string question = {};
  ToldActs acts = {};     // of the agreement: who said what, and why
  LocalTimes local = {};  // its zones
  // What is marked in the pictures, such as contested time.
  std::vector<PictureMark> marks = {};
};

// Deterministic: the same result gives the same bytes.
std::string HtmlReport(const replay::Result& result, const HtmlReportOptions& options);
// The report without the heading and the page around it, for pages that say more.
std::string HtmlReportBody(const replay::Result& result, const HtmlReportOptions& options);

// The picture of one window: a row for each local day of the zone (nullptr: UTC), drawn as SVG.
std::string WindowPicture(const replay::WindowResult& window, const replay::Zone* zone = nullptr,
                          const std::vector<PictureMark>& marks = {});

// A sentence that lists the parties of the result's terms and their roles; "" where the ledger does
// not hold these.
std::string HtmlParties(const replay::Result& result, const HtmlReportOptions& options);

// Cells of times: local, with UTC below it where that is another; on lines of their own.
std::string HtmlTimeCell(Instant at, const replay::Zone* zone);
// "March 2026 (Europe/Berlin)", with its first and last instant in UTC below it.
std::string HtmlWindowCell(const Interval& window, const replay::Zone* zone,
                           const std::string& name);

}  // namespace tally::tools
