// Goal: commands about restatements refuse what cannot be meant before anything is signed. Method:
// the built-in scenario, where nothing is stale; the whole story is played in
// tests/scenarios/restatement_test.cc.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(RestatementCommands, NothingStaleNothingProposed) {
  Player player;
  player.PlayScenarioToTerms();
  const std::string before = player.Must({"checkpoint"});
  const Outcome none = player.Run({"restatement", "propose", "web-shop", "--key", "@provider.pem"});
  EXPECT_EQ(none.exit, 2) << none.err;
  EXPECT_TRUE(absl::StrContains(none.err, "no closed window would be closed otherwise"))
      << none.err;
  const Outcome nobody =
      player.Run({"restatement", "accept", "web-shop", "--key", "@customer.pem"});
  EXPECT_EQ(nobody.exit, 2) << nobody.err;
  EXPECT_TRUE(absl::StrContains(nobody.err, "no act 'restatement proposed'")) << nobody.err;
  EXPECT_TRUE(
      absl::StrContains(player.Must({"restatement", "list", "web-shop"}), "no restatements"));
  const Outcome other = player.Run({"restatement", "list", "no-such"});
  EXPECT_NE(other.exit, 0);
  EXPECT_EQ(player.Must({"checkpoint"}), before);
}

}  // namespace
}  // namespace tally::tests
