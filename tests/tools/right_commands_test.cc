// Goal: the commands about rights refuse what names nothing, list what there is, and end an
// agreement by two acts. Method: the built-in scenario, which gives no right, up to agreed terms;
// rights themselves are played in tests/scenarios/rights_test.cc.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(RightCommands, WithoutARightThereIsNothingToUse) {
  Player player;
  player.PlayScenarioToTerms();
  EXPECT_NE(player.Must({"right", "list", "web-shop"}).find("no rights"), std::string::npos);
  for (const char* verb : {"exercise", "waive"}) {
    const Outcome outcome = player.Run({"right", verb, "web-shop", "--key", "@customer.pem"});
    EXPECT_EQ(outcome.exit, 2);
    EXPECT_NE(outcome.err.find("no such right has arisen"), std::string::npos) << outcome.err;
  }
  EXPECT_EQ(player.Run({"right", "list", "nothing"}).exit, 2);
}

TEST(RightCommands, ATerminationStatesItsEnd) {
  Player player;
  player.PlayScenarioToTerms();
  EXPECT_EQ(player.Run({"agreement", "terminate", "web-shop", "--key", "@provider.pem"}).exit, 2);
  player.Must({"agreement", "terminate", "web-shop", "--effective", "2027-01-01T00:00:00Z", "--key",
               "@provider.pem"});
  std::string offer;
  const nlohmann::json shown =
      nlohmann::json::parse(player.Must({"agreement", "show", "web-shop", "--json"}));
  for (const nlohmann::json& act : shown["acts"]) {
    if (act["kind"] == "terminated") offer = act["at"];
  }
  // Another end is no answer.
  EXPECT_EQ(player
                .Run({"agreement", "terminate", "web-shop", offer, "--effective",
                      "2027-02-01T00:00:00Z", "--key", "@customer.pem"})
                .exit,
            1);
  player.Must({"agreement", "terminate", "web-shop", offer, "--key", "@customer.pem"});
  EXPECT_NE(player.Must({"replay", "web-shop"}).find("the term ends at 2027-01-01T00:00:00Z"),
            std::string::npos);
}

}  // namespace
}  // namespace tally::tests
