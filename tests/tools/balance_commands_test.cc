// Goal: `tally balance` says who owes what, from postings that sum to zero, and writes them for the
// books. Method: the built-in scenario with a claim that is accepted.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

TEST(BalanceCommands, SaysWhatIsOwedAndWhatItRestsOn) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  player.Must({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  const nlohmann::json books =
      nlohmann::json::parse(player.Must({"balance", "web-shop", "--json"}));
  EXPECT_EQ(books["format"], "tally.balance/1");
  ASSERT_EQ(books["balances"].size(), 2u) << books;
  EXPECT_EQ(books["balances"][0]["account"], "approved");
  ASSERT_EQ(books["postings"].size(), 3u) << books;
  EXPECT_EQ(books["postings"][2]["debit_account"], "approved");
  EXPECT_EQ(books["postings"][2]["amount"], "120.00");
  const std::string text = player.Must({"balance", "web-shop"});
  EXPECT_NE(text.find("120.00 EUR"), std::string::npos) << text;
  const std::string csv = player.Must({"balance", "web-shop", "--csv", "-"});
  EXPECT_EQ(csv.rfind("number,at,cause,", 0), 0u) << csv;
}

TEST(BalanceCommands, AnUnknownAgreementIsNamed) {
  Player player;
  player.NewLedger({"provider"});
  const Outcome said = player.Run({"balance", "nothing"});
  EXPECT_EQ(said.exit, 2) << said.out;
  EXPECT_NE(said.err.find("nothing"), std::string::npos) << said.err;
}

}  // namespace
}  // namespace tally::tests
