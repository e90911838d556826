// Goal: a trusted log key reaches as far as its term, in a ledger and in a pack (T-44). Method: the
// built-in scenario, its log key rotated; ledger and pack held against the old key, the new one and
// one that was never the log's, and a pack made before the rotation.
#include "tools/verify_log_keys.h"

#include <nlohmann/json.hpp>

#include "gtest/gtest.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class VerifyLogKeysTest : public testing::Test {
 protected:
  VerifyLogKeysTest() {
    player_.PlayScenarioToTerms();
    old_key_ = LogKey();
    player_.Must({"pack", "web-shop", "--out", "@before.pack"});
    player_.Must({"checkpoint", "--out", "@early.checkpoint"});
    player_.Must({"key", "new", "--party", "log", "--out", "@log2.pem"});
    player_.Must({"key", "rotate-log", "--new-key", "@log2.pem", "--recovery-key",
                  "@ledger/keys/recovery.pem", "--reason", "stolen"});
    new_key_ = LogKey();
    player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
    player_.clock().Set(player_.clock().Now() + Minutes(2));
    player_.Must({"pack", "web-shop", "--out", "@after.pack"});
  }
  std::string LogKey() {
    return nlohmann::json::parse(player_.Must({"identity", "--out", "-"}))["log_vkeys"][0];
  }
  nlohmann::json Verdict(const std::string& subject, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"verify", "--json"};
    if (!subject.empty()) words.push_back("@" + subject);
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = player_.Run(words);
    EXPECT_NE(outcome.out, "") << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }
  static bool Says(const nlohmann::json& verdict, const std::string& text) {
    for (const auto& note : verdict["notes"]) {
      if (note.get<std::string>().find(text) != std::string::npos) return true;
    }
    return false;
  }
  Player player_;
  std::string old_key_, new_key_;
};

// T-44
TEST_F(VerifyLogKeysTest, T44TheOldKeyReachesToTheCutOff) {
  ASSERT_NE(old_key_, new_key_);
  for (const std::string subject : {"", "after.pack"}) {
    const nlohmann::json by_old = Verdict(subject, {"--trust", old_key_});
    EXPECT_EQ(by_old["verdict"], "verified") << by_old;
    EXPECT_EQ(by_old["against"][0]["result"], "consistent") << by_old;
    EXPECT_LT(std::stoull(by_old["against"][0]["size"].get<std::string>()),
              std::stoull(by_old["size"].get<std::string>()));
    EXPECT_TRUE(Says(by_old, "lie behind the cut-off")) << by_old;
    const nlohmann::json by_new = Verdict(subject, {"--trust", new_key_});
    EXPECT_EQ(by_new["verdict"], "verified") << by_new;
    EXPECT_EQ(by_new["against"][0]["size"], by_new["size"]) << by_new;
    EXPECT_FALSE(Says(by_new, "cut-off")) << by_new;
    const std::string stranger =
        "ledger.example/x+68a8e8bd+AQ" + new_key_.substr(new_key_.rfind('+') + 3);
    EXPECT_NE(
        player_.Run({"verify", subject.empty() ? "--json" : "@" + subject, "--trust", stranger})
            .exit,
        0);
  }
  // A pack from before the rotation knows the old key alone.
  EXPECT_EQ(Verdict("before.pack", {"--trust", old_key_})["verdict"], "verified");
  EXPECT_EQ(Verdict("before.pack", {"--trust", new_key_})["verdict"], "failed");
  // A checkpoint that was kept from then is good under either.
  EXPECT_EQ(
      Verdict("", {"--trust", new_key_, "--against", player_.Path("early.checkpoint")})["verdict"],
      "verified");
}

}  // namespace
}  // namespace tally::tests
