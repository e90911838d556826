// Goal: compare answers by its exit status, in both forms and in canonical bytes with one digest;
// contested shows what hangs on an undecided exclusion.
// Method: the built-in scenario; figures by hand (demo_test.cc).
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class CompareCommands : public testing::Test {
 protected:
  void SetUp() override { player_.PlayScenarioToTerms(); }
  Outcome Compare(const std::string& left, const std::string& right,
                  std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"compare", "web-shop", "--period", "2026-02",
                                      "--left",  left,       "--right",  right};
    words.insert(words.end(), more.begin(), more.end());
    return player_.Run(words);
  }
  std::string File(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(player_.Path(name)).rdbuf();
    return text.str();
  }
  Player player_;
};

TEST_F(CompareCommands, EqualIsZeroAndDifferentIsOne) {
  EXPECT_EQ(Compare("", "").exit, 0);
  const Outcome outcome = Compare("", "--without 5/2", {"--json"});
  EXPECT_EQ(outcome.exit, 1) << outcome.err;
  const nlohmann::json comparison = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(comparison["format"], "tally.compare/1");
  EXPECT_EQ(comparison["equal"], false);
  EXPECT_EQ(comparison["right"]["reading"], "without 5/2");
  ASSERT_EQ(comparison["windows"].size(), 1u);
  EXPECT_EQ(comparison["windows"][0]["left"]["counted"], "21450");
  EXPECT_EQ(comparison["windows"][0]["right"]["counted"], "1800");
  EXPECT_EQ(comparison["evidence"]["event"], "5/2");
  EXPECT_EQ(comparison["evidence"]["stream"], "feed/probes");
  EXPECT_EQ(comparison["evidence"]["author"], "monitor");
  int64_t sum = 0;
  for (const nlohmann::json& money : comparison["money"]) {
    sum += std::stoll(Replaced(money["difference"].get<std::string>(), ".", ""));
  }
  EXPECT_EQ(sum, 0) << comparison["money"];
}

TEST_F(CompareCommands, WhatASideDoesNotTakeIsNamed) {
  const Outcome period = Compare("--period 2026-02", "");
  EXPECT_EQ(period.exit, 2);
  EXPECT_NE(period.err.find("no option --period in --left and --right"), std::string::npos)
      << period.err;
  EXPECT_EQ(period.err.find("axes`"), std::string::npos) << period.err;
  const Outcome objective = player_.Run({"replay", "web-shop", "--objective", "speed"});
  EXPECT_NE(objective.err.find("no objective 'speed', but availability"), std::string::npos)
      << objective.err;
}

TEST_F(CompareCommands, TextAndCanonicalBytesNameTheSameDigest) {
  const Outcome outcome = Compare("", "--without 5/2", {"--result", "@result"});
  EXPECT_EQ(outcome.exit, 1);
  const nlohmann::json json = nlohmann::json::parse(Compare("", "--without 5/2", {"--json"}).out);
  EXPECT_NE(outcome.out.find(json["digest"].get<std::string>()), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("They part at"), std::string::npos);
  EXPECT_EQ(File("result").substr(0, 16), "tally.compare/1\n");
  const Outcome canonical = Compare("", "--without 5/2", {"--result", "-"});
  EXPECT_EQ(canonical.out, File("result"));
}

TEST_F(CompareCommands, WhatHangsOnAnUndecidedExclusion) {
  EXPECT_NE(player_.Must({"contested", "web-shop"}).find("Nothing is contested"),
            std::string::npos);
  const nlohmann::json none =
      nlohmann::json::parse(player_.Must({"contested", "web-shop", "--json"}));
  EXPECT_EQ(none["format"], "tally.contested/1");
  EXPECT_TRUE(none["points"].empty());
  // The provider claims the long outage as the customer's.
  player_.Write("act.jsonl",
                R"({"kind":"exclusion proposed","body":{"name":"firewall","cause":"customer",)"
                R"("from":"2026-02-09T08:12:30+01:00","until":"2026-02-09T13:40:00+01:00"}})"
                "\n");
  player_.Must({"append", "@act.jsonl", "--agreement", "web-shop", "--key", "@provider.pem"});
  const nlohmann::json contested = nlohmann::json::parse(
      player_.Must({"contested", "web-shop", "--period", "2026-02", "--json"}));
  ASSERT_EQ(contested["points"].size(), 1u);
  const nlohmann::json& point = contested["points"][0];
  EXPECT_EQ(point["kind"], "exclusion");
  EXPECT_EQ(point["readings"].size(), 2u);
  EXPECT_EQ(point["readings"][1]["stands"], true);
  EXPECT_EQ(point["readings"][1]["credits"][0]["party"], "customer");
  EXPECT_EQ(point["readings"][1]["credits"][0]["amount"], "120.00");
  const std::string text = player_.Must({"contested", "web-shop", "--period", "2026-02"});
  player_.Must({"contested", "web-shop", "--period", "2026-02", "--html", "@dispute.html"});
  EXPECT_NE(File("dispute.html").find("Hangs on this point alone"), std::string::npos);
  EXPECT_NE(File("dispute.html").find("class=\"picture\""), std::string::npos);
  EXPECT_EQ(player_.Run({"contested", "web-shop", "--html", "-", "--result", "-"}).exit, 2);
  EXPECT_NE(text.find("hangs on it alone"), std::string::npos) << text;
  EXPECT_NE(text.find(contested["digest"].get<std::string>()), std::string::npos);
}

}  // namespace
}  // namespace tally::tests
