// Goal: the dispute report puts the readings of a point side by side, fills in what stands where a
// reading says nothing else, and names the money; hostile names stay text.
// Method: points made by hand; the command on the built-in scenario is in compare_commands_test.cc.
#include "tools/contested_html.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

replay::Contested Sample(const std::string& name, size_t readings) {
  const Currency euro = *FindCurrency("EUR");
  replay::Contested contested;
  contested.standing.agreement = name;
  replay::WindowResult standing;
  standing.objective = name;
  standing.verdict = replay::Verdict::kBreached;
  standing.value = *Fraction::Of(97, 100);
  standing.credit = replay::CreditLine{{12000, euro}, 1, {10, 0}, true};
  contested.standing.windows = {standing};
  replay::ContestedPoint point;
  point.kind = "exclusion";
  point.name = point.matter = name;
  point.acts = {{9, 0}};
  for (size_t i = 0; i < readings; ++i) {
    replay::ContestedReading reading;
    reading.label = name + std::to_string(i);
    reading.party = name;
    reading.stands = i == 1;
    if (i != 1) {
      replay::ContestedWindow window;
      window.name = {standing.objective, standing.window};
      window.verdict = replay::Verdict::kMet;
      window.value = *Fraction::Of(1, 1);
      reading.windows = {window};
    }
    reading.credits[{"shop", euro}] = i == 1 ? 12000 : 0;
    point.readings.push_back(reading);
  }
  point.stake[{"shop", euro}] = 12000;
  contested.points = {point};
  contested.together.stake[{"shop", euro}] = 12000;
  contested.together.favours = {{name, {{{"shop", euro}, 12000}}}};
  return contested;
}

TEST(ContestedHtml, ReadingsStandSideBySideWithTheMoneyBetween) {
  const std::string html = ContestedHtml(Sample("storm", 2), {"log.example", "ab12", "0.1.0"});
  EXPECT_NE(html.find("storm0<br>storm</th><th class=\"reading stands\">storm1"),
            std::string::npos);
  EXPECT_NE(html.find("100.000000 %"), std::string::npos);
  EXPECT_NE(html.find("97.000000 %"), std::string::npos) << "the reading that stands is filled in";
  EXPECT_NE(html.find("Hangs on this point alone: <span class=\"money\">120.00 EUR"),
            std::string::npos);
  EXPECT_NE(html.find("as it favours storm, credits come to 120.00 EUR to shop. In dispute"),
            std::string::npos);
  EXPECT_NE(html.find("What this rests on"), std::string::npos) << "what stands follows";
  EXPECT_NE(html.find("<td>9/0</td>"), std::string::npos);
}

TEST(ContestedHtml, TheSumOfAllPointsSaysWhatIsNotInIt) {
  replay::Contested contested = Sample("storm", 2);
  EXPECT_EQ(ContestedHtml(contested, {"log.example", "ab12", "0.1.0"}).find("Not in it"),
            std::string::npos);
  contested.points.push_back({"claim", "<b>", "", {}, {}, {}});
  const std::string html = ContestedHtml(contested, {"log.example", "ab12", "0.1.0"});
  EXPECT_NE(html.find("All points that are recomputed, together"), std::string::npos);
  EXPECT_NE(html.find("<p>Not in it: the claim &lt;b&gt; (nothing)"), std::string::npos);
}

TEST(ContestedHtml, ManyReadingsStandInSeveralTables) {
  const std::string html = ContestedHtml(Sample("monitor", 7), {"log.example", "ab12", "0.1.0"});
  size_t tables = 0;
  for (size_t at = html.find("<table class=\"sides\">"); at != std::string::npos;
       at = html.find("<table class=\"sides\">", at + 1)) {
    ++tables;
  }
  EXPECT_EQ(tables, 3u);
  EXPECT_NE(html.find("monitor6"), std::string::npos);
}

TEST(ContestedHtml, NothingContestedIsSaid) {
  EXPECT_NE(ContestedHtml({}, {"log.example", "ab12", "0.1.0"}).find("Nothing is contested"),
            std::string::npos);
}

// T-80
TEST(ContestedHtml, T80HostileNamesStayText) {
  for (const std::string payload :
       {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>"}) {
    EXPECT_EQ(ContestedHtml(Sample(payload, 2), {payload, payload, payload}).find(payload),
              std::string::npos);
  }
}

}  // namespace
}  // namespace tally::tools
