// Goal: acts of a claim's later life are said by commands that refuse what cannot be meant, in a
// sentence (DOMAIN 3.10). Method: the built-in scenario with a claim filed; wrong words; what each
// act leaves behind is read by scenario tests (tests/scenarios/forum_test.cc).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class ForumCommands : public testing::Test {
 protected:
  void SetUp() override {
    player_.PlayScenarioToTerms();
    player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  }
  Outcome Say(std::vector<std::string> words, const std::string& who) {
    words.insert(words.end(), {"--key", "@" + who + ".pem"});
    return player_.Run(words);
  }
  void Refused(std::vector<std::string> words, const std::string& who, const std::string& says) {
    const std::string before = player_.Must({"checkpoint"});
    const Outcome said = Say(words, who);
    EXPECT_EQ(said.exit, 2) << said.out << said.err;
    EXPECT_NE(said.err.find(says), std::string::npos) << said.err;
    EXPECT_EQ(player_.Must({"checkpoint"}), before) << "nothing is recorded";
  }
  Player player_;
};

TEST_F(ForumCommands, WrongWordsAreRefusedWithWhatToWrite) {
  Refused({"claim", "agree", "web-shop", "--amount", "seventy"}, "customer",
          "such as '1000.00 USD'");
  Refused({"mediation", "close", "web-shop", "--outcome", "maybe"}, "customer",
          "agreed, failed or withdrawn");
  Refused({"ruling", "issue", "web-shop", "--rank", "judge"}, "customer", "expert or arbitrator");
  Refused({"ruling", "issue", "web-shop", "--rank", "expert", "--costs", "5.00 EUR"}, "customer",
          "--costs-by");
  Refused({"deadline", "suspend", "web-shop", "--from", "2026-03-05T00:00:00Z", "--until",
           "2026-03-05T00:00:00Z"},
          "customer", "after it begins");
  Refused({"deadline", "agree", "web-shop"}, "customer", "nobody proposed");
}

// The ledger would refuse his word, and the mediation would never end.
TEST_F(ForumCommands, AMediatorIsAPartyToTheAgreement) {
  player_.Must({"key", "new", "--party", "med", "--out", "@med.pem"});
  player_.Must({"party", "register", "med", "--key", "@med.pem"});
  Refused({"mediation", "open", "web-shop", "--mediator", "med", "--yes"}, "customer",
          "med is no party to the agreement web-shop");
  const Outcome named = Say({"mediation", "open", "web-shop", "--mediator", "monitor"}, "customer");
  EXPECT_EQ(named.exit, 0) << named.err;
}

// An act that its claim's state does not know is warned of, and needs a word to be a success.
TEST_F(ForumCommands, AnActOutOfStateIsWarnedOf) {
  const Outcome said = Say({"claim", "escalate", "web-shop"}, "customer");
  EXPECT_EQ(said.exit, 1) << said.err;
  EXPECT_NE(said.err.find("no effect"), std::string::npos) << said.err;
}

TEST_F(ForumCommands, AnAcceptanceNamesThePartThatWasAnswered) {
  Say({"claim", "answer", "web-shop", "--partly", "50.00 EUR"}, "provider");
  EXPECT_EQ(Say({"claim", "accept", "web-shop"}, "customer").exit, 0);
  const nlohmann::json life =
      nlohmann::json::parse(player_.Must({"claim", "show", "web-shop", "--json"}));
  EXPECT_EQ(life["state"], "agreed");
  EXPECT_EQ(life["format"], "tally.claim.life/1");
  const std::string text = player_.Must({"claim", "show", "web-shop"});
  EXPECT_NE(text.find("agreed (at "), std::string::npos) << text;
}

}  // namespace
}  // namespace tally::tests
