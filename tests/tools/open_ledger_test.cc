// Goal: -C takes a ledger or a pack, and a pack that does not verify is not read. Method: one
// command on a ledger, on its pack and on a damaged copy.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(OpenLedger, APackIsReadLikeItsLedgerAfterItWasVerified) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"pack", "web-shop", "--out", "@web-shop.pack"});
  const std::vector<std::string> words = {"log", "agreement/web-shop", "--json"};
  std::vector<std::string> on_pack = words;
  on_pack.insert(on_pack.end(), {"-C", "@web-shop.pack"});
  const Outcome read = player.Run(on_pack);
  EXPECT_EQ(read.exit, 0) << read.err;
  EXPECT_EQ(read.out, player.Must(words));

  std::ifstream in(player.Path("web-shop.pack"), std::ios::binary);
  std::ostringstream pack;
  pack << in.rdbuf();
  std::string damaged = pack.str();
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  player.Write("web-shop.pack", damaged);
  const Outcome refused = player.Run(on_pack);
  EXPECT_EQ(refused.exit, 3);
  EXPECT_EQ(refused.out, "");
  // Nobody writes to a pack.
  EXPECT_NE(player.Run({"heads", "-C", "@web-shop.pack"}).exit, 0);
}

}  // namespace
}  // namespace tally::tests
