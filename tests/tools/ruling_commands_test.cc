// Goal: `ruling issue` refuses what cannot be meant before anything is signed. Method: the built-in
// scenario with a claim; wrong words; effects are read by tests/scenarios/ruling_test.cc.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(RulingCommands, WrongWordsAreRefusedWithWhatToWrite) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  const std::string before = player.Must({"checkpoint"});
  const auto refused = [&player](std::vector<std::string> words, const std::string& says) {
    words.insert(words.begin(), {"ruling", "issue", "web-shop"});
    words.insert(words.end(), {"--key", "@monitor.pem"});
    const Outcome said = player.Run(words);
    EXPECT_EQ(said.exit, 2) << said.out << said.err;
    EXPECT_TRUE(absl::StrContains(said.err, says)) << said.err;
  };
  refused({"--rank", "judge"}, "expert or arbitrator");
  refused({"--rank", "expert", "--costs", "5.00 EUR"}, "--costs-by");
  refused({"--rank", "expert", "--value", "1/0"}, "a percentage such as '99.9 %'");
  refused({"--rank", "expert", "--value", "1/2/3"}, "a percentage such as '99.9 %'");
  refused({"--rank", "expert", "--terms", "abc"}, "64 hexadecimal digits");
  refused({"--rank", "expert", "--invalid-key", "abc"}, "64 hexadecimal digits");
  refused({"--rank", "expert", "--value", "99 %", "--period", "2020-01"}, "0 windows");
  EXPECT_EQ(player.Must({"checkpoint"}), before);
}

}  // namespace
}  // namespace tally::tests
