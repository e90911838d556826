// Goal: `erase` takes a body away for good when all have agreed and nothing is under a claim, says
// what it refuses and why, and leaves a ledger and packs that verify, with figures in their range.
// Method: the built-in scenario; every file of the ledger searched for the body; a pack made before
// and one made after.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "gtest/gtest.h"
#include "tests/scenarios/player.h"
#include "tests/scratch.h"

namespace tally::tests {
namespace {

using Words = std::vector<std::string>;

class EraseCommandsTest : public testing::Test {
 protected:
  EraseCommandsTest() {
    player_.PlayScenarioToTerms();
    down_ = EventWith("connection refused");
  }
  // The address of the first event whose line names `text`.
  std::string EventWith(const std::string& text) {
    std::istringstream lines(player_.Must({"log", "feed/probes", "--json"}));
    for (std::string line; std::getline(lines, line);) {
      if (line.find(text) != std::string::npos) return nlohmann::json::parse(line)["event"];
    }
    ADD_FAILURE() << "no event names " << text;
    return "";
  }
  void Agree(const std::string& party) {
    player_.Must({"erasure", "agree", down_, "--reason", "asked", "--key", "@" + party + ".pem"});
  }
  Outcome Erase() { return player_.Run({"erase", down_, "--reason", "asked", "--yes", "--json"}); }
  bool AnyFileHolds(const std::string& text) const {
    for (const auto& [name, bytes] : PictureOf(player_.Path("ledger"))) {
      if (bytes.find(text) != std::string::npos) return true;
    }
    return false;
  }
  nlohmann::json February(const Words& more = {}) {
    Words words = {"replay", "web-shop", "--period", "2026-02", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return nlohmann::json::parse(player_.Must(words))["windows"][0];
  }

  Player player_;
  std::string down_;
};

// T-88: the whole way.
TEST_F(EraseCommandsTest, T88ErasedWithTheConsentOfAll) {
  player_.Must({"project"});
  player_.Must({"pack", "web-shop", "--out", "@before.pack"});
  const nlohmann::json before = February();
  const auto head = nlohmann::json::parse(player_.Must({"checkpoint", "--json"}));
  player_.Write("kept.checkpoint", head["note"]);
  EXPECT_TRUE(AnyFileHolds("connection refused"));
  Outcome outcome = Erase();
  EXPECT_EQ(outcome.exit, 5) << outcome.err;
  EXPECT_NE(outcome.err.find("erasure-not-agreed"), std::string::npos) << outcome.err;
  Agree("monitor");
  Agree("provider");
  outcome = Erase();
  EXPECT_NE(outcome.err.find("customer has not agreed"), std::string::npos) << outcome.err;
  Agree("customer");
  outcome = player_.Run({"erase", down_, "--reason", "asked", "--dry-run"});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_TRUE(AnyFileHolds("connection refused"));
  outcome = Erase();
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_FALSE(AnyFileHolds("connection refused"));
  EXPECT_EQ(Erase().exit, 0);  // nothing twice
  EXPECT_NE(player_.Must({"show", down_}).find("erased"), std::string::npos);
  // The range holds what the figure was.
  const nlohmann::json after = February();
  EXPECT_EQ(after["verdict"], "indeterminate");
  EXPECT_TRUE(after["value"].is_null());
  EXPECT_EQ(after["range"]["lowest"]["text"], before["value"]["text"]);
  EXPECT_EQ(after["range"]["highest"]["text"], "99.925595");  // as if it had been up
  EXPECT_EQ(after["range"]["erased"], down_);
  EXPECT_FALSE(after["range"]["last_statement"].is_null());
  const std::string text = player_.Must({"replay", "web-shop", "--period", "2026-02"});
  EXPECT_NE(text.find("the value lies between"), std::string::npos) << text;
  // Proofs, roots and packs hold, before and after.
  const auto verdict = nlohmann::json::parse(
      player_.Must({"verify", "@ledger", "--against", "@kept.checkpoint", "--json"}));
  EXPECT_EQ(verdict["verdict"], "verified") << verdict;
  EXPECT_EQ(verdict["covered"]["erased"], "1");
  player_.clock().Set(player_.clock().Now() + Minutes(2));  // a heads event a minute
  player_.Must({"pack", "web-shop", "--out", "@after.pack"});
  for (const std::string name : {"before", "after"}) {
    const auto pack =
        nlohmann::json::parse(player_.Must({"verify", "@" + name + ".pack", "--self", "--json"}));
    EXPECT_EQ(pack["verdict"], "verified") << pack;
    EXPECT_EQ(pack["completeness"], "shown");
    EXPECT_EQ(pack["covered"]["erased"], name == "after" ? "1" : "0");
  }
  EXPECT_EQ(February({"-C", "@after.pack"}), February());
  EXPECT_EQ(February({"-C", "@before.pack"})["value"], before["value"]);
}

TEST_F(EraseCommandsTest, T88NotUnderAnOpenClaim) {
  for (const std::string party : {"monitor", "provider", "customer"}) Agree(party);
  player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  const Outcome outcome = Erase();
  EXPECT_EQ(outcome.exit, 2) << outcome.err;
  EXPECT_NE(outcome.err.find("its window rests on event"), std::string::npos) << outcome.err;
  EXPECT_TRUE(AnyFileHolds("connection refused"));
}

TEST_F(EraseCommandsTest, WhatIsNoEvidenceStays) {
  for (const std::string event : {"0", "1/0"}) {
    const Outcome outcome = player_.Run({"erase", event, "--reason", "asked"});
    EXPECT_EQ(outcome.exit, 2) << outcome.err;
    EXPECT_NE(outcome.err.find("is never erased"), std::string::npos) << outcome.err;
  }
  EXPECT_EQ(player_.Run({"erase", "99999/0", "--reason", "asked"}).exit, 2);
  EXPECT_EQ(player_.Run({"erase", down_}).exit, 2);
}

TEST_F(EraseCommandsTest, ADataSubjectAsksByADocument) {
  Agree("provider");
  Agree("customer");
  player_.Write("letter.txt", "please forget me");
  const Words words = {"erase",          down_,       "--reason",
                       "asked",          "--request", "@letter.txt",
                       "--requested-by", "a caller",  "--yes"};
  EXPECT_EQ(player_.Run(words).exit, 5);
  player_.Must({"document", "add", "@letter.txt"});
  player_.Must(words);
  EXPECT_FALSE(AnyFileHolds("connection refused"));
}

}  // namespace
}  // namespace tally::tests
