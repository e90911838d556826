// Goal: what an answer concedes is paid on account while the rest is disputed, at the sum that is
// approved; whoever ends a claim so is told what he gives up; a sum is that of now, whatever the
// clock decided since the last record. Method: the built-in scenario up to a closed window whose
// claim of 120.00 EUR is accepted at 50.00.
#include "tools/claim_payment.h"

#include <gtest/gtest.h>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class ClaimPayment : public testing::Test {
 protected:
  ClaimPayment() {
    player_.PlayScenarioToTerms();
    player_.Must({"project"});
    Must("customer", {"claim", "file", "web-shop", "--period", "2026-02"});
    Must("provider", {"claim", "answer", "web-shop", "--partly", "50.00 EUR"});
  }
  Outcome By(const std::string& party, std::vector<std::string> words) {
    words.insert(words.end(), {"--key", "@" + party + ".pem"});
    return player_.Run(words);
  }
  std::string Must(const std::string& party, std::vector<std::string> words) {
    const Outcome outcome = By(party, std::move(words));
    EXPECT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
    return outcome.out;
  }
  void ExpectSaid(const std::string& text, const std::string& what) {
    EXPECT_NE(text.find(what), std::string::npos) << text;
  }
  Player player_;
};

TEST_F(ClaimPayment, WhatIsConcededIsPaidAndTheClaimGoesOn) {
  const std::string proposed = Must("provider", {"settlement", "propose", "web-shop"});
  ExpectSaid(proposed, "payment on account at 50.00 EUR: of what is approved; the claim goes on");
  const std::string confirmed = Must("customer", {"settlement", "confirm", "web-shop"});
  ExpectSaid(confirmed, "payment on account at 50.00 EUR, proposed at ");
  ExpectSaid(player_.Must({"claim", "list", "web-shop"}), "partly accepted");
  const std::string balance = player_.Must({"balance", "web-shop"});
  ExpectSaid(balance, "settled     customer                      50.00 EUR");
  ExpectSaid(balance, "claimed     customer                      70.00 EUR");
  // Nothing more is approved.
  const Outcome again =
      By("provider", {"settlement", "propose", "web-shop", "--on-account", "--amount", "1.00 EUR"});
  EXPECT_EQ(again.exit, 2);
  ExpectSaid(again.err, "on account is paid what is approved of the claim");
  // Whoever takes the answer ends the claim, and nothing is owed any more.
  Must("customer", {"claim", "accept", "web-shop"});
  const Outcome nothing = By("provider", {"settlement", "propose", "web-shop"});
  EXPECT_EQ(nothing.exit, 2);
  ExpectSaid(nothing.err, "nothing is owed for the claim");
}

TEST_F(ClaimPayment, WhoeverEndsTheClaimIsToldWhatIsGivenUp) {
  const Outcome proposed =
      By("provider", {"settlement", "propose", "web-shop", "--amount", "80.00 EUR"});
  EXPECT_EQ(proposed.exit, 0) << proposed.err;
  ExpectSaid(proposed.err, "it ends the claim, which is not decided: 40.00 EUR");
  const Outcome confirmed = By("customer", {"settlement", "confirm", "web-shop"});
  EXPECT_EQ(confirmed.exit, 0) << confirmed.err;
  ExpectSaid(confirmed.err, "40.00 EUR that is open of it is given up");
  ExpectSaid(player_.Must({"claim", "list", "web-shop"}), "settled");
}

TEST_F(ClaimPayment, OneThingIsPaidAtATime) {
  const Outcome both =
      By("provider", {"settlement", "propose", "web-shop", "--on-account", "--awards"});
  EXPECT_EQ(both.exit, 2);
  ExpectSaid(both.err, "pay different things");
  const Outcome awards = By("provider", {"settlement", "propose", "web-shop", "--awards"});
  EXPECT_EQ(awards.exit, 2);
  ExpectSaid(awards.err, "nothing that rulings awarded on the claim");
}

}  // namespace
}  // namespace tally::tests
