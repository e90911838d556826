// Goal: an act is told with who said it and why, and one that is not known by its address.
// Method: the built-in scenario with an act that gives a reason, and one that gives none.
#include "tools/told_acts.h"

#include <gtest/gtest.h>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(ToldActs, WhoSaidWhatAndWhy) {
  tools::ToldActs acts;
  acts[{9, 1}] = {"exclusion proposed", "provider", "storm", {}};
  acts[{10, 0}] = {"exclusion contested", "customer", "", {}};
  EXPECT_EQ(tools::ActWords(acts, {9, 1}), "9/1 exclusion proposed by provider: storm");
  EXPECT_EQ(tools::ActWords(acts, {10, 0}), "10/0 exclusion contested by customer");
  EXPECT_EQ(tools::ActWords(acts, {11, 0}), "11/0");
}

// A dispute report says what a point is about: when, who proposed and contested it, and why.
TEST(ToldActs, ADisputeReportTellsTimeAndReasons) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"exclusion", "propose", "web-shop", "--name", "storm", "--cause", "force-majeure",
               "--from", "2026-02-09T08:12:30+01:00", "--to", "2026-02-09T13:40:00+01:00",
               "--reason", "power cut of <the> grid", "--key", "@provider.pem"});
  const std::vector<std::string> ask = {"contested", "web-shop", "--period", "2026-02"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), ask.begin(), ask.end());
    return player.Must(more);
  };
  // The customer has said nothing, and nothing is said in its name.
  const std::string silent = with({});
  EXPECT_NE(silent.find("if it is not admitted: credit 120.00 EUR to customer"), std::string::npos)
      << silent;
  EXPECT_EQ(silent.find("as customer says"), std::string::npos) << silent;
  player.Must({"exclusion", "contest", "web-shop", "--name", "storm", "--reason",
               "UPS was promised", "--key", "@customer.pem"});
  const std::string text = with({});
  for (const char* said :
       {"  time 2026-02-09T07:12:30Z to 2026-02-09T12:40:00Z\n",
        " exclusion proposed by provider: power cut of <the> grid\n",
        " exclusion contested by customer: UPS was promised\n", "as customer says (customer)"}) {
    EXPECT_NE(text.find(said), std::string::npos) << said << text;
  }
  const std::string html = with({"--html", "-"});
  for (const char* said : {"2026-02-09", "exclusion proposed</td><td>provider</td>",
                           "power cut of &lt;the&gt; grid", "UPS was promised"}) {
    EXPECT_NE(html.find(said), std::string::npos) << said;
  }
  EXPECT_EQ(html.find("contested by "), std::string::npos) << "a proposal contests nothing";
  const std::string json = with({"--json"});
  for (const char* said :
       {R"("time":[{"from":"2026-02-09T07:12:30Z","until":"2026-02-09T12:40:00Z"}])",
        R"("kind":"exclusion proposed","author":"provider")",
        R"("reason":"power cut of <the> grid")", R"("kind":"exclusion contested")"}) {
    EXPECT_NE(json.find(said), std::string::npos) << said << json;
  }
}

}  // namespace
}  // namespace tally::tests
