// Goal: a command that names no claim means the one that has an effect, and says which there are
// when several do. Method: the built-in scenario with a true claim, a stranger's and a second one.
#include "tools/claim_choice.h"

#include <gtest/gtest.h>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(ClaimChoice, StandingAndWaitingAreStatesOfAClaim) {
  replay::ClaimResult claim;
  for (const char* state : {"filed", "premature"}) {
    claim.state = state;
    EXPECT_TRUE(tools::Waits(claim) && tools::Stands(claim)) << state;
  }
  for (const char* state : {"partly accepted", "level 2", "arbitration", "ruled"}) {
    claim.state = state;
    EXPECT_TRUE(tools::Stands(claim) && !tools::Waits(claim)) << state;
  }
  for (const char* state : {"without effect", "withdrawn", "settled"}) {
    claim.state = state;
    EXPECT_FALSE(tools::Stands(claim)) << state;
  }
}

TEST(ClaimChoice, AClaimWithoutEffectIsNotMeant) {
  Player player;
  player.PlayScenarioToTerms();
  // The provider is owed nothing: his claim is recorded and never meant.
  player.Run(
      {"claim", "file", "web-shop", "--period", "2026-02", "--yes", "--key", "@provider.pem"});
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  player.Must({"claim", "answer", "web-shop", "--reject", "--key", "@provider.pem"});
  const std::string shown = player.Must({"claim", "show", "web-shop"});
  EXPECT_NE(shown.find("rejected"), std::string::npos) << shown;
}

// Once it is settled the one claim that had an effect is still the one that is meant.
TEST(ClaimChoice, ASettledClaimIsMeantWhereNoOtherStands) {
  Player player;
  player.PlayScenarioToTerms();
  player.Run(
      {"claim", "file", "web-shop", "--period", "2026-02", "--yes", "--key", "@provider.pem"});
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  player.Must({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  player.Must({"settlement", "propose", "web-shop", "--key", "@provider.pem"});
  player.Must({"settlement", "confirm", "web-shop", "--key", "@customer.pem"});
  EXPECT_NE(player.Must({"claim", "show", "web-shop"}).find("): settled"), std::string::npos);
  const Outcome again =
      player.Run({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_NE(again.out.find("recorded already"), std::string::npos) << again.out;
}

}  // namespace
}  // namespace tally::tests
