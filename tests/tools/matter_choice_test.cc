// Goal: whoever agrees, contests or decides answers the proposal that he saw: of several open ones
// none is taken by itself, and a replaced one is refused, each by a named error; what is signed is
// said before it is. Method: the built-in scenario; one name proposed again with and without
// answering what stood, by its author and by the other side.
#include "tools/matter_choice.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class MatterChoiceTest : public testing::Test {
 protected:
  MatterChoiceTest() { player_.PlayScenarioToTerms(); }

  // Proposes the exclusion "m" up to `hour` and returns where it stands.
  std::string Propose(const std::string& party, const std::string& hour,
                      std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"exclusion",
                                      "propose",
                                      "web-shop",
                                      "--name",
                                      "m",
                                      "--cause",
                                      "customer",
                                      "--from",
                                      "2026-02-03T10:00:00Z",
                                      "--to",
                                      absl::StrCat("2026-02-03T", hour, ":00:00Z"),
                                      "--json",
                                      "--key",
                                      absl::StrCat("@", party, ".pem")};
    words.insert(words.end(), more.begin(), more.end());
    const nlohmann::json told = nlohmann::json::parse(player_.Run(words).out);
    return told["event"];
  }
  Outcome Agree(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"exclusion", "agree", "web-shop", "--key", "@customer.pem"};
    words.insert(words.end(), more.begin(), more.end());
    return player_.Run(words);
  }
  Player player_;
};

TEST_F(MatterChoiceTest, WhatIsAgreedIsSaidBeforeItIsSigned) {
  const std::string at = Propose("provider", "12", {"--reason", "their firewall"});
  const Outcome agreed = Agree({"--dry-run"});
  EXPECT_EQ(agreed.exit, 0) << agreed.err;
  for (const std::string& part :
       {std::string("proposed by provider"), absl::StrCat("(at ", at, ")"),
        std::string("2026-02-03T10:00:00Z to 2026-02-03T12:00:00Z would not count"),
        std::string("cause: customer"), std::string("reason: their firewall")}) {
    EXPECT_NE(agreed.out.find(part), std::string::npos) << part << "\n" << agreed.out;
  }
  EXPECT_LT(agreed.out.find("their firewall"), agreed.out.find("would record"));
}

// A second proposal, made in the moment before the other side signs, is no bait.
TEST_F(MatterChoiceTest, OfSeveralOpenProposalsNoneIsTakenByItself) {
  const std::string first = Propose("provider", "12");
  const std::string second = Propose("provider", "22");
  const Outcome blind = Agree({"--yes"});
  EXPECT_EQ(blind.exit, 2);
  EXPECT_NE(blind.err.find("2 proposals of the exclusion m are open"), std::string::npos);
  EXPECT_NE(blind.err.find("to 2026-02-03T22:00:00Z would not count"), std::string::npos);
  const Outcome coded = Agree({"--json"});
  EXPECT_NE(coded.err.find("\"code\":\"proposal-ambiguous\""), std::string::npos) << coded.err;
  EXPECT_EQ(Agree({"--proposal", first}).exit, 0);
  const nlohmann::json listed =
      nlohmann::json::parse(player_.Must({"exclusion", "list", "web-shop", "--json"}));
  EXPECT_EQ(listed["standings"][0]["out"][0]["to"], "2026-02-03T12:00:00Z");
  // What is decided is open no more: the other one is the only one left.
  const Outcome other = Agree({"--dry-run"});
  EXPECT_NE(other.out.find(absl::StrCat("(at ", second, ")")), std::string::npos) << other.out;
}

TEST_F(MatterChoiceTest, AReplacedProposalIsRefusedByItsName) {
  const std::string first = Propose("provider", "12");
  const std::string second = Propose("provider", "22", {"--replaces", first});
  const Outcome replaced = Agree({"--proposal", first, "--json"});
  EXPECT_EQ(replaced.exit, 2);
  EXPECT_NE(replaced.err.find("\"code\":\"proposal-replaced\""), std::string::npos);
  EXPECT_NE(replaced.err.find(absl::StrCat("was replaced by ", second)), std::string::npos);
  EXPECT_EQ(Agree({"--proposal", second}).exit, 0);
}

TEST_F(MatterChoiceTest, WrongNamesAreToldApart) {
  Propose("provider", "12");
  EXPECT_NE(Agree({"--proposal", "1/0"}).err.find("choose from"), std::string::npos);
  const std::string at = Propose("customer", "13");
  EXPECT_NE(Agree({"--proposal", at, "--name", "other"}).err.find("is about m, not about other"),
            std::string::npos);
}

TEST_F(MatterChoiceTest, AnAllegationIsNoProposal) {
  Propose("provider", "12");
  Propose("monitor", "22");
  EXPECT_EQ(Agree().exit, 0);
}

}  // namespace
}  // namespace tally::tests
