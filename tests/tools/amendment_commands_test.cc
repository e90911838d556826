// Goal: amendments are found by what people call them. Method: the built-in scenario, with one
// amendment that is proposed and taken back; races are played in tests/scenarios/target_test.cc.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(AmendmentCommands, ListShowAndReject) {
  Player player;
  player.PlayScenarioToTerms();
  EXPECT_TRUE(absl::StrContains(player.Must({"amendment", "list", "web-shop"}), "no amendments"));
  EXPECT_EQ(player.Run({"amendment", "show", "web-shop"}).exit, 2);
  const std::string terms =
      Replaced(Replaced(ReadSourceFile("tools/scenario/terms.yaml"), "agreement: web-shop\n",
                        "agreement: web-shop\namends:\n  base: current\n  effective: 2026-12-01\n"
                        "  reach: prospective\n  reason: a longer objection\n"),
               "objection: ", "objection: 1");
  player.Write("amendment.yaml", terms);
  player.Must({"amendment", "propose", "web-shop", "@amendment.yaml", "--key", "@provider.pem"});
  EXPECT_TRUE(absl::StrContains(player.Must({"amendment", "list", "web-shop"}), "waiting"));
  const std::string shown = player.Must({"amendment", "show", "web-shop"});
  EXPECT_TRUE(absl::StrContains(shown, "a longer objection")) << shown;
  EXPECT_TRUE(absl::StrContains(shown, "waits for   customer")) << shown;
  EXPECT_EQ(player.Run({"amendment", "reject", "web-shop", "7/7", "--key", "@customer.pem"}).exit,
            2);
  player.Must({"amendment", "reject", "web-shop", "--key", "@provider.pem"});
  EXPECT_TRUE(absl::StrContains(player.Must({"amendment", "list", "web-shop"}), "withdrawn"));
  EXPECT_EQ(player.Run({"amendment", "reject", "web-shop", "--key", "@customer.pem"}).exit, 2)
      << "none waits";
}

}  // namespace
}  // namespace tally::tests
