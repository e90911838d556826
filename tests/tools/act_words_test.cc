// Goal: a misspelt objective, role or deadline, and an extension that shortens, are refused before
// they are signed, with what was meant. Method: the commands on the scenario's ledger.
#include "tools/act_words.h"

#include <gtest/gtest.h>

#include "tests/scenarios/player.h"

namespace tally::tools {
namespace {

TEST(ActWords, AMisspeltObjectiveIsRefused) {
  tests::Player player;
  player.PlayScenarioToTerms();
  std::vector<std::string> words = {"exclusion",
                                    "propose",
                                    "web-shop",
                                    "--name",
                                    "m",
                                    "--cause",
                                    "customer",
                                    "--from",
                                    "2026-02-10T00:00:00Z",
                                    "--to",
                                    "2026-02-10T01:00:00Z",
                                    "--objective",
                                    "availabilty",
                                    "--key",
                                    "@provider.pem"};
  const tests::Outcome outcome = player.Run(words);
  EXPECT_EQ(outcome.exit, 2) << outcome.err;
  EXPECT_NE(outcome.err.find("did you mean 'availability'?"), std::string::npos) << outcome.err;
  words[12] = "availability";
  EXPECT_NE(player.Run(words).exit, 2);
}

TEST(ActWords, ARoleThatNobodyHasIsRefused) {
  tests::Player player;
  player.PlayScenarioToTerms();
  std::vector<std::string> words = {
      "ruling",  "issue",    "web-shop",   "--period", "2026-02", "--rank",      "arbitrator",
      "--costs", "5.00 EUR", "--costs-by", "custmer",  "--key",   "@monitor.pem"};
  const std::string before = player.Must({"checkpoint"});
  const tests::Outcome outcome = player.Run(words);
  EXPECT_EQ(outcome.exit, 2) << outcome.err;
  EXPECT_NE(outcome.err.find("did you mean customer?"), std::string::npos) << outcome.err;
  EXPECT_EQ(player.Must({"checkpoint"}), before) << "nothing is signed";
}

TEST(ActWords, AMisspeltDeadlineAndAShorterOneAreRefused) {
  tests::Player player;
  player.PlayScenarioToTerms();
  player.Must({"project"});  // a claim before its window is closed waits for no answer yet
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  tests::Outcome outcome =
      player.Run({"deadline", "extend", "web-shop", "--deadline", "claim.anser", "--until",
                  "2027-01-01T00:00:00Z", "--key", "@provider.pem"});
  EXPECT_EQ(outcome.exit, 2) << outcome.err;
  EXPECT_NE(outcome.err.find("did you mean 'claim.answer'?"), std::string::npos) << outcome.err;
  outcome = player.Run({"deadline", "extend", "web-shop", "--deadline", "claim.answer", "--until",
                        "2026-11-02T00:00:00Z", "--key", "@provider.pem"});
  EXPECT_EQ(outcome.exit, 2) << outcome.err;
  EXPECT_NE(outcome.err.find("an extension ends later"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace tally::tools
