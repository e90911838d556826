// Goal: what is said about time is checked before it is signed, names its matter, and answers one
// proposal of it (which one: matter_choice_test.cc); what replay would not let count is warned of.
// Method: the built-in scenario up to agreed terms; each act by whoever may say it and by whoever
// may not. Decisions by an arbitrator are played in tests/scenarios/cause_test.cc.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "schema/decision.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

using Words = std::vector<std::string>;

class ExclusionCommandsTest : public testing::Test {
 protected:
  ExclusionCommandsTest() { player_.PlayScenarioToTerms(); }

  static Words Proposal(const std::string& kind, const std::string& name) {
    return {kind,
            "propose",
            "web-shop",
            "--name",
            name,
            "--cause",
            "customer",
            "--from",
            "2026-02-03T10:00:00Z",
            "--to",
            "2026-02-03T12:00:00Z"};
  }
  static Words And(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  Outcome By(const std::string& party, const Words& words) {
    return player_.Run(And(words, {"--key", absl::StrCat("@", party, ".pem")}));
  }
  // Refused as wrong usage, with nothing recorded.
  void Refused(const Words& words, const std::string& why) {
    const std::string before = player_.Must({"log", "agreement/web-shop"});
    const Outcome outcome = By("provider", words);
    EXPECT_EQ(outcome.exit, 2) << outcome.out;
    EXPECT_NE(outcome.err.find(why), std::string::npos) << outcome.err;
    EXPECT_EQ(player_.Must({"log", "agreement/web-shop"}), before);
  }
  nlohmann::json Listed(const std::string& kind) {
    return nlohmann::json::parse(player_.Must({kind, "list", "web-shop", "--json"}));
  }
  Player player_;
};

TEST_F(ExclusionCommandsTest, AProposalIsContestedAndThenAgreedInPart) {
  EXPECT_EQ(
      By("provider", And(Proposal("exclusion", "firewall"), {"--reason", "their firewall"})).exit,
      0);
  EXPECT_EQ(Listed("exclusion")["state"], "proposed");
  // Nobody agrees to what he proposed himself: warned of, and recorded with exit status 1.
  const Outcome own = By("provider", {"exclusion", "agree", "web-shop"});
  EXPECT_EQ(own.exit, 1);
  EXPECT_NE(own.err.find("only the other side agrees"), std::string::npos) << own.err;
  EXPECT_EQ(By("customer", {"exclusion", "contest", "web-shop", "--name", "firewall"}).exit, 0);
  EXPECT_EQ(Listed("exclusion")["state"], "contested");
  EXPECT_EQ(By("customer", {"exclusion", "agree", "web-shop", "--part",
                            "2026-02-03T10:00:00Z/2026-02-03T10:30:00Z"})
                .exit,
            0);
  const nlohmann::json agreed = Listed("exclusion");
  EXPECT_EQ(agreed["state"], "agreed");
  EXPECT_EQ(agreed["standings"][0]["counts"], false);
  EXPECT_EQ(agreed["standings"][0]["out"][0]["to"], "2026-02-03T10:30:00Z");
  ASSERT_EQ(agreed["acts"].size(), 4u);
  EXPECT_EQ(agreed["acts"][1]["heard"], false);
  EXPECT_EQ(agreed["acts"][3]["heard"], true);
}

TEST_F(ExclusionCommandsTest, AnswersNameTheProposalThatIsMeant) {
  By("provider", Proposal("exclusion", "firewall"));
  By("provider", And(Proposal("exclusion", "firewall"), {"--incident", "i-7"}));
  const std::string newest = Listed("exclusion")["acts"][1]["at"];
  By("customer", {"exclusion", "agree", "web-shop", "--proposal", newest});
  const std::string at = Listed("exclusion")["acts"][2]["at"];
  const auto digest_of = [&](const std::string& address, const char* field) {
    return nlohmann::json::parse(player_.Must({"show", address, "--json"}))[field];
  };
  EXPECT_EQ(digest_of(at, "answers"), digest_of(newest, "digest"));
}

TEST_F(ExclusionCommandsTest, AnAttributionSaysWhoIsResponsible) {
  Refused(Proposal("attribution", "cause"), "--responsible");
  Refused(And(Proposal("attribution", "cause"), {"--responsible", "custmer"}),
          "'custmer' is no role of the agreement; did you mean customer?");
  Refused(And(Proposal("attribution", "cause"), {"--responsible", "weather"}),
          "choose from customer, ");
  EXPECT_EQ(
      By("provider", And(Proposal("attribution", "cause"), {"--responsible", "customer"})).exit, 0);
  EXPECT_EQ(
      By("customer", {"attribution", "contest", "web-shop", "--responsible", "provider"}).exit, 0);
  EXPECT_EQ(Listed("attribution")["state"], "contested");
  EXPECT_EQ(Listed("attribution")["responsible"], "customer");
  const Outcome stranger = By("provider", {"attribution", "determine", "web-shop", "--rank",
                                           "arbitrator", "--responsible", "customer"});
  EXPECT_EQ(stranger.exit, 1);
  EXPECT_NE(stranger.err.find("not the expert or arbitrator"), std::string::npos) << stranger.err;
  EXPECT_EQ(Listed("attribution")["state"], "contested");
}

TEST_F(ExclusionCommandsTest, WrongUsageRecordsNothing) {
  Words words = Proposal("exclusion", "x");
  words[6] = "weather";
  Refused(words, "planned-maintenance");
  Refused(And(Proposal("exclusion", "x"), {"--part", "2026-02"}), "no stretch of time");
  Refused(And(Proposal("exclusion", "x"), {"--part", "2026-03-03T10:00:00Z/2026-03-03T11:00:00Z"}),
          "between the two");
  Refused({"exclusion", "agree", "web-shop"}, "no exclusion was proposed");
  By("provider", Proposal("exclusion", "x"));
  By("provider", Proposal("exclusion", "y"));
  Refused({"exclusion", "agree", "web-shop"}, "several exclusions could be meant");
  Refused({"exclusion", "agree", "web-shop", "--name", "z"}, "no exclusion 'z' was proposed");
  const Words determine = {"exclusion", "determine", "web-shop", "--name", "x", "--rank"};
  Refused(And(determine, {"king", "--admit"}), "choose expert or arbitrator");
  Refused(And(determine, {"expert"}), "admits, reduces or rejects");
  Refused(And(determine, {"expert", "--admit", "--reject"}), "admits, reduces or rejects");
  Refused(And(determine, {"expert", "--reduce"}), "--reduce and --part go together");
}

TEST_F(ExclusionCommandsTest, MaintenanceIsAnnounced) {
  const Outcome outcome = By("provider", {"maintenance", "announce", "web-shop", "--name", "m-1",
                                          "--cause", "planned-maintenance", "--from",
                                          "2026-12-03T10:00:00Z", "--to", "2026-12-03T12:00:00Z"});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_NE(player_.Must({"log", "agreement/web-shop"}).find("maintenance announced"),
            std::string::npos);
}

// The words of --cause are those of event lines, all of them.
TEST(ExclusionCommands, EveryCauseHasAWord) {
  Player player;
  player.PlayScenarioToTerms();
  for (int number = 1; number <= static_cast<int>(CauseClass::kOther); ++number) {
    const auto cause = static_cast<CauseClass>(number);
    const Outcome outcome =
        player.Run({"exclusion", "propose", "web-shop", "--name", absl::StrCat("x", number),
                    "--cause", std::string(CauseName(cause)), "--from", "2026-02-03T10:00:00Z",
                    "--to", "2026-02-03T12:00:00Z", "--key", "@provider.pem"});
    EXPECT_EQ(outcome.exit, 0) << std::string(CauseName(cause)) << outcome.err;
  }
}

}  // namespace
}  // namespace tally::tests
