// Goal: nobody acts in another's place: no settlement with oneself, no terms by one side alone, no
// silencing of an answer, no acceptance of a meaning that was not shown.
// Method: each way that an attack on the first version found, played through the commands; the act
// is refused, or recorded without effect.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

std::string Scenario() { return ReadSourceFile("tools/scenario/terms.yaml"); }

nlohmann::json Window(Player& player, const std::string& agreement) {
  return nlohmann::json::parse(player.Must(
      {"replay", agreement, "--period", "2026-02", "--objective", "availability", "--json"}));
}

void MakeParties(Player& player) {
  player.NewLedger({"provider", "customer", "monitor"});
  player.Write("events.jsonl", ReadSourceFile("tools/scenario/events.jsonl"));
  player.Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
  player.Must({"append", "@events.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
}

// Duties both ways: the customer owes an objective of its own.
std::string TwoWayTerms() {
  const std::string terms = Scenario();
  const size_t begin = terms.find("  availability:\n");
  const size_t end = terms.find("disputes:");
  const std::string duty =
      Replaced(Replaced(Replaced(Replaced(terms.substr(begin, end - begin), "  availability:\n",
                                          "  content-duty:\n"),
                                 "obligor: provider", "obligor: nobody"),
                        "obligee: customer", "obligee: provider"),
               "obligor: nobody", "obligor: customer");
  return Replaced(terms.substr(0, end) + duty + terms.substr(end), "agreement: web-shop",
                  "agreement: two-way");
}

TEST(Consent, AClaimantCannotSettleWithHimself) {
  Player player;
  MakeParties(player);
  player.Write("two-way.yaml", TwoWayTerms());
  player.Agree("two-way.yaml", "two-way", "provider", "customer");
  player.Write("claim.jsonl", R"({"agreement":"two-way","kind":"claim filed","body":{"windows":[)"
                              R"({"objective":"availability","from":"2026-01-31T23:00:00Z",)"
                              R"("until":"2026-02-28T23:00:00Z"},)"
                              R"({"objective":"content-duty","from":"2026-01-31T23:00:00Z",)"
                              R"("until":"2026-01-31T23:00:01Z"}]}})"
                              "\n");
  player.Must({"append", "@claim.jsonl", "--key", "@customer.pem"});
  player.Run(
      {"settlement", "propose", "two-way", "--amount", "1000000.00 EUR", "--key", "@customer.pem"});
  player.Run({"settlement", "confirm", "two-way", "--key", "@customer.pem"});
  nlohmann::json result = Window(player, "two-way");
  EXPECT_NE(result["windows"][0]["status"], "settled");
  for (const nlohmann::json& balance : result["balances"])
    EXPECT_NE(balance["amount"], "1000000.00");
}

TEST(Consent, OnePartyBoundToEveryRoleAgreesWithNobody) {
  Player player;
  MakeParties(player);
  player.Write("honest.yaml", Scenario());
  player.Must({"agreement", "propose", "@honest.yaml", "--key", "@provider.pem"});
  player.Write(
      "evil.yaml",
      Replaced(Scenario(), "parties: { provider: provider, customer: customer, monitor: monitor }",
               "parties: { provider: monitor, customer: monitor, monitor: monitor }"));
  player.Run({"agreement", "propose", "@evil.yaml", "--key", "@monitor.pem"});
  EXPECT_NE(player.Run({"replay", "web-shop"}).exit, 0)
      << "terms came into force by one side alone";
}

TEST(Consent, OnlyItsAuthorWithdrawsAClaim) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  const std::string claim =
      nlohmann::json::parse(player.Must({"claim", "list", "web-shop", "--json"}))["at"];
  player.Write("withdraw.jsonl", R"({"agreement":"web-shop","kind":"claim withdrawn","answers":")" +
                                     claim + R"(","body":{}})" + "\n");
  EXPECT_EQ(player.Run({"append", "@withdraw.jsonl", "--key", "@monitor.pem"}).exit, 5);
  player.Must({"claim", "answer", "web-shop", "--reject", "--key", "@provider.pem"});
}

TEST(Consent, AnAmendedClaimCanStillBeAnswered) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  const std::string claim =
      nlohmann::json::parse(player.Must({"claim", "list", "web-shop", "--json"}))["at"];
  player.Write("amend.jsonl", R"({"agreement":"web-shop","kind":"claim amended","answers":")" +
                                  claim + R"(","body":{"reason":"typo"}})" + "\n");
  player.Must({"append", "@amend.jsonl", "--key", "@customer.pem"});
  player.Must({"claim", "answer", "web-shop", "--reject", "--key", "@provider.pem"});
  nlohmann::json listed =
      nlohmann::json::parse(player.Must({"claim", "list", "web-shop", "--json"}));
  EXPECT_EQ(listed["state"], "rejected");
}

// An answer that claims to have been given before the claim it answers counts at its ledger time.
TEST(Consent, AClaimedTimeNeverPrecedesWhatItAnswers) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  player.Must({"project"});
  // Two steps, because a start more than 31 days after the last record asks the operator first.
  player.clock().Set(player.clock().Now() + Days(20));
  player.Must({"key", "new", "--party", "later", "--out", "@later.pem"});
  player.Must({"party", "register", "later", "--key", "@later.pem"});
  player.clock().Set(player.clock().Now() + Days(12));
  const std::string before = Window(player, "web-shop")["claims"][0]["state"];
  player.Run({"claim", "answer", "web-shop", "--reject", "--at", "2026-01-01T00:00:00Z", "--key",
              "@provider.pem"});
  nlohmann::json after = Window(player, "web-shop");
  EXPECT_EQ(after["claims"][0]["state"], "deemed accepted") << "was: " << before;
}

}  // namespace
}  // namespace tally::tests
