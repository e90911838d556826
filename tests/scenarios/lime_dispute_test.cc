// Goal: a whole dispute over real outages: claim, answer in part, escalation, ruling, settlement,
// and a restatement for evidence that came late; asked for at four knowledge dates it gives four
// answers, each the same to the byte before and after other agreements went on
// (DOMAIN 3.10, 3.11, 3.17). Method: January 2026 of coral-island in the data set
// uptime-limecommerce, through the commands.
//
// By hand: 31 days are 2,678,400,000 ms, of which 36,308,042 down: 98.644413 %, 30 % of 1,000.00.
// The longest outage ran from 10 January 08:44:40.415 to 12:19:28.707; a report of "up" at 08:50
// that comes late takes 12,568,707 ms from it: 17126843/17280000 = 99.113675 %, 10 %.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

std::string LimeTermsWithTribunal(const std::string& agreement, const std::string& site) {
  std::string text = ReadSourceFile("tools/scenario/lime-terms.yaml");
  text = Replaced(text, "@AGREEMENT@", agreement);
  text = Replaced(text, "@SITE@", site);
  text = Replaced(text, "@ZONE@", "UTC");
  text = Replaced(text, "@UP_WHEN@", "recorded status");
  text = Replaced(text, "monitor: upptime }", "monitor: upptime, arbiter: chamber }");
  text = Replaced(text, "always restated", "restatement proposed");
  return Replaced(text, "disputes:\n",
                  "rules:\n"
                  "  tribunal:\n"
                  "    kind: dispute level\n"
                  "    objectives: all\n"
                  "    level: 1\n"
                  "    form: arbitration\n"
                  "    authority: arbiter\n"
                  "    counted in: no limit\n"
                  "disputes:\n");
}

class LimeDispute : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = DataFolder("uptime-limecommerce");
    if (folder_.empty()) {
      GTEST_SKIP() << "needs the data set uptime-limecommerce; set TALLY_DATA to its folder";
    }
  }
  void Say(std::vector<std::string> words, const std::string& key) {
    words.insert(words.begin() + 2, "coral-island");
    words.insert(words.end(), {"--key", absl::StrCat("@", key, ".pem")});
    player_.Must(words);
  }
  std::string ResultAt(const std::string& date) {
    std::vector<std::string> words = {"replay",   "coral-island", "--period", "2026-01",
                                      "--result", "@result",      "--quiet"};
    if (!date.empty()) words.insert(words.end(), {"--as-recorded", date});
    player_.Must(words);
    std::ostringstream text;
    text << std::ifstream(player_.Path("result")).rdbuf();
    return text.str();
  }
  nlohmann::json Answer() {
    return nlohmann::json::parse(
        player_.Must({"replay", "coral-island", "--period", "2026-01", "--json"}));
  }
  std::string Balance(const std::string& account) {
    const nlohmann::json answer = Answer();
    for (const nlohmann::json& balance : answer["balances"]) {
      if (balance["account"] == account && balance["party"] == "shops") {
        return balance["amount"];
      }
    }
    return "";
  }
  std::string State() { return Answer()["claims"].at(0)["state"]; }
  // The answer of the day, kept, and the next day.
  void EndOf(const std::string& date) {
    player_.clock().Set(*ParseInstant(absl::StrCat(date, "T12:00:00Z")));
    kept_.emplace_back(absl::StrCat(date, "T12:00:00Z"),
                       ResultAt(absl::StrCat(date, "T12:00:00Z")));
    player_.clock().Set(*ParseInstant(absl::StrCat(date, "T13:00:00Z")));
  }

  std::string folder_;
  Player player_{"2026-09-01T00:00:00Z"};
  std::vector<std::pair<std::string, std::string>> kept_;
};

TEST_F(LimeDispute, T51FromTheClaimToTheRestatement) {
  player_.NewLedger({"lime", "shops", "upptime", "chamber"});
  player_.Must({"feed", "register", "lime-upptime", "--party", "upptime", "--key", "@upptime.pem"});
  player_.Must({"import", "upptime-csv", folder_ + "/measurements.csv.gz", "--feed", "lime-upptime",
                "--key", "@upptime.pem"});
  player_.Write("terms.yaml", LimeTermsWithTribunal("coral-island", "86723-coral-island"));
  player_.Agree("terms.yaml", "coral-island", "lime", "shops");
  player_.Must({"project"});

  Say({"claim", "file", "--period", "2026-01"}, "shops");
  Say({"claim", "answer", "--partly", "100.00 USD"}, "lime");
  EXPECT_EQ(State(), "partly accepted");
  EXPECT_EQ(Balance("approved"), "100.00");
  EXPECT_EQ(Balance("claimed"), "200.00");
  EndOf("2026-09-02");

  Say({"claim", "escalate"}, "shops");
  EXPECT_EQ(State(), "arbitration");
  Say({"ruling", "issue", "--rank", "arbitrator", "--credit", "250.00 USD"}, "chamber");
  EXPECT_EQ(State(), "ruled");
  EXPECT_EQ(Balance("approved"), "250.00");
  EndOf("2026-09-03");

  Say({"settlement", "propose", "--amount", "250.00 USD", "--reference", "R-2026-09"}, "lime");
  Say({"settlement", "confirm"}, "shops");
  EXPECT_EQ(State(), "settled");
  EXPECT_EQ(Balance("settled"), "250.00");
  EndOf("2026-09-04");

  player_.Write("late.jsonl",
                "{\"kind\":\"state reported\",\"source\":\"86723-coral-island\",\"actor\":"
                "\"monitor\",\"at\":\"2026-01-10T08:50:00Z\",\"reported\":\"2026-09-04T13:00:00Z\","
                "\"body\":{\"state\":\"up\"}}\n");
  player_.Must({"append", "@late.jsonl", "--feed", "lime-upptime", "--key", "@upptime.pem"});
  EXPECT_EQ(Answer()["windows"][0]["credit"]["amount"], "300.00") << "late evidence alone";
  Say({"restatement", "propose", "--period", "2026-01"}, "lime");
  EXPECT_EQ(Answer()["windows"][0]["credit"]["amount"], "300.00") << "one side's word";
  Say({"restatement", "accept"}, "shops");
  const nlohmann::json window = Answer()["windows"][0];
  EXPECT_EQ(window["credit"]["amount"], "100.00");
  EXPECT_EQ(window["value"]["numerator"], "17126843");
  EXPECT_EQ(window["value"]["denominator"], "17280000");
  EXPECT_EQ(window["closed"]["credit"]["amount"], "300.00");
  EXPECT_EQ(Balance("settled"), "250.00");
  EXPECT_EQ(Balance("accrued"), "-150.00") << "owed back";
  EndOf("2026-09-05");

  for (size_t i = 0; i < kept_.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(kept_[i].second, kept_[j].second) << i << " " << j;
  }
  // Others go on: another agreement on the same feed, a claim in it, another feed.
  player_.Write("jade.yaml", LimeTermsWithTribunal("jade", "71530-jade"));
  player_.Agree("jade.yaml", "jade", "lime", "shops");
  player_.Must({"claim", "file", "jade", "--period", "2025-06", "--yes", "--key", "@shops.pem"});
  player_.Must({"feed", "register", "other", "--party", "upptime", "--key", "@upptime.pem"});
  player_.Must({"project"});
  for (const auto& [date, result] : kept_) EXPECT_EQ(ResultAt(date), result) << date;
  player_.Must({"verify"});
}

}  // namespace
}  // namespace tally::tests
