// Goal: settlements are proposed and confirmed at what is owed, for claims and for credits that
// need none, and say the sum; what cannot be meant is refused by name. Method: the built-in
// scenario up to a closed window, under credits on claim; automatic ones are played in
// tests/scenarios/automatic_credit_test.cc.
#include <gtest/gtest.h>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class SettlementCommands : public testing::Test {
 protected:
  SettlementCommands() { player_.PlayScenarioToTerms(); }
  Outcome By(const std::string& party, std::vector<std::string> words) {
    words.insert(words.end(), {"--key", "@" + party + ".pem"});
    return player_.Run(words);
  }
  void ExpectRefused(const Outcome& outcome, const std::string& why) {
    EXPECT_EQ(outcome.exit, 2) << outcome.out;
    EXPECT_NE(outcome.err.find(why), std::string::npos) << outcome.err;
  }
  Player player_;
};

TEST_F(SettlementCommands, AClaimIsSettledAtWhatWasDecided) {
  ExpectRefused(By("provider", {"settlement", "propose", "web-shop"}),
                "name the --period of credits that need no claim");
  By("customer", {"claim", "file", "web-shop", "--period", "2026-02"});
  By("provider", {"claim", "answer", "web-shop", "--accept"});
  const Outcome proposed = By("provider", {"settlement", "propose", "web-shop", "--dry-run"});
  EXPECT_NE(proposed.out.find("settlement at 120.00 EUR"), std::string::npos) << proposed.out;
  EXPECT_LT(proposed.out.find("settlement at"), proposed.out.find("would record"));
  ASSERT_EQ(By("provider", {"settlement", "propose", "web-shop", "--reference", "R-7"}).exit, 0);
  const Outcome confirmed = By("customer", {"settlement", "confirm", "web-shop"});
  EXPECT_EQ(confirmed.exit, 0) << confirmed.err;
  EXPECT_NE(confirmed.out.find("settlement at 120.00 EUR on R-7, proposed at "), std::string::npos)
      << confirmed.out;
}

TEST_F(SettlementCommands, WhatCannotBeMeantIsRefused) {
  ExpectRefused(By("provider", {"settlement", "propose", "web-shop", "--period", "2026-02",
                                "--amount", "-1.00 EUR"}),
                "is below zero");
  ExpectRefused(By("provider", {"settlement", "propose", "web-shop", "--period", "2026-02"}),
                "not closed yet");
  ExpectRefused(By("customer", {"settlement", "confirm", "web-shop", "--period", "2026-02"}),
                "no settlement of a closing of that period waits");
  ExpectRefused(By("customer", {"settlement", "confirm", "web-shop", "1/0", "--period", "2026-02"}),
                "name two things to settle");
  player_.Must({"project"});
  ExpectRefused(By("provider", {"settlement", "propose", "web-shop", "--period", "2026-02",
                                "--amount", "1.00 USD"}),
                "the credit is 120.00 EUR");
  ExpectRefused(By("provider", {"settlement", "propose", "web-shop", "--period", "2026-02",
                                "--lump-sum", "chronic"}),
                "no sum by the rule 'chronic' is open");
}

}  // namespace
}  // namespace tally::tests
