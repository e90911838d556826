// Goal: the text of a replay shows the figure as fraction and percentage, and no name can move the
// cursor of a terminal (T-91).
// Method: a result made by hand.
#include "tools/report_text.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

replay::Result TextOfSample(const std::string& objective) {
  replay::Result result;
  result.agreement = "coral-island";
  result.reading = "agreed";
  replay::WindowResult window;
  window.objective = objective;
  window.zone = "UTC";
  window.time_unit = "ms";
  window.value = *Fraction::Of(1, 3);
  window.credit = replay::CreditLine{{30000, {"USD", 2}}, 2, {30, 0}, false};
  window.derivation = {{"down", "sum", "5 ms", "4.2", {{12, 3}}}};
  result.windows = {window};
  return result;
}

TEST(ReportText, ShowsFractionPercentAndCredit) {
  const std::string text = ReplayText(TextOfSample("availability"));
  EXPECT_NE(text.find("1/3 (33.333333 %)"), std::string::npos) << text;
  EXPECT_NE(text.find("300.00 USD, tier 2 (30 %), projected, not posted"), std::string::npos)
      << text;
}

// A split window may name an event in each of its parts; people read it once.
TEST(ReportText, CausesAndEventsStandOnce) {
  replay::Result result = TextOfSample("availability");
  result.windows[0].causes = {{44, 2}, {44, 2}};
  result.windows[0].derivation[0].causes = {{12, 3}, {12, 3}};
  const std::string text = ReplayText(result);
  EXPECT_NE(text.find("  causes   44/2\n"), std::string::npos) << text;
  const std::string steps = ExplainText(result);
  EXPECT_NE(steps.find("events 12/3\n"), std::string::npos) << steps;
}

// Points are no money; deadlines name what they are about, so that no two lines look alike.
TEST(ReportText, PointsAndObjectsOfDeadlinesAreShown) {
  replay::Result result = TextOfSample("availability");
  result.windows[0].status = replay::WindowStatus::kFinal;
  result.windows[0].credit = std::nullopt;
  result.windows[0].derivation.push_back({"points", "points for severity", "3 points", "4.2", {}});
  result.windows[0].derivation.push_back({"points", "twice", "6 points", "4.2", {}});
  replay::Deadline deadline;
  deadline.what = "claim.answer";
  deadline.object = "0abc";
  deadline.state = "open";
  result.deadlines = {deadline};
  const std::string text = ReplayText(result);
  EXPECT_NE(text.find("  credit   6 points\n"), std::string::npos) << text;
  EXPECT_NE(text.find("claim.answer of 0abc: open"), std::string::npos) << text;
}

// T-91: escape sequences in names are shown, not obeyed.
TEST(ReportText, T91NamesCannotSteerTheTerminal) {
  EXPECT_EQ(ReplayText(TextOfSample("a\x1b[2Jb")).find('\x1b'), std::string::npos);
  EXPECT_EQ(ExplainText(TextOfSample("a\x1b[2Jb")).find('\x1b'), std::string::npos);
}

TEST(ReportText, ExplainShowsStepsClausesAndEvents) {
  const std::string text = ExplainText(TextOfSample("availability"));
  EXPECT_NE(text.find("clause 4.2"), std::string::npos) << text;
  EXPECT_NE(text.find("events 12/3"), std::string::npos) << text;
}

}  // namespace
}  // namespace tally::tools
