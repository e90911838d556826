// Goal: a published maintenance policy, the first Wednesday of each month, excludes exactly its
// local day from real measurements. Method: the data set uptime-curc is imported into one feed;
// July 2026 in America/Denver is replayed with and without the rule, in two denominators, and
// compared with what an independent program computed.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

constexpr char kNode[] = "curc-data-transfer-node-ssh-tcp-reachability";
constexpr char kStatusPage[] = "curc-statuspage-alpine-component";
constexpr char kFirstWednesday[] =
    "rules:\n"
    "  first-wednesday:\n"
    "    kind: recurring exclusion\n"
    "    objectives: all\n"
    "    cause: planned maintenance\n"
    "    occurs: first\n"
    "    weekday: wednesday\n"
    "    time: whole local day\n";

class Curc : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string folder = DataFolder("uptime-curc");
    if (folder.empty()) return;
    player_ = new Player("2026-09-01T00:00:00Z");
    player_->NewLedger({"lime", "shops", "upptime"});
    player_->Must(
        {"feed", "register", "lime-upptime", "--party", "upptime", "--key", "@upptime.pem"});
    player_->Must({"import", "upptime-csv", folder + "/measurements.csv.gz", "--feed",
                   "lime-upptime", "--key", "@upptime.pem"});
  }
  static void TearDownTestSuite() {
    delete player_;
    player_ = nullptr;
  }
  void SetUp() override {
    if (player_ == nullptr) {
      GTEST_SKIP() << "needs the data set uptime-curc; set TALLY_DATA to its folder";
    }
  }

  // July's window under terms for one site.
  static nlohmann::json July(const std::string& site, const std::string& excluded_time,
                             const std::string& rules) {
    const std::string agreement = absl::StrCat("case-", ++cases_);
    std::string text = ReadSourceFile("tools/scenario/lime-terms.yaml");
    text = Replaced(text, "@AGREEMENT@", agreement);
    text = Replaced(text, "@SITE@", site);
    text = Replaced(text, "@ZONE@", "America/Denver");
    text = Replaced(text, "@UP_WHEN@", "recorded status");
    text = Replaced(text, "term: { from: 2025-05-01", "term: { from: 2026-05-01");
    text = Replaced(text, "stays in denominator", excluded_time);
    text = Replaced(text, "disputes:\n", rules + "disputes:\n");
    player_->Write(agreement + ".yaml", text);
    player_->Agree(agreement + ".yaml", agreement, "lime", "shops");
    return nlohmann::json::parse(
        player_->Must({"replay", agreement, "--period", "2026-07", "--json"}))["windows"][0];
  }
  static std::string Value(const nlohmann::json& window) {
    return window["value"]["numerator"].get<std::string>() + "/" +
           window["value"]["denominator"].get<std::string>();
  }

  static Player* player_;
  static int cases_;
};
Player* Curc::player_ = nullptr;
int Curc::cases_ = 0;

TEST_F(Curc, JulyAsItWas) {
  const nlohmann::json july = July(kNode, "stays in denominator", "");
  EXPECT_EQ(july["from"], "2026-07-01T06:00:00Z");
  EXPECT_EQ(july["to"], "2026-08-01T06:00:00Z");
  EXPECT_EQ(Value(july), "1322242601/1339200000");
  EXPECT_EQ(Value(July(kStatusPage, "stays in denominator", "")), "645827099/669600000");
}

TEST_F(Curc, TheFirstWednesdayIsExcluded) {
  EXPECT_EQ(Value(July(kNode, "stays in denominator", kFirstWednesday)), "1/1");
  EXPECT_EQ(Value(July(kNode, "leaves denominator", kFirstWednesday)), "1/1");
  EXPECT_EQ(Value(July(kStatusPage, "stays in denominator", kFirstWednesday)),
            "330529199/334800000");
  EXPECT_EQ(Value(July(kStatusPage, "leaves denominator", kFirstWednesday)), "319729199/324000000");
}

}  // namespace
}  // namespace tally::tests
