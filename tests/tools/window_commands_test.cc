// Goal: a side objects to a closing by a command, and the window stays provisional for it; nothing
// is signed where no closing is meant. Method: the built-in scenario, closed by the nightly job.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tools {
namespace {

TEST(WindowCommands, AnObjectionAnswersTheClosing) {
  tests::Player player;
  player.PlayScenarioToTerms();
  const std::vector<std::string> object = {"window",  "object", "web-shop",     "--period",
                                           "2026-02", "--key",  "@customer.pem"};
  const tests::Outcome early = player.Run(object);
  EXPECT_EQ(early.exit, 2) << early.err;
  EXPECT_NE(early.err.find("no window of that period is closed"), std::string::npos) << early.err;
  player.Must({"project"});
  EXPECT_EQ(player.Run(object).exit, 0);
  const std::string log = player.Must({"log", "agreement/web-shop"});
  EXPECT_NE(log.find("report contested"), std::string::npos) << log;
  const nlohmann::json result =
      nlohmann::json::parse(player.Must({"replay", "web-shop", "--period", "2026-02", "--json"}));
  for (const nlohmann::json& finding : result["findings"]) {
    EXPECT_NE(finding["kind"], "objection-to-nothing") << finding;
  }
  const tests::Outcome stranger =
      player.Run({"window", "object", "web-shop", "--period", "2026-02", "--key", "@monitor.pem"});
  EXPECT_NE(stranger.exit, 0) << "the monitor is no side of the objective";
}

}  // namespace
}  // namespace tally::tools
