// Goal: a summary says the same in text and HTML, a page a window, and hostile names stay text.
// Method: the built-in scenario by its command, before and after a claim; a hostile result by hand.
#include "tools/summary_report.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

size_t Count(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(SummaryReport, TellsFigureTierMoneyWhyAndWhatCanBeDone) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"project"});
  const std::string text =
      player.Must({"replay", "web-shop", "--period", "2026-02", "--summary", "--html", "@page"});
  for (const char* said :
       {"breached; the target is at least 99.9 %", "by tier", "count as down", "4.2",
        "available for at least 99.9 %", "next", "availability by time"}) {
    EXPECT_NE(text.find(said), std::string::npos) << said << "\n" << text;
  }
  EXPECT_NE(text.find("customer can claim the credit"), std::string::npos) << text;
  std::ostringstream html;
  html << std::ifstream(player.Path("page")).rdbuf();
  EXPECT_EQ(Count(html.str(), "<article class=\"sheet\">"), 1u);
  for (const char* said : {"customer can claim the credit", "by tier", "count as down",
                           "What can be done, until when", "available for at least 99.9 %"}) {
    EXPECT_NE(html.str().find(said), std::string::npos) << said;
  }
  EXPECT_EQ(html.str().find("<script"), std::string::npos);
}

TEST(SummaryReport, EachWindowIsAPage) {
  Player player;
  player.PlayScenarioToTerms();
  const std::string html =
      player.Must({"replay", "web-shop", "--period", "2026", "--summary", "--html", "-"});
  EXPECT_EQ(Count(html, "<article class=\"sheet\">"), 12u);
}

// Who prints the page for the other side has to be told that it binds nobody.
TEST(SummaryReport, FiguresOfOneSideAreLabelledInEveryForm) {
  replay::Result result;
  result.windows.emplace_back();
  const std::string label = "unilateral: attested by customer alone; the figures bind nobody";
  EXPECT_EQ(tools::SummaryText(result).find(label), std::string::npos);
  result.findings = {{"terms-unilateral",
                      "warning",
                      "",
                      {},
                      "the terms are attested by customer alone; the figures bind nobody"}};
  EXPECT_NE(tools::SummaryText(result).find(label), std::string::npos);
  EXPECT_NE(tools::SummaryHtml(result, {"log", "ab", "1"}).find(label), std::string::npos);
  EXPECT_NE(tools::HtmlReport(result, {"log", "ab", "1"}).find(label), std::string::npos);
}

// T-80, T-91.
TEST(SummaryReport, T80HostileNamesStayText) {
  const std::string payload = "<img src=x onerror=alert(1)>\x1b[31m";
  replay::Result result;
  result.agreement = result.reading = payload;
  replay::WindowResult window;
  window.objective = window.obligor = window.zone = window.measure = payload;
  window.clause = window.wording = window.time_unit = payload;
  result.windows = {window};
  result.deadlines = {{payload, payload, payload, {}, payload, payload, "open", payload}};
  EXPECT_EQ(tools::SummaryHtml(result, {payload, payload, payload}).find("<img"),
            std::string::npos);
  EXPECT_EQ(tools::SummaryText(result).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace tally::tests
