// Goal: the HTML report says what the result says, and hostile names stay text (T-80).
// Method: a result made by hand; a list of payloads placed in every text that others choose.
#include "tools/report_html.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

replay::Result Sample(const std::string& name) {
  replay::Result result;
  result.agreement = name;
  result.engine = replay::kEngineVersion;
  result.reading = name;
  result.known.size = 7;
  replay::WindowResult window;
  window.objective = name;
  window.obligor = name;
  window.zone = name;
  window.time_unit = "ms";
  window.window = {*ParseInstant("2026-02-01T00:00:00Z"), *ParseInstant("2026-03-01T00:00:00Z")};
  window.verdict = replay::Verdict::kBreached;
  window.value = *Fraction::Of(124732687, 134400000);
  window.period = 2419200000;
  window.counted = 174011634;
  window.credit = replay::CreditLine{{100000, {"USD", 2}}, 3, {100, 0}, true};
  window.segments = {
      {{window.window.first, *ParseInstant("2026-02-10T00:00:00Z")}, replay::SegmentKind::kUp, {}},
      {{*ParseInstant("2026-02-10T00:00:00Z"), window.window.limit},
       replay::SegmentKind::kDown,
       {}}};
  window.derivation = {{name, name, name, name, {}}};
  window.evidence = {{name, {1, 0}, {2, 0}, {}}};
  result.windows = {window};
  result.balances = {{name, name, {100000, {"USD", 2}}}};
  result.claims = {{{5, 0}, name, name, {}, {}, {{name, {}, {}, name}}}};
  replay::Posting posting;
  posting.text = posting.clause = posting.creditor = posting.debtor = posting.objective = name;
  posting.to = "claimed";
  posting.amount = {100000, {"USD", 2}};
  result.postings = {posting};
  result.deadlines = {{name, name, name, {}, name, name, name, name}};
  result.findings = {{"k", "warning", name, {}, name}};
  return result;
}

TEST(ReportHtml, ShowsFigureFractionAndCredit) {
  const std::string html = HtmlReport(Sample("coral-island"), {"log.example", "ab12", "0.1.0"});
  EXPECT_NE(html.find("92.807059 %"), std::string::npos);
  EXPECT_NE(html.find("124732687/134400000"), std::string::npos);
  EXPECT_NE(html.find("1000.00 USD"), std::string::npos);
  EXPECT_NE(html.find("Content-Security-Policy"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html, HtmlReport(Sample("coral-island"), {"log.example", "ab12", "0.1.0"}));
}

// Lengths are told in people's words, exact to the last unit.
TEST(ReportHtml, LengthsAreWordsAndAClosingWithoutAValueSaysNone) {
  replay::Result result = Sample("coral-island");
  result.windows[0].closed = replay::ClosedFigure{{9, 0}, "no-result", "", std::nullopt, false};
  std::string html = HtmlReport(result, {"log.example", "ab12", "0.1.0"});
  EXPECT_NE(html.find("<td>28 d</td>"), std::string::npos);
  EXPECT_NE(html.find("<td>2 d 20 min 11 s 634 ms</td>"), std::string::npos);
  EXPECT_EQ(html.find("2419200000 ms"), std::string::npos);
  EXPECT_NE(html.find("<td>no-result, by the act at 9/0</td>"), std::string::npos);
  result.windows[0].closed->value = "29/30";
  html = HtmlReport(result, {"log.example", "ab12", "0.1.0"});
  EXPECT_NE(html.find("<td>no-result, exactly 29/30, by the act at 9/0</td>"), std::string::npos);
}

// Who acted, in which words: not the address of the act alone.
TEST(ReportHtml, TheLifeOfAClaimSaysWhoDidWhatAndWhy) {
  replay::Result result = Sample("coral-island");
  result.claims[0].steps = {{"filed", {}, ledger::EventAddress{5, 0}, ""},
                            {"rejected", {}, ledger::EventAddress{6, 0}, ""},
                            {"lapsed", {}, {}, "disputes.answer"}};
  HtmlReportOptions options{"log.example", "ab12", "0.1.0"};
  options.acts[{5, 0}] = {"claim filed", "rosa", "down for <hours>", {}};
  options.acts[{6, 0}] = {"claim answered", "nimbus", "", {}};
  const std::string html = HtmlReport(result, options);
  EXPECT_NE(html.find("<td>filed</td><td>rosa</td><td>5/0</td><td>down for &lt;hours&gt;</td>"),
            std::string::npos)
      << html;
  EXPECT_NE(html.find("<td>rejected</td><td>nimbus</td><td>6/0</td><td></td>"), std::string::npos);
  EXPECT_NE(html.find("<td>lapsed</td><td>the clock, disputes.answer</td>"), std::string::npos);
  EXPECT_NE(html.find("What became of claim 5/0"), std::string::npos);
}

// A column keeps its words whole: only what is no word, such as a digest, may break anywhere.
TEST(ReportHtml, CellsBreakBetweenWordsOnly) {
  const std::string digest(64, 'a');
  replay::Result result = Sample("coral-island");
  result.deadlines[0].state = "settled";
  result.windows[0].derivation[0].result = digest;
  const std::string html = HtmlReport(result, {"log.example", "ab12", "0.1.0"});
  EXPECT_NE(html.find("<td>settled</td>"), std::string::npos);
  EXPECT_NE(html.find("<span class=\"long\">" + digest + "</span>"), std::string::npos);
  EXPECT_NE(html.find("td{overflow-wrap:break-word}"), std::string::npos);
  EXPECT_EQ(html.find("td{overflow-wrap:anywhere}"), std::string::npos);
  EXPECT_NE(html.find("<td class=\"number whole\">92.807059 %</td>"), std::string::npos);
}

// T-80: whatever stands in a name, it is text.
TEST(ReportHtml, T80HostileNamesStayText) {
  for (const std::string payload : {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
                                    "</style><script>x</script>", "'onmouseover='x",
                                    "</title><svg onload=x>", "<!--", "&lt;b&gt;<b>"}) {
    const std::string html = HtmlReport(Sample(payload), {payload, payload, payload});
    EXPECT_EQ(html.find(payload), std::string::npos) << payload;
  }
}

TEST(ReportHtml, EachObjectiveShowsItsClauseBesideItsFormula) {
  replay::Result result = Sample("coral-island");
  result.windows[0].measure = "request ratio";
  result.windows[0].clause = "4.2";
  result.windows[0].wording = "Of each month's requests <99.9 %> are answered.";
  const std::string html = HtmlReport(result, {"log.example", "ab12", "0.1.0"});
  EXPECT_NE(html.find("<blockquote>Of each month&#39;s requests &lt;99.9 %&gt; are answered."),
            std::string::npos);
  EXPECT_NE(html.find("Clause 4.2"), std::string::npos);
  EXPECT_NE(html.find("request ratio: good requests / all requests"), std::string::npos);
  EXPECT_EQ(HtmlReport(Sample("x"), {"log.example", "ab12", "0.1.0"}).find("<blockquote>"),
            std::string::npos);
}

}  // namespace
}  // namespace tally::tools
