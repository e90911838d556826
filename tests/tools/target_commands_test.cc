// Goal: the commands about targets refuse what they cannot mean before anything is signed.
// Method: the built-in scenario, whose terms adjust no target, and the same with a baseline; the
// whole story is played in tests/scenarios/target_test.cc.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(TargetCommands, RefuseWhatTheTermsDoNotGive) {
  Player player;
  player.PlayScenarioToTerms();
  const Outcome none = player.Run({"target", "propose", "web-shop", "--key", "@provider.pem"});
  EXPECT_EQ(none.exit, 2);
  EXPECT_TRUE(absl::StrContains(none.err, "no baseline or ratchet")) << none.err;
  const Outcome level = player.Run({"target", "propose", "web-shop", "--by-consent", "--target",
                                    "soon", "--key", "@provider.pem"});
  EXPECT_EQ(level.exit, 2);
  EXPECT_TRUE(absl::StrContains(level.err, "write a percentage")) << level.err;
  const Outcome bare =
      player.Run({"target", "propose", "web-shop", "--by-consent", "--key", "@provider.pem"});
  EXPECT_EQ(bare.exit, 2);
  const Outcome objective = player.Run(
      {"target", "propose", "web-shop", "--objective", "speed", "--key", "@provider.pem"});
  EXPECT_EQ(objective.exit, 2);
  EXPECT_TRUE(absl::StrContains(objective.err, "no objective 'speed'")) << objective.err;
  const Outcome rule =
      player.Run({"target", "propose", "web-shop", "--rule", "no-such", "--key", "@provider.pem"});
  EXPECT_EQ(rule.exit, 2);
  EXPECT_EQ(player.Run({"target", "accept", "web-shop", "--key", "@customer.pem"}).exit, 2);
  EXPECT_TRUE(absl::StrContains(player.Must({"target", "list", "web-shop"}), "no proposals"));
}

TEST(TargetCommands, AFreeProposalWaitsForTheOtherSide) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"target", "propose", "web-shop", "--by-consent", "--target", "99.5 %", "--key",
               "@provider.pem"});
  const Outcome own = player.Run({"target", "accept", "web-shop", "--key", "@provider.pem"});
  EXPECT_EQ(own.exit, 1) << own.err;
  EXPECT_TRUE(absl::StrContains(own.err, "cannot accept for the other side")) << own.err;
  player.Must({"target", "accept", "web-shop", "--key", "@customer.pem"});
  EXPECT_TRUE(absl::StrContains(player.Must({"target", "list", "web-shop"}), "countersigned"));
  // Who asks for the terms is told what holds now, and by which act; the text is still a file.
  const std::string shown = player.Must({"terms", "show", "web-shop"});
  EXPECT_TRUE(absl::StrContains(shown, ".target: at least 99.5 % holds for windows from "))
      << shown;
  EXPECT_TRUE(absl::StrContains(shown, ", countersigned at ")) << shown;
  player.Write("shown.yaml", shown.substr(0, shown.rfind("terms ")));
  player.Must({"terms", "check", "@shown.yaml"});
  const std::string json = player.Must({"terms", "show", "web-shop", "--json"});
  EXPECT_TRUE(absl::StrContains(json, R"("adjusted":[{"objective":)")) << json;
}

}  // namespace
}  // namespace tally::tests
