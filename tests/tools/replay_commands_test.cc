// Goal: replay and explain answer on every axis, in every form, with the same digest.
// Method: the built-in scenario; outputs compared with each other and with figures computed by
// hand.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

class ReplayCommands : public testing::Test {
 protected:
  void SetUp() override { player_.PlayScenarioToTerms(); }
  nlohmann::json Json(std::vector<std::string> words) {
    words.push_back("--json");
    return nlohmann::json::parse(player_.Must(std::move(words)));
  }
  std::string File(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(player_.Path(name)).rdbuf();
    return text.str();
  }
  Player player_;
};

TEST_F(ReplayCommands, OneAndSeveralThreadsGiveTheSameBytes) {
  player_.Must({"replay", "web-shop", "--result", "@one", "--quiet"});
  player_.Must({"replay", "web-shop", "--jobs", "3", "--result", "@three", "--quiet"});
  EXPECT_FALSE(File("one").empty());
  EXPECT_EQ(File("one"), File("three"));
}

// Two days are local ones of the windows' zone (here an hour before UTC), the second exclusive.
TEST_F(ReplayCommands, APeriodOfDaysIsThatOfTheMonth) {
  const nlohmann::json month = Json({"replay", "web-shop", "--period", "2026-02"});
  const nlohmann::json days = Json({"replay", "web-shop", "--period", "2026-02-01/2026-03-01"});
  EXPECT_EQ(days["digest"], month["digest"]);
  const nlohmann::json more = Json({"replay", "web-shop", "--period", "2026-02-01/2026-03-02"});
  EXPECT_EQ(more["windows"].size(), month["windows"].size() + 1);
  const Outcome mixed =
      player_.Run({"replay", "web-shop", "--period", "2026-02-01/2026-03-01T00:00:00Z"});
  EXPECT_EQ(mixed.exit, 2);
  EXPECT_NE(mixed.err.find("two days such as 2026-08-01/2026-09-01"), std::string::npos)
      << mixed.err;
}

TEST_F(ReplayCommands, AnotherReadingIsNamedAndChangesTheFigure) {
  player_.Write("strict.yaml", Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                        "degraded: counts as up", "degraded: counts as down"));
  nlohmann::json agreed = Json({"replay", "web-shop", "--period", "2026-02"});
  nlohmann::json strict =
      Json({"replay", "web-shop", "--period", "2026-02", "--terms", "@strict.yaml"});
  EXPECT_EQ(agreed["reading"], "agreed");
  EXPECT_NE(strict["reading"], "agreed");
  EXPECT_EQ(agreed["windows"][0]["counted"], "21450");
  EXPECT_EQ(strict["windows"][0]["counted"], "29550");  // 8,100 s degraded
  nlohmann::json without = Json({"replay", "web-shop", "--period", "2026-02", "--without", "5/2"});
  EXPECT_EQ(without["windows"][0]["counted"], "1800");  // the first outage was never reported
}

TEST_F(ReplayCommands, AnotherReadingIsDerivedAndLabelled) {
  player_.Write("strict.yaml", Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                        "degraded: counts as up", "degraded: counts as down"));
  const std::vector<std::string> explain = {"explain", "web-shop", "--period", "2026-02"};
  std::vector<std::string> other = explain;
  other.insert(other.end(), {"--terms", "@strict.yaml", "--reading", "strict"});
  EXPECT_EQ(player_.Must(explain).find("Reading:"), std::string::npos);
  const std::string text = player_.Must(other);
  EXPECT_EQ(text.find("Reading: strict; nothing of it is posted or recorded"), 0u) << text;
  EXPECT_NE(text.find("29550 s"), std::string::npos) << text;
  EXPECT_EQ(Json(other)["reading"], "strict");
}

TEST_F(ReplayCommands, AxesThatExcludeEachOtherAreRefused) {
  EXPECT_EQ(
      player_.Run({"replay", "web-shop", "--at-size", "3", "--as-recorded", "2026-01-01T00:00:00Z"})
          .exit,
      2);
  EXPECT_EQ(player_.Run({"replay", "web-shop", "--engine", "tally-engine/0"}).exit, 2);
  EXPECT_EQ(player_.Run({"replay", "web-shop", "--period", "2026-13"}).exit, 2);
  EXPECT_EQ(player_.Run({"replay", "no-such"}).exit, 2);
  EXPECT_EQ(player_.Run({"replay", "web-shop", "--reading", "mine"}).exit, 2);
  EXPECT_EQ(player_.Run({"replay", "web-shop", "--without", "99/2"}).exit, 2);
  EXPECT_EQ(player_.Run({"replay", "web-shop", "--without", "5/77"}).exit, 2);
}

TEST_F(ReplayCommands, ExplainEndsInTheCredit) {
  nlohmann::json explained = Json({"explain", "web-shop", "--period", "2026-02"});
  bool credit = false;
  for (const nlohmann::json& line : explained["windows"][0]["lines"]) {
    credit = credit || (line["step"] == "credit" && line["result"] == "120.00 EUR");
  }
  EXPECT_TRUE(credit) << explained;
  // Down to the postings: the credit enters the books for what the figures say.
  ASSERT_FALSE(explained["postings"].empty());
  EXPECT_EQ(explained["postings"][0]["amount"], "120.00") << explained["postings"];
  EXPECT_EQ(player_.Run({"explain", "web-shop", "--period", "2019-01"}).exit, 2);
}

TEST_F(ReplayCommands, TheReportIsOneFileWithoutReferences) {
  player_.Must({"replay", "web-shop", "--period", "2026-02", "--html", "@report.html", "--quiet"});
  const std::string html = File("report.html");
  EXPECT_NE(html.find("99.113343 %"), std::string::npos);
  EXPECT_EQ(html.find("http://"), std::string::npos);
  EXPECT_EQ(html.find("https://"), std::string::npos);
}

}  // namespace
}  // namespace tally::tests
