// Goal: a dispute goes its whole way through the commands: claim, answer, escalation, talks,
// arbitration, ruling, settlement; each step shows in `claim show`, `balance` and `replay`, and
// each wrong step is refused or recorded without effect (DOMAIN 3.10, 3.17 rules 25 to 29). Method:
// one breached month; the scenario's clock; balances summed after every step.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/april_case.h"

namespace tally::tests {
namespace {

class ForumScenario : public ::testing::Test {
 protected:
  ForumScenario() : golden_(kAprilBegins) {
    EscalatesWithinTenDays(golden_);
    TalksAt(golden_, 1);
    ArbitrationAt(golden_, 2);
    PlayApril(golden_, {.late_evidence = "always restated"});
  }
  Outcome Say(std::vector<std::string> words, const std::string& key) {
    words.insert(words.end(), {"--yes", "--key", absl::StrCat("@", key, ".pem")});
    Outcome said = golden_.player().Run(words);
    EXPECT_LE(said.exit, 1) << said.err;
    return said;
  }
  // At the end of the ledger, or as known at an instant.
  std::string State(const std::string& at = "") {
    std::vector<std::string> axes;
    if (!at.empty()) axes = {"--as-recorded", at};
    const nlohmann::json answer = golden_.Ask("2026-04", axes);
    return answer["claims"].empty() ? "none" : answer["claims"].at(0)["state"];
  }
  // Every account of every currency sums to zero over the parties.
  void Balanced() {
    std::map<std::string, int64_t> sums;
    const nlohmann::json answer = golden_.Ask("2026-04");
    for (const nlohmann::json& balance : answer["balances"]) {
      const std::string account = balance["account"];
      std::string cents = balance["amount"];
      cents.erase(cents.find('.'), 1);
      sums[account] += std::stoll(cents);
    }
    for (const auto& [account, sum] : sums) EXPECT_EQ(sum, 0) << account;
  }
  nlohmann::json Ask(std::vector<std::string> words) {
    words.push_back("--json");
    return nlohmann::json::parse(golden_.player().Must(words));
  }

  Golden golden_;
};

TEST_F(ForumScenario, ARejectedClaimClimbsToARulingAndIsPaid) {
  Say({"claim", "file", "case", "--period", "2026-04"}, "customer");
  EXPECT_EQ(State(), "filed");
  Say({"claim", "acknowledge", "case", "--reference", "T-17"}, "provider");
  EXPECT_EQ(State(), "filed");
  Say({"claim", "answer", "case", "--partly", "30.00 USD"}, "provider");
  EXPECT_EQ(State(), "partly accepted");
  EXPECT_EQ(golden_.Balance("approved", "customer", "2026-04"), "30.00");
  EXPECT_EQ(golden_.Balance("claimed", "customer", "2026-04"), "70.00");
  Balanced();
  golden_.MoveTo("2026-05-10T00:00:00Z");
  Say({"claim", "escalate", "case"}, "customer");
  EXPECT_EQ(State(), "level 1");
  EXPECT_EQ(State("2026-05-16T23:59:59.999Z"), "level 1");
  EXPECT_EQ(State("2026-05-17T00:00:00Z"), "arbitration") << "by the clock";
  golden_.MoveTo("2026-05-18T00:00:00Z");
  Say({"ruling", "issue", "case", "--rank", "arbitrator", "--credit", "80.00 USD"}, "provider");
  EXPECT_EQ(State(), "arbitration") << "the provider is no tribunal";
  Say({"ruling", "issue", "case", "--rank", "arbitrator", "--credit", "80.00 USD", "--costs",
       "5.00 USD", "--costs-by", "provider"},
      "monitor");
  EXPECT_EQ(State(), "ruled");
  EXPECT_EQ(golden_.Balance("approved", "customer", "2026-04"), "85.00");
  EXPECT_EQ(golden_.Balance("claimed", "customer", "2026-04"), "");
  Balanced();
  Say({"settlement", "propose", "case", "--amount", "80.00 USD"}, "provider");
  Say({"settlement", "confirm", "case"}, "customer");
  EXPECT_EQ(State(), "settled");
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026-04"), "80.00");
  Balanced();
  const nlohmann::json books = Ask({"balance", "case", "--period", "2026-04"});
  EXPECT_EQ(books["format"], "tally.balance/1");
  EXPECT_EQ(books["postings"].at(0)["debit_account"], "accrued");
  EXPECT_EQ(books["postings"].back()["debit_account"], "settled");
  const nlohmann::json life = Ask({"claim", "show", "case"});
  EXPECT_EQ(life["steps"].front()["state"], "filed");
  EXPECT_EQ(life["steps"].back()["state"], "settled");
}

TEST_F(ForumScenario, BothPartiesEndAClaimAtOneSum) {
  Say({"claim", "file", "case", "--period", "2026-04"}, "customer");
  Say({"claim", "agree", "case", "--amount", "55.00 USD"}, "customer");
  EXPECT_EQ(State(), "filed");
  Say({"claim", "agree", "case", "--amount", "55.00 USD"}, "provider");
  EXPECT_EQ(State(), "agreed");
  EXPECT_EQ(golden_.Balance("approved", "customer", "2026-04"), "55.00");
  EXPECT_EQ(golden_.Balance("reversed", "customer", "2026-04"), "45.00");
  Balanced();
}

TEST_F(ForumScenario, TimeIsExtendedByBoth) {
  Say({"claim", "file", "case", "--period", "2026-04"}, "customer");
  Say({"deadline", "extend", "case", "--deadline", "claim.answer", "--until",
       "2026-05-31T00:00:00Z"},
      "provider");
  Say({"deadline", "agree", "case"}, "customer");
  EXPECT_EQ(State("2026-05-30T23:59:59.999Z"), "filed");
  EXPECT_EQ(State("2026-05-31T00:00:00Z"), "deemed rejected");
}

TEST_F(ForumScenario, AWithdrawnClaimLeavesTheCreditUntilItExpires) {
  Say({"claim", "file", "case", "--period", "2026-04"}, "customer");
  Say({"claim", "withdraw", "case", "--reason", "wrong month"}, "customer");
  EXPECT_EQ(State(), "withdrawn");
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026-04"), "100.00");
  const nlohmann::json books = Ask({"balance", "case", "--as-recorded", "2026-06-30T00:00:00Z"});
  EXPECT_EQ(books["balances"].at(0)["account"], "expired");
}

}  // namespace
}  // namespace tally::tests
