// Goal: each act of the shortest dispute is recorded once, by the right party, and its refusals say
// what to do.
// Method: the built-in scenario up to agreed terms; then acts in and out of order.
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class DisputeCommands : public testing::Test {
 protected:
  void SetUp() override { player_.PlayScenarioToTerms(); }
  // `claim list --json` prints one document a line.
  std::vector<nlohmann::json> Claims() {
    std::vector<nlohmann::json> claims;
    std::istringstream lines(player_.Must({"claim", "list", "web-shop", "--json"}));
    for (std::string line; std::getline(lines, line);) {
      claims.push_back(nlohmann::json::parse(line));
    }
    return claims;
  }
  Outcome File(const std::string& who, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"claim",   "file",  "web-shop",        "--period",
                                      "2026-02", "--key", "@" + who + ".pem"};
    words.insert(words.end(), more.begin(), more.end());
    return player_.Run(words);
  }
  Player player_;
};

TEST_F(DisputeCommands, FilesOnceAndAnswersTheOnlyClaim) {
  player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  const std::string again =
      player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  EXPECT_EQ(Claims().size(), 1u) << again;
  EXPECT_EQ(Claims()[0]["due"], "120.00 EUR");
  player_.Must({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  EXPECT_EQ(Claims()[0]["state"], "accepted");
}

TEST_F(DisputeCommands, ListsTheWindowsOfAClaim) {
  ASSERT_EQ(File("customer").exit, 0);
  const nlohmann::json claim = Claims().at(0);
  EXPECT_EQ(claim["format"], "tally.claim/1");
  EXPECT_EQ(claim["agreement"], "web-shop");
  ASSERT_EQ(claim["windows"].size(), 1u);
  EXPECT_EQ(claim["windows"][0]["objective"], "availability");
  EXPECT_EQ(claim["windows"][0]["to"], "2026-02-28T23:00:00Z");
}

// Everybody reads the sum before it is signed, with --dry-run too.
TEST_F(DisputeCommands, ClaimsAndAnswersSayTheirSums) {
  const Outcome dry = File("customer", {"--dry-run"});
  const std::string window = "availability 2026-01-31T23:00:00Z/2026-02-28T23:00:00Z";
  EXPECT_NE(dry.out.find("claims " + window +
                         ": breached, 120.00 EUR as computed by now; can be "
                         "claimed before "),
            std::string::npos)
      << dry.out;
  EXPECT_LT(dry.out.find("120.00 EUR"), dry.out.find("would record"));
  EXPECT_NE(dry.err.find("is not closed yet: its figures are not final and the claim is premature"),
            std::string::npos)
      << dry.err;
  ASSERT_EQ(File("customer").exit, 0);
  const Outcome early = player_.Run(
      {"claim", "answer", "web-shop", "--accept", "--dry-run", "--key", "@provider.pem"});
  EXPECT_NE(early.out.find("at 120.00 EUR, as computed by now"), std::string::npos) << early.out;
  EXPECT_NE(early.err.find("fixed by the closing"), std::string::npos) << early.err;
  player_.Must({"project"});
  const std::string partly = player_.Must({"claim", "answer", "web-shop", "--partly", "30.00 EUR",
                                           "--dry-run", "--key", "@provider.pem"});
  EXPECT_NE(partly.find("accepts 30.00 EUR of 120.00 EUR claimed by the claim "), std::string::npos)
      << partly;
  const std::string rejected = player_.Must(
      {"claim", "answer", "web-shop", "--reject", "--dry-run", "--key", "@provider.pem"});
  EXPECT_NE(rejected.find("of 120.00 EUR claimed nothing is accepted"), std::string::npos);
  const std::string accepted =
      player_.Must({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  EXPECT_NE(accepted.find(" at 120.00 EUR\n"), std::string::npos) << accepted;
}

// Whoever read the claim before it was amended has not agreed to what it asks for now.
TEST_F(DisputeCommands, AnAmendedClaimIsNotAcceptedUnseen) {
  player_.Must({"project"});
  ASSERT_EQ(File("customer").exit, 0);
  const std::string claim = Claims().at(0)["at"];
  player_.Write("act.jsonl",
                "{\"agreement\":\"web-shop\",\"kind\":\"claim amended\",\"answers\":\"" + claim +
                    "\",\"body\":{\"amount\":\"90.00 EUR\",\"reason\":\"less\"}}\n");
  player_.Must({"append", "@act.jsonl", "--key", "@customer.pem"});
  const Outcome refused =
      player_.Run({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  EXPECT_EQ(refused.exit, 2) << refused.out;
  EXPECT_NE(refused.err.find("it was for 120.00 EUR then, and --accept accepts"), std::string::npos)
      << refused.err;
  EXPECT_NE(refused.err.find("the claim's own "), std::string::npos) << refused.err;
  EXPECT_EQ(Claims().at(0)["state"], "filed");
  player_.Must({"claim", "answer", "web-shop", "--reject", "--dry-run", "--key", "@provider.pem"});
  player_.Must({"claim", "answer", "web-shop", "--accept", "--yes", "--key", "@provider.pem"});
  EXPECT_EQ(Claims().at(0)["state"], "accepted");
}

TEST_F(DisputeCommands, AfterTheClosingAClaimIsNotPremature) {
  player_.Must({"project"});
  const Outcome filed = File("customer");
  EXPECT_NE(filed.out.find("120.00 EUR as closed"), std::string::npos) << filed.out;
  EXPECT_EQ(filed.err.find("premature"), std::string::npos) << filed.err;
}

TEST_F(DisputeCommands, ZeroAndLessCannotBeClaimed) {
  const std::string before = player_.Must({"checkpoint"});
  for (const auto& [amount, why] : {std::pair("0.00 EUR", "is no sum to claim: it is zero"),
                                    std::pair("-5.00 EUR", "is no sum to claim: it is below zero"),
                                    std::pair("5.00 USD", "the credit is 120.00 EUR")}) {
    const Outcome refused = File("customer", {"--amount", amount});
    EXPECT_EQ(refused.exit, 2) << amount;
    EXPECT_NE(refused.err.find(why), std::string::npos) << refused.err;
  }
  EXPECT_EQ(player_.Must({"checkpoint"}), before);
}

// What replay disregards is said before it is signed, and needs a word to be a success.
TEST_F(DisputeCommands, AnActWithoutEffectIsWarnedOfBeforeItIsRecorded) {
  const std::string before = player_.Must({"checkpoint"});
  const Outcome dry = File("provider", {"--dry-run"});
  EXPECT_NE(dry.err.find("is owed nothing"), std::string::npos) << dry.err;
  EXPECT_EQ(player_.Must({"checkpoint"}), before);
  const Outcome stray = File("provider");
  EXPECT_EQ(stray.exit, 1) << stray.err;
  EXPECT_NE(stray.err.find("is owed nothing"), std::string::npos) << stray.err;
  EXPECT_NE(player_.Must({"checkpoint"}), before) << "the ledger judges no terms";
  EXPECT_EQ(File("provider", {"--reason", "on purpose", "--yes"}).exit, 0);
}

TEST_F(DisputeCommands, StrayActsDoNotBlockTheShortForms) {
  File("provider");
  ASSERT_EQ(File("customer").exit, 0);
  EXPECT_EQ(File("customer", {"--reason", "again"}).exit, 1) << "an earlier claim stands";
  player_.Must({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  EXPECT_EQ(Claims().at(0)["state"], "accepted");
  EXPECT_EQ(player_.Run({"settlement", "propose", "web-shop", "--key", "@customer.pem"}).exit, 1);
  player_.Must({"settlement", "propose", "web-shop", "--key", "@provider.pem"});
  player_.Must({"settlement", "confirm", "web-shop", "--key", "@customer.pem"});
  EXPECT_EQ(Claims().at(0)["state"], "settled");
}

TEST_F(DisputeCommands, RefusesAnswersThatSayNothingOrTooMuch) {
  player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  EXPECT_EQ(player_.Run({"claim", "answer", "web-shop", "--key", "@provider.pem"}).exit, 2);
  EXPECT_EQ(
      player_.Run({"claim", "answer", "web-shop", "--accept", "--reject", "--key", "@provider.pem"})
          .exit,
      2);
  EXPECT_EQ(
      player_.Run({"claim", "answer", "web-shop", "--partly", "a lot", "--key", "@provider.pem"})
          .exit,
      2);
  EXPECT_EQ(
      player_.Run({"claim", "answer", "web-shop", "77/0", "--accept", "--key", "@provider.pem"})
          .exit,
      2);
}

// A part above the whole would approve no more than the whole: whoever means it says so.
TEST_F(DisputeCommands, APartIsNoMoreThanTheClaim) {
  ASSERT_EQ(File("customer").exit, 0);
  const std::string before = player_.Must({"checkpoint"});
  std::vector<std::string> words = {"claim",        "answer", "web-shop",     "--partly",
                                    "99999.00 EUR", "--key",  "@provider.pem"};
  const Outcome refused = player_.Run(words);
  EXPECT_EQ(refused.exit, 2);
  EXPECT_NE(refused.err.find("--partly: 99999.00 EUR is more than the 120.00 EUR claimed"),
            std::string::npos)
      << refused.err;
  EXPECT_EQ(player_.Must({"checkpoint"}), before);
  words.push_back("--yes");
  EXPECT_EQ(player_.Run(words).exit, 0);
}

// Of a month that is not over the figure is a projection, and is called one.
TEST_F(DisputeCommands, AClaimOfAnOpenWindowIsOfAProjection) {
  // The month that it is in Berlin, at most two hours ahead of UTC.
  const std::time_t now = std::time(nullptr) + 7200;
  char month[8] = "";
  ASSERT_EQ(std::strftime(month, sizeof month, "%Y-%m", std::gmtime(&now)), 7u);
  const Outcome dry = player_.Run(
      {"claim", "file", "web-shop", "--period", month, "--dry-run", "--key", "@customer.pem"});
  EXPECT_NE(dry.out.find(" as projected: its time is not over"), std::string::npos) << dry.out;
  EXPECT_NE(dry.err.find(" is not over before "), std::string::npos) << dry.err;
}

TEST_F(DisputeCommands, TheSumClaimedIsShown) {
  const Outcome less = File("customer", {"--amount", "90.00 EUR"});
  ASSERT_EQ(less.exit, 0);
  EXPECT_NE(less.out.find("else the claim stands for the computed 120.00 EUR"), std::string::npos)
      << less.out;
  const Outcome more = File("customer", {"--amount", "5000.00 EUR", "--dry-run"});
  EXPECT_NE(more.out.find("computed is 120.00 EUR; more takes"), std::string::npos) << more.out;
  EXPECT_EQ(Claims().at(0)["claimed"], "90.00 EUR");
  EXPECT_EQ(Claims().at(0)["due"], "120.00 EUR");
  const std::string list = player_.Must({"claim", "list", "web-shop"});
  EXPECT_NE(list.find("90.00 EUR"), std::string::npos) << list;
  const std::string life = player_.Must({"claim", "show", "web-shop"});
  EXPECT_NE(life.find("premature, 90.00 EUR claimed, 120.00 EUR computed"), std::string::npos)
      << life;
  const auto document =
      nlohmann::json::parse(player_.Must({"claim", "show", "web-shop", "--json"}));
  EXPECT_EQ(document["claimed"], "90.00 EUR");
}

TEST_F(DisputeCommands, WithoutASumTheComputedOneIsClaimed) {
  ASSERT_EQ(File("customer").exit, 0);
  EXPECT_TRUE(Claims().at(0)["claimed"].is_null());
  EXPECT_NE(player_.Must({"claim", "list", "web-shop"}).find("as computed"), std::string::npos);
}

TEST_F(DisputeCommands, NothingToSettleIsASentence) {
  const Outcome none = player_.Run({"settlement", "propose", "web-shop", "--key", "@provider.pem"});
  EXPECT_EQ(none.exit, 2);
  EXPECT_NE(none.err.find("claim filed"), std::string::npos) << none.err;
  EXPECT_EQ(player_.Run({"settlement", "confirm", "web-shop", "--key", "@customer.pem"}).exit, 2);
}

TEST_F(DisputeCommands, ADryRunAppendsNothing) {
  const std::string before = player_.Must({"checkpoint"});
  player_.Must(
      {"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem", "--dry-run"});
  EXPECT_EQ(player_.Must({"checkpoint"}), before);
}

// T-64: a claim on a window that is not breached is recorded with a warning and stands for nothing.
TEST_F(DisputeCommands, T64AClaimWithoutABreachStandsForNothing) {
  const Outcome outcome =
      player_.Run({"claim", "file", "web-shop", "--period", "2026-01", "--key", "@customer.pem"});
  EXPECT_EQ(outcome.exit, 1) << outcome.err;
  EXPECT_NE(outcome.err.find("no window of that period is breached"), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.out.find("recorded; it stands for nothing"), std::string::npos) << outcome.out;
  const Outcome meant = player_.Run({"claim", "file", "web-shop", "--period", "2026-01", "--reason",
                                     "to be sure", "--yes", "--key", "@customer.pem"});
  EXPECT_EQ(meant.exit, 0) << meant.err;
}

}  // namespace
}  // namespace tally::tests
