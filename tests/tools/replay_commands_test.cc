// Goal: replay and explain answer on every axis, in every form, with the same digest.
// Method: the built-in scenario; outputs compared with each other and with figures computed by
// hand.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

#include "tests/scenarios/player.h"
#include "tools/replay_request.h"

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

// The command behind `before` in a page, as words for the player.
std::vector<std::string> CommandIn(const std::string& html, const std::string& before) {
  const size_t first = html.find(before);
  EXPECT_NE(first, std::string::npos) << before;
  if (first == std::string::npos) return {};
  const size_t begin = html.find("tally ", first) + std::string("tally ").size();
  std::string text = html.substr(begin, html.find("</span>", first) - begin);
  text = Replaced(Replaced(Replaced(Replaced(text, "&#39;", "'"), "&quot;", "\""), "&lt;", "<"),
                  "&gt;", ">");
  return *tools::WordsOf(text);
}

// Whoever checks a page gives the command that it names, and gets the digest that it shows.
TEST_F(ReplayCommands, APageNamesTheCommandThatGivesItsDigest) {
  player_.Write("my terms.yaml", Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                          "degraded: counts as up", "degraded: counts as down"));
  player_.Must({"project"});
  const std::vector<std::vector<std::string>> questions = {
      {},
      {"--period", "2026-02"},
      {"--period", "2026-02-01/2026-03-01", "--objective", "availability"},
      {"--period", "2026-02", "--at-size", "11"},
      {"--period", "2026-02", "--as-recorded", "2026-12-24T00:00:00Z"},
      {"--period", "2026-02", "--as-reported", "2026-02-18T12:00:00Z"},
      {"--period", "2026-02", "--without", "5/2", "--without", "5/1"},
      {"--period", "2026-02", "--terms", "@my terms.yaml", "--reading", "it's <strict>"}};
  for (const char* command : {"replay", "explain"}) {
    for (const std::vector<std::string>& question : questions) {
      for (const char* form : {"", "--summary"}) {
        const bool summary = *form != '\0';
        if (summary && std::string(command) == "explain") continue;
        std::vector<std::string> words = {command, "web-shop", "--html", "-"};
        words.insert(words.end(), question.begin(), question.end());
        if (summary) words.push_back(form);
        const std::string html = player_.Must(words);
        const std::vector<std::string> named = CommandIn(html, "\"hash\">tally replay ");
        const std::string digest =
            nlohmann::json::parse(player_.Must(named))["digest"].get<std::string>();
        EXPECT_NE(html.find(digest), std::string::npos)
            << testing::PrintToString(named) << " of " << testing::PrintToString(words);
      }
    }
  }
}

// However much is recorded afterwards.
TEST_F(ReplayCommands, APageNamesACommandThatStaysTrue) {
  const std::string html =
      player_.Must({"replay", "web-shop", "--period", "2026-02", "--html", "-"});
  player_.Must({"project"});
  const std::vector<std::string> named = CommandIn(html, "\"hash\">tally replay ");
  const nlohmann::json again = nlohmann::json::parse(player_.Must(named));
  EXPECT_NE(html.find(again["digest"].get<std::string>()), std::string::npos) << again["digest"];
}

TEST_F(ReplayCommands, ADisputeReportNamesTheCommandsOfBothItsDigests) {
  const std::string html =
      player_.Must({"contested", "web-shop", "--period", "2026-02", "--html", "-"});
  for (const char* before : {"\"hash\">tally contested ", "\"hash\">tally replay "}) {
    const std::vector<std::string> words = CommandIn(html, before);
    const std::string digest =
        nlohmann::json::parse(player_.Must(words))["digest"].get<std::string>();
    EXPECT_NE(html.find(digest), std::string::npos) << testing::PrintToString(words);
  }
}

}  // namespace
}  // namespace tally::tests
