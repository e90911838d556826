// Goal: a run is known by its instant, and is gone on with only while it is the last.
// Method: the built-in scenario; tests/sim/kill_project.py kills the program itself.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "schema/instant.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(ProjectRun, AStoppedRunIsGoneOnWithAtItsInstantAndALaterOneForbidsIt) {
  Player player;
  player.PlayScenarioToTerms();
  const std::string instant = "2026-11-01T02:00:00Z";
  player.clock().Set(*ParseInstant("2026-11-01T03:00:00Z"));
  player.Must({"project", "--knowledge", instant});
  const std::string before = player.Must({"checkpoint"});
  const nlohmann::json again =
      nlohmann::json::parse(player.Must({"project", "--knowledge", instant, "--every", "--json"}));
  EXPECT_EQ(again["resumed"], true);
  EXPECT_EQ(again["statements"], "0");
  EXPECT_EQ(again["knowledge"], instant);
  EXPECT_EQ(player.Must({"checkpoint"}), before);
  EXPECT_EQ(player.Run({"project", "--knowledge", "2026-11-01T01:59:59Z"}).exit, 2)
      << "a later run has appended statements";
  EXPECT_EQ(player.Run({"project", "--knowledge", "2027-11-01T00:00:00Z"}).exit, 2);
}

}  // namespace
}  // namespace tally::tests
