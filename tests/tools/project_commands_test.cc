// Goal: the nightly job appends what changed, once.
// Method: the built-in scenario, projected before and after late evidence.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

std::string FileAt(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

nlohmann::json Summary(Player& player) {
  return nlohmann::json::parse(player.Must({"project", "--json"}).substr(0));
}

TEST(ProjectCommands, StatesEachWindowOnceAndClosesWhatIsDue) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"project"});
  const std::string before = player.Must({"checkpoint"});
  EXPECT_EQ(Summary(player)["statements"], "0");
  EXPECT_EQ(player.Must({"checkpoint"}), before);
}

// What is said to be new was not recorded, and an agreement that waits for a signature keeps no
// other from being projected.
TEST(ProjectCommands, ADryRunSaysWhatItWouldDo) {
  Player player;
  player.PlayScenarioToTerms();
  const std::string before = player.Must({"checkpoint"});
  const std::string dry = player.Must({"project", "--dry-run"});
  EXPECT_NE(dry.find("would project 1 agreement at"), std::string::npos) << dry;
  EXPECT_NE(dry.find("web-shop: "), std::string::npos) << dry;
  EXPECT_EQ(player.Must({"checkpoint"}), before);
  player.Must({"project"});
  EXPECT_NE(player.Must({"project"}).find("web-shop: unchanged"), std::string::npos);
}

TEST(ProjectCommands, LateEvidenceBringsANewStatementAndNeverChangesTheClosing) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"project"});
  const std::string line =
      R"({"kind":"state reported","source":"web-shop","at":"2026-02-25T@HOUR@:00:00Z",)"
      R"("body":{"state":"@STATE@"}})"
      "\n";
  player.Write("late.jsonl", Replaced(Replaced(line, "@HOUR@", "00"), "@STATE@", "down") +
                                 Replaced(Replaced(line, "@HOUR@", "01"), "@STATE@", "up"));
  player.Must({"append", "@late.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  player.Must({"project"});
  nlohmann::json window = nlohmann::json::parse(
      player.Must({"replay", "web-shop", "--period", "2026-02", "--json"}))["windows"][0];
  EXPECT_EQ(window["counted"], "25050");
  EXPECT_EQ(window["closed"]["differs"], true);
}

// What is left to the parties is named with the very words that do it.
TEST(ProjectCommands, AStaleWindowNamesTheCommandThatProposesItsRestatement) {
  Player player;
  player.NewLedger({"provider", "customer", "monitor"});
  player.Write("terms.yaml",
               Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                        "late evidence: always restated", "late evidence: restatement proposed"));
  player.Write("events.jsonl", ReadSourceFile("tools/scenario/events.jsonl"));
  player.Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
  player.Must({"append", "@events.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  player.Agree("terms.yaml", "web-shop", "provider", "customer");
  player.Must({"project"});
  const std::string line = R"({"kind":"state reported","source":"web-shop",)"
                           R"("at":"2026-02-25T@HOUR@:00:00Z","reported":"2026-10-30T00:00:00Z",)"
                           R"("body":{"state":"@STATE@"}})"
                           "\n";
  player.Write("late.jsonl", Replaced(Replaced(line, "@HOUR@", "00"), "@STATE@", "down") +
                                 Replaced(Replaced(line, "@HOUR@", "01"), "@STATE@", "up"));
  player.Must({"append", "@late.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  const nlohmann::json stale = Summary(player)["stale"];
  ASSERT_EQ(stale.size(), 1u);
  EXPECT_EQ(stale[0]["reason"], "restatement to propose");
  EXPECT_EQ(stale[0]["propose"],
            "tally restatement propose web-shop --objective availability "
            "--period 2026-01-31T23:00:00Z/2026-02-28T23:00:00Z");
  EXPECT_EQ(stale[0]["open"], true);
  const auto job = [&player] {
    const std::string text = player.Must({"project", "--every", "--metrics", "@tally.prom"});
    return absl::StrCat(text, FileAt(player.Path("tally.prom")));
  };
  std::string text = job();
  EXPECT_NE(text.find("`tally restatement propose web-shop"), std::string::npos) << text;
  EXPECT_NE(text.find("\ntally_project_stale_windows 1\n"), std::string::npos) << text;
  player.Must({"restatement", "propose", "web-shop", "--key", "@customer.pem"});
  text = job();
  EXPECT_EQ(text.find("`tally restatement propose"), std::string::npos) << text;
  EXPECT_NE(text.find(", and waits for provider"), std::string::npos) << text;
  EXPECT_NE(text.find("\ntally_project_stale_windows 1\n"), std::string::npos) << text;
  // Nobody is called every night for what was decided.
  player.Must({"restatement", "contest", "web-shop", "--key", "@provider.pem"});
  text = job();
  EXPECT_NE(text.find(", contested by provider"), std::string::npos) << text;
  EXPECT_NE(text.find("\ntally_project_stale_windows 0\n"), std::string::npos) << text;
}

TEST(ProjectCommands, RefusesOptionsThatMakeNoSense) {
  Player player;
  player.PlayScenarioToTerms();
  EXPECT_EQ(player.Run({"project", "--jobs", "0"}).exit, 2);
  EXPECT_EQ(player.Run({"project", "--jobs", "257"}).exit, 2);
  EXPECT_EQ(player.Run({"project", "--ahead", "99999"}).exit, 2);
  EXPECT_EQ(player.Run({"project", "--every", "--changes-since", "3"}).exit, 2);
}

TEST(ProjectCommands, TheMetricsFileIsReplacedWhole) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"project", "--metrics", "@tally.prom"});
  const std::string first = FileAt(player.Path("tally.prom"));
  EXPECT_NE(first.find("\ntally_project_statements 2\n"), std::string::npos) << first;
  EXPECT_NE(first.find("\ntally_project_closings 2\n"), std::string::npos) << first;
  EXPECT_EQ(first.find("last_success_timestamp_seconds 0\n"), std::string::npos) << first;
  player.Must({"project", "--every", "--metrics", "@tally.prom"});
  const std::string second = FileAt(player.Path("tally.prom"));
  EXPECT_NE(second.find("\ntally_project_statements 0\n"), std::string::npos) << second;
  EXPECT_EQ(second.find("tally_project_statements 2\n"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(player.Path("tally.prom.new")));
}

// Alarms see a job of which no run came to its end, and a folder that is not there stops it before
// anything is appended.
TEST(ProjectCommands, TheMetricsFileIsThereBeforeTheFirstRunEnds) {
  Player player;
  player.PlayScenarioToTerms();
  const std::string before = player.Must({"checkpoint"});
  EXPECT_EQ(player.Run({"project", "--metrics", "@nowhere/tally.prom"}).exit, 2);
  EXPECT_EQ(player.Must({"checkpoint"}), before);
  const std::string key = player.Path("ledger/keys/service.pem");
  std::filesystem::rename(key, key + ".away");
  EXPECT_NE(player.Run({"project", "--metrics", "@tally.prom"}).exit, 0);
  std::filesystem::rename(key + ".away", key);
  const std::string file = FileAt(player.Path("tally.prom"));
  EXPECT_NE(file.find("\ntally_project_last_success_timestamp_seconds 0\n"), std::string::npos)
      << file;
}

TEST(ProjectCommands, ALedgerThatIsNotThereIsNoMissingKey) {
  Player player;
  const Outcome none = player.Run({"project", "-C", "@nothing"});
  EXPECT_EQ(none.exit, 2);
  EXPECT_NE(none.err.find("there is no ledger at"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace tally::tests
