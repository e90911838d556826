// Goal: terms check answers yes or no with places; terms show prints what is in force.
// Method: the built-in scenario's terms, good and with one choice left out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(TermsCommands, AMissingChoiceHasAPlaceAndExitStatusOne) {
  Player player;
  player.Write("good.yaml", ReadSourceFile("tools/scenario/terms.yaml"));
  player.Write("bad.yaml", Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                    "      unknown time: counts as down\n", ""));
  player.Must({"terms", "check", "@good.yaml"});
  const Outcome bad = player.Run({"terms", "check", "@bad.yaml"});
  EXPECT_EQ(bad.exit, 1);
  EXPECT_NE(bad.out.find("bad.yaml:"), std::string::npos) << bad.out;
  EXPECT_NE(bad.out.find("`unknown time` is not stated"), std::string::npos) << bad.out;
  nlohmann::json json =
      nlohmann::json::parse(player.Run({"terms", "check", "@bad.yaml", "--json"}).out);
  EXPECT_EQ(json["accepted"], false);
  EXPECT_EQ(json["diagnostics"][0]["code"], "terms-missing-choice");
}

TEST(TermsCommands, StrictMakesWarningsErrors) {
  Player player;
  player.Write("lenient.yaml",
               Replaced(ReadSourceFile("tools/scenario/terms.yaml"), "unknown time: counts as down",
                        "unknown time: counts as up"));
  EXPECT_EQ(player.Run({"terms", "check", "@lenient.yaml"}).exit, 0);
  EXPECT_EQ(player.Run({"terms", "check", "@lenient.yaml", "--strict"}).exit, 1);
}

TEST(TermsCommands, ShowPrintsWhatIsInForce) {
  Player player;
  player.PlayScenarioToTerms();
  const std::string text = player.Must({"terms", "show", "web-shop"});
  EXPECT_NE(text.find("99.9 %"), std::string::npos) << text;
}

}  // namespace
}  // namespace tally::tests
