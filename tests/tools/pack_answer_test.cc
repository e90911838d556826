// Goal: a figure that a pack gives and does not prove is never shown without saying so first, in
// any form and by any command. Method: packs of the built-in scenario without a heads event, and of
// one month that are asked about others; each report in text, JSON and HTML; complete packs are
// silent.
#include "tools/pack_answer.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class PackAnswerTest : public testing::Test {
 protected:
  PackAnswerTest() { player_.PlayScenarioToTerms(); }
  // Without the service key nothing can close the log.
  void MakeIncomplete() {
    std::rename(player_.Path("ledger/keys/service.pem").c_str(), player_.Path("elsewhere").c_str());
    player_.Must({"pack", "web-shop", "--out", "@some.pack"});
  }
  Outcome OnPack(std::vector<std::string> words) {
    words.insert(words.end(), {"-C", "@some.pack", "--quiet"});
    return player_.Run(std::move(words));
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(player_.Path(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  Player player_;
};

TEST_F(PackAnswerTest, FiguresOfAnIncompletePackSaySoFirst) {
  MakeIncomplete();
  const std::vector<std::vector<std::string>> commands = {
      {"replay", "web-shop", "--period", "2026-02"},
      {"replay", "web-shop", "--period", "2026-02", "--summary"},
      {"explain", "web-shop", "--period", "2026-02"},
      {"balance", "web-shop"},
      {"contested", "web-shop"},
      {"compare", "web-shop", "--period", "2026-02", "--left", "", "--right", ""}};
  for (const std::vector<std::string>& command : commands) {
    const Outcome text = OnPack(command);
    EXPECT_TRUE(text.out.starts_with("INCOMPLETE: ")) << command[0] << text.out << text.err;
    EXPECT_NE(text.err.find("INCOMPLETE"), std::string::npos) << text.err;
    std::vector<std::string> in_json = command;
    in_json.push_back("--json");
    const auto json = nlohmann::json::parse(OnPack(in_json).out);
    EXPECT_EQ(json["incomplete"].size(), 1u) << json;
    if (command[0] != "replay") continue;
    EXPECT_EQ(json["findings"][0]["kind"], "pack-incomplete");
    EXPECT_EQ(json["findings"][0]["severity"], "error");
  }
  for (const std::string command : {"replay", "explain", "contested"}) {
    OnPack({command, "web-shop", "--period", "2026-02", "--html", "@page.html"});
    EXPECT_NE(Read("page.html").find("INCOMPLETE: "), std::string::npos) << command;
  }
  OnPack({"replay", "web-shop", "--period", "2026-02", "--summary", "--html", "@page.html"});
  EXPECT_NE(Read("page.html").find("INCOMPLETE: "), std::string::npos);
  // Of acts alone it is told where the pack is opened.
  EXPECT_NE(OnPack({"log", "agreement/web-shop"}).err.find("INCOMPLETE"), std::string::npos);
}

TEST_F(PackAnswerTest, AWholePackIsSilent) {
  player_.Must({"pack", "web-shop", "--out", "@some.pack"});
  const Outcome text = OnPack({"replay", "web-shop", "--period", "2026-02"});
  EXPECT_EQ((text.out + text.err).find("INCOMPLETE"), std::string::npos) << text.out << text.err;
  const auto json = nlohmann::json::parse(OnPack({"replay", "web-shop", "--json"}).out);
  EXPECT_FALSE(json.contains("incomplete"));
}

TEST_F(PackAnswerTest, APackOfOneMonthDoesNotAnswerForAnother) {
  player_.Must({"pack", "web-shop", "--period", "2026-01", "--out", "@some.pack"});
  const Outcome own = OnPack({"replay", "web-shop", "--period", "2026-01"});
  EXPECT_EQ(own.exit, 0) << own.err;
  EXPECT_EQ(own.out.find("INCOMPLETE"), std::string::npos) << own.out;
  EXPECT_NE(own.err.find("made for all objectives, period 2026-01"), std::string::npos) << own.err;
  for (const std::string period : {"2026-02", "2026-Q1"}) {
    const Outcome other = OnPack({"replay", "web-shop", "--period", period});
    EXPECT_TRUE(other.exit != 0 || other.out.starts_with("INCOMPLETE: ")) << other.out;
  }
}

}  // namespace
}  // namespace tally::tests
