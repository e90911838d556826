// Goal: one dispute asked for at four knowledge dates gives four answers, each reproducible to the
// byte, before and after other agreements went on; and their differences are named by the act that
// made them.
// Method: a real month of the data set uptime-limecommerce, claimed, answered in part, amended by
// both, claimed and settled as amended; canonical results kept at each stage and asked for again by
// date at the end and after the noise.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

std::string TermsFor(const std::string& agreement, const std::string& site,
                     const std::string& up_when) {
  std::string text = ReadSourceFile("tools/scenario/lime-terms.yaml");
  text = Replaced(text, "@AGREEMENT@", agreement);
  text = Replaced(text, "@SITE@", site);
  text = Replaced(text, "@ZONE@", "UTC");
  return Replaced(text, "@UP_WHEN@", up_when);
}

class KnowledgeDates : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = DataFolder("uptime-limecommerce");
    if (folder_.empty()) {
      GTEST_SKIP() << "needs the data set uptime-limecommerce; set TALLY_DATA to its folder";
    }
  }
  // The canonical result of June 2025 as the ledger held it at `date`; now without one.
  std::string ResultAt(const std::string& date) {
    std::vector<std::string> words = {"replay",   "cnf",     "--period", "2025-06",
                                      "--result", "@result", "--quiet"};
    if (!date.empty()) {
      words.push_back("--as-recorded");
      words.push_back(date);
    }
    player_.Must(words);
    std::ostringstream text;
    text << std::ifstream(player_.Path("result")).rdbuf();
    return text.str();
  }
  // Keeps the answer of the day on which something was done.
  void Keep(const std::string& date) {
    player_.clock().Set(*ParseInstant(date));
    kept_.emplace_back(date, ResultAt(date));
  }
  void NextDay(const std::string& date) { player_.clock().Set(*ParseInstant(date)); }
  nlohmann::json Compare(const std::string& left, const std::string& right) {
    const Outcome outcome =
        player_.Run({"compare", "cnf", "--period", "2025-06", "--left", "--as-recorded " + left,
                     "--right", "--as-recorded " + right, "--json"});
    EXPECT_EQ(outcome.exit, left == right ? 0 : 1) << outcome.out << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }

  std::string folder_;
  Player player_{"2026-09-01T00:00:00Z"};
  std::vector<std::pair<std::string, std::string>> kept_;
};

TEST_F(KnowledgeDates, FourDatesFourAnswersWhateverOthersDo) {
  player_.NewLedger({"lime", "shops", "upptime"});
  player_.Must({"feed", "register", "lime-upptime", "--party", "upptime", "--key", "@upptime.pem"});
  player_.Must({"import", "upptime-csv", folder_ + "/measurements.csv.gz", "--feed", "lime-upptime",
                "--key", "@upptime.pem"});
  player_.Write("cnf.yaml", TermsFor("cnf", "19836-cnf", "recorded status"));
  player_.Agree("cnf.yaml", "cnf", "lime", "shops");
  Keep("2026-09-02T00:00:00Z");
  player_.Must({"claim", "file", "cnf", "--period", "2025-06", "--key", "@shops.pem"});
  Keep("2026-09-03T00:00:00Z");
  player_.Must({"claim", "answer", "cnf", "--partly", "400.00 USD", "--key", "@lime.pem"});
  Keep("2026-09-04T00:00:00Z");
  player_.Write("cnf-403.yaml",
                TermsFor("cnf", "19836-cnf", "{ recorded status or codes: [403] }") +
                    "amends:\n  base: current\n  effective: 2025-05-01T00:00:00Z\n"
                    "  reach: retroactive\n  settled windows: stay closed\n"
                    "  reason: a firewall answered the monitor\n");
  const std::string out =
      player_.Must({"amendment", "propose", "cnf", "@cnf-403.yaml", "--key", "@lime.pem"});
  const std::string hash = out.substr(out.find("terms ") + 6, 64);
  player_.Must({"amendment", "accept", "cnf", "--terms", hash, "--key", "@shops.pem"});
  Keep("2026-09-05T00:00:00Z");

  for (size_t i = 0; i < kept_.size(); ++i) {
    EXPECT_EQ(ResultAt(kept_[i].first), kept_[i].second) << kept_[i].first;
    for (size_t j = 0; j < i; ++j) EXPECT_NE(kept_[i].second, kept_[j].second) << i << " " << j;
  }
  // Others go on: another agreement on the same feed, a claim in it, another feed.
  player_.Write("jade.yaml", TermsFor("jade", "71530-jade", "recorded status"));
  player_.Agree("jade.yaml", "jade", "lime", "shops");
  player_.Run({"claim", "file", "jade", "--period", "2025-06", "--yes", "--key", "@shops.pem"});
  player_.Must({"feed", "register", "other", "--party", "upptime", "--key", "@upptime.pem"});
  for (const auto& [date, result] : kept_) EXPECT_EQ(ResultAt(date), result) << date;

  // From one date to another, by the act that made the difference.
  EXPECT_EQ(Compare(kept_[0].first, kept_[0].first)["equal"], true);
  const nlohmann::json claimed = Compare(kept_[0].first, kept_[1].first);
  EXPECT_EQ(claimed["parting"]["event_kind"], "claim filed");
  EXPECT_EQ(claimed["windows"].size(), 0u) << "a claim changes no figure";
  const nlohmann::json amended = Compare(kept_[2].first, kept_[3].first);
  EXPECT_EQ(amended["parting"]["event_kind"], "amendment accepted");
  ASSERT_EQ(amended["windows"].size(), 1u);
  EXPECT_EQ(amended["windows"][0]["credit_difference"]["amount"], "-1000.00");
  // And the first observation that the two sets of terms read otherwise.
  EXPECT_EQ(amended["evidence"]["stream"], "feed/lime-upptime");
  EXPECT_EQ(amended["evidence"]["source"], "19836-cnf");
}

}  // namespace
}  // namespace tally::tests
