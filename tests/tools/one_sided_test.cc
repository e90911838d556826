// Goal: figures by terms that one side alone attested say so wherever money is shown, and what that
// side claims under them takes effect when the other side joins. Method: the built-in scenario with
// its terms attested by the customer, then proposed and accepted.
#include "tools/one_sided.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

constexpr char kOneSided[] = "unilateral: attested by customer alone; the figures bind nobody";

class OneSided : public ::testing::Test {
 protected:
  void SetUp() override {
    player_.NewLedger({"provider", "customer", "monitor"});
    player_.Write("terms.yaml", ReadSourceFile("tools/scenario/terms.yaml"));
    player_.Write("events.jsonl", ReadSourceFile("tools/scenario/events.jsonl"));
    player_.Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
    player_.Must({"append", "@events.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
    const std::string said =
        player_.Must({"agreement", "attest", "@terms.yaml", "--key", "@customer.pem"});
    hash_ = said.substr(said.find("terms ") + 6, 64);
  }
  Outcome By(const std::string& party, std::vector<std::string> words) {
    words.insert(words.end(), {"--key", absl::StrCat("@", party, ".pem")});
    return player_.Run(words);
  }
  static bool Says(const std::string& text, const std::string& what) {
    return text.find(what) != std::string::npos;
  }
  Player player_;
  std::string hash_;
};

TEST_F(OneSided, EveryFormOfMoneySaysThatItBindsNobody) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"balance", "web-shop"},
        {"balance", "web-shop", "--json"},
        {"balance", "web-shop", "--csv", "-"},
        {"replay", "web-shop", "--period", "2026-02", "--summary"}}) {
    const std::string shown = player_.Must(words);
    EXPECT_TRUE(Says(shown, kOneSided)) << shown;
  }
  ASSERT_EQ(By("customer", {"agreement", "propose", "@terms.yaml"}).exit, 0);
  ASSERT_EQ(By("provider", {"agreement", "accept", "web-shop", "--terms", hash_}).exit, 0);
  EXPECT_FALSE(Says(player_.Must({"balance", "web-shop"}), "unilateral"));
}

TEST_F(OneSided, AClaimWaitsForTheOtherSideAndThenStands) {
  const Outcome filed = By("customer", {"claim", "file", "web-shop", "--period", "2026-02"});
  EXPECT_EQ(filed.exit, 0) << filed.out << filed.err;
  EXPECT_TRUE(Says(player_.Must({"claim", "list", "web-shop"}), "premature"));
  EXPECT_EQ(By("provider", {"claim", "answer", "web-shop", "--accept"}).exit, 1);
  ASSERT_EQ(By("customer", {"agreement", "propose", "@terms.yaml"}).exit, 0);
  ASSERT_EQ(By("provider", {"agreement", "accept", "web-shop", "--terms", hash_}).exit, 0);
  player_.Must({"project"});
  EXPECT_TRUE(Says(player_.Must({"claim", "list", "web-shop"}), "filed"));
  const Outcome again = By("customer", {"claim", "file", "web-shop", "--period", "2026-02"});
  EXPECT_TRUE(Says(again.out, "recorded already")) << again.out;
  // Said before anything bound the two; the same words are another step now.
  const Outcome answered = By("provider", {"claim", "answer", "web-shop", "--accept"});
  EXPECT_EQ(answered.exit, 0) << answered.err;
  EXPECT_TRUE(Says(player_.Must({"balance", "web-shop"}), "approved")) << answered.out;
}

TEST_F(OneSided, AttestedTermsAreNoProposal) {
  const Outcome accepted = By("provider", {"agreement", "accept", "web-shop", "--terms", hash_});
  EXPECT_EQ(accepted.exit, 2);
  EXPECT_TRUE(Says(accepted.err, "are attested by customer alone")) << accepted.err;
  EXPECT_TRUE(Says(player_.Must({"agreement", "show", "web-shop"}), hash_));
}

}  // namespace
}  // namespace tally::tests
