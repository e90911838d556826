// Goal: the lists say how each matter stands and show nothing where there is none. Method: the
// built-in scenario up to agreed terms; states that take a decision are played in
// exclusion_commands_test.cc and tests/scenarios/cause_test.cc.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(MatterCommands, ListsAreOfOneKindAndOneLineAMatter) {
  Player player;
  player.PlayScenarioToTerms();
  for (const char* kind : {"exclusion", "attribution"}) {
    EXPECT_EQ(player.Run({kind, "list", "nothing"}).exit, 2);
    EXPECT_NE(player.Must({kind, "list", "web-shop"}).find("no "), std::string::npos);
    EXPECT_EQ(player.Must({kind, "list", "web-shop", "--json"}), "");
  }
  for (const char* name : {"b", "a"}) {
    player.Must({"exclusion", "propose", "web-shop", "--name", name, "--cause", "force-majeure",
                 "--from", "2026-02-03T10:00:00Z", "--to", "2026-02-03T12:00:00Z", "--key",
                 "@provider.pem"});
  }
  const std::string lines = player.Must({"exclusion", "list", "web-shop", "--json"});
  const size_t end = lines.find('\n');
  EXPECT_EQ(nlohmann::json::parse(lines.substr(0, end))["name"], "a");
  const nlohmann::json second = nlohmann::json::parse(lines.substr(end + 1));
  EXPECT_EQ(second["format"], "tally.exclusion/1");
  EXPECT_EQ(second["name"], "b");
  EXPECT_EQ(second["standings"][0]["counts"], true);
  const std::string text = player.Must({"exclusion", "list", "web-shop"});
  EXPECT_NE(text.find("exclusion a: proposed (force majeure)"), std::string::npos) << text;
  EXPECT_NE(text.find("proposed by provider"), std::string::npos) << text;
  EXPECT_NE(player.Must({"attribution", "list", "web-shop"}).find("no attributions"),
            std::string::npos);
}

}  // namespace
}  // namespace tally::tests
