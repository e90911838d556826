// Goal: each act of the shortest dispute is recorded once, by the right party, and its refusals say
// what to do.
// Method: the built-in scenario up to agreed terms; then acts in and out of order.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class DisputeCommands : public testing::Test {
 protected:
  void SetUp() override { player_.PlayScenarioToTerms(); }
  nlohmann::json Claims() {
    return nlohmann::json::parse(player_.Must({"claim", "list", "web-shop", "--json"}))["claims"];
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
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("no window of that period is breached"), std::string::npos)
      << outcome.err;
}

}  // namespace
}  // namespace tally::tests
