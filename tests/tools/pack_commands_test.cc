// Goal: `heads` appends once, `pack` writes what it says and refuses what it cannot prove. Method:
// the built-in scenario; the JSON and the ledger's size after each command.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class PackCommandsTest : public testing::Test {
 protected:
  PackCommandsTest() { player_.PlayScenarioToTerms(); }
  uint64_t Size() {
    const auto json = nlohmann::json::parse(player_.Must({"checkpoint", "--json"}));
    return std::stoull(json["size"].get<std::string>());
  }
  Player player_;
};

TEST_F(PackCommandsTest, HeadsAreAppendedOnce) {
  const uint64_t size = Size();
  player_.Must({"heads", "--dry-run"});
  EXPECT_EQ(Size(), size);
  player_.Must({"heads"});
  EXPECT_EQ(Size(), size + 1);
  player_.Must({"heads"});
  EXPECT_EQ(Size(), size + 1);
  EXPECT_EQ(player_.Run({"heads", "--key", "@customer.pem"}).exit, 0);  // nothing to sign
  player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  player_.clock().Set(player_.clock().Now() + Minutes(2));
  EXPECT_EQ(player_.Run({"heads", "--key", "@customer.pem"}).exit, 5);
  player_.Must({"verify"});
}

TEST_F(PackCommandsTest, HeadsAreAppendedOnceAMinute) {
  player_.Must({"heads"});
  player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  const uint64_t size = Size();
  const Outcome soon = player_.Run({"heads"});
  EXPECT_EQ(soon.exit, 2);
  EXPECT_NE(soon.err.find("at most one a minute"), std::string::npos) << soon.err;
  const Outcome open = player_.Run({"pack", "web-shop", "--out", "@open.pack", "--json"});
  EXPECT_EQ(nlohmann::json::parse(open.out)["completeness"], "not shown");
  EXPECT_NE(open.err.find("is told INCOMPLETE"), std::string::npos) << open.err;
  EXPECT_NE(open.err.find("try again after"), std::string::npos) << open.err;
  EXPECT_EQ(Size(), size);
  player_.clock().Set(player_.clock().Now() + Minutes(1));
  const Outcome later = player_.Run({"pack", "web-shop", "--out", "@later.pack", "--json"});
  EXPECT_EQ(nlohmann::json::parse(later.out)["completeness"], "shown") << later.err;
  EXPECT_EQ(Size(), size + 1);
}

TEST_F(PackCommandsTest, APackIsReportedAsItWasMade) {
  const auto json = nlohmann::json::parse(
      player_.Must({"pack", "web-shop", "--out", "@web-shop.pack", "--json"}));
  EXPECT_EQ(json["format"], "tally.packed/1");
  EXPECT_EQ(json["completeness"], "shown");
  EXPECT_EQ(json["size"], std::to_string(Size()));
  std::ifstream in(player_.Path("web-shop.pack"), std::ios::binary | std::ios::ate);
  EXPECT_EQ(json["bytes"], std::to_string(in.tellg()));
}

TEST_F(PackCommandsTest, WhatCannotBePackedIsRefused) {
  const auto refused = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--out", "@no.pack"});
    const Outcome outcome = player_.Run(words);
    EXPECT_FALSE(std::ifstream(player_.Path("no.pack")).good());
    return outcome.exit;
  };
  EXPECT_EQ(refused({"pack", "nothing"}), 2);
  EXPECT_EQ(refused({"pack", "web-shop", "--objective", "speed"}), 2);
  EXPECT_EQ(refused({"pack", "web-shop", "--period", "soon"}), 2);
  EXPECT_EQ(refused({"pack", "web-shop", "--at-size", "9999"}), 2);
  EXPECT_EQ(refused({"pack", "web-shop", "--as-reported", "2026-02-01T00:00:00Z"}), 2);
  EXPECT_EQ(refused({"pack", "web-shop", "--against", "@terms.yaml"}), 2);
  player_.Must({"checkpoint", "--out", "@old"});
  player_.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  EXPECT_NE(refused({"pack", "web-shop", "--checkpoint", "@old"}), 0);
}

}  // namespace
}  // namespace tally::tests
