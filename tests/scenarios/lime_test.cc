// Goal: real outages give the figures that an independent program computed, to the last millisecond
// and cent, through the commands a user types.
// Method: the data set uptime-limecommerce is imported into one feed; terms for the eight
// long-lived sites in two zones, with and without a holding limit, are replayed month by month and
// compared with all 488 rows of its expected_monthly.csv; then the named readings of cnf and
// coral-island.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

const std::vector<std::string>& Sites() {
  static const std::vector<std::string> kSites = {"27654-lime-commerce-production",
                                                  "86723-coral-island",
                                                  "38492-yamada-best",
                                                  "71530-jade",
                                                  "26981-nihon",
                                                  "54027-rodalink",
                                                  "19836-cnf",
                                                  "67394-yeva"};
  return kSites;
}

std::string TermsFor(const std::string& agreement, const std::string& site, const std::string& zone,
                     const std::string& up_when, const std::string& holds) {
  std::string text = ReadSourceFile("tools/scenario/lime-terms.yaml");
  text = Replaced(text, "@AGREEMENT@", agreement);
  text = Replaced(text, "@SITE@", site);
  text = Replaced(text, "@ZONE@", zone);
  text = Replaced(text, "@UP_WHEN@", up_when);
  return Replaced(text, "state holds: until next report", "state holds: " + holds);
}

// The ledger with the feed, made once for all tests of this file.
class Lime : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string folder = DataFolder("uptime-limecommerce");
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
      GTEST_SKIP() << "needs the data set uptime-limecommerce; set TALLY_DATA to its folder";
    }
  }

  static void Agree(const std::string& agreement, const std::string& terms) {
    player_->Write(agreement + ".yaml", terms);
    player_->Agree(agreement + ".yaml", agreement, "lime", "shops");
  }
  static nlohmann::json Replay(std::vector<std::string> words) {
    words.insert(words.begin(), "replay");
    words.push_back("--json");
    return nlohmann::json::parse(player_->Must(std::move(words)));
  }
  static std::string Value(const nlohmann::json& window) {
    if (window["value"].is_null()) return "null";
    return window["value"]["numerator"].get<std::string>() + "/" +
           window["value"]["denominator"].get<std::string>();
  }
  static std::string CreditPercent(const nlohmann::json& window) {
    if (window["credit"].is_null() || window["credit"]["tier"].is_null()) return "0";
    return window["credit"]["tier"]["percent"].get<std::string>();
  }

  static Player* player_;
};
Player* Lime::player_ = nullptr;

TEST_F(Lime, EveryExpectedMonthComesOutExactly) {
  std::map<std::string, nlohmann::json> replays;  // "zone/site/rule" -> windows by month
  for (const char* zone : {"UTC", "Asia/Jakarta"}) {
    for (const std::string& site : Sites()) {
      for (const auto& [rule, holds] :
           {std::pair<std::string, std::string>{"hold", "until next report"},
            {"stale26h", "at most 26 h"}}) {
        const std::string agreement =
            site + (zone == std::string("UTC") ? "-utc-" : "-jakarta-") + rule;
        Agree(agreement, TermsFor(agreement, site, zone, "recorded status", holds));
        replays[std::string(zone) + "," + site + "," + rule] = Replay({agreement})["windows"];
      }
    }
  }
  std::ifstream expected(DataFolder("uptime-limecommerce") + "/expected_monthly.csv");
  std::string line;
  std::getline(expected, line);
  int rows = 0;
  while (std::getline(expected, line)) {
    std::vector<std::string> fields;
    std::istringstream split(line);
    for (std::string field; std::getline(split, field, ',');) fields.push_back(field);
    ASSERT_EQ(fields.size(), 13u) << line;
    const nlohmann::json& windows = replays[fields[0] + "," + fields[1] + "," + fields[3]];
    const nlohmann::json* found = nullptr;
    for (const nlohmann::json& window : windows) {
      // The month's name from its middle, which lies in it whatever the zone.
      const Instant from = *ParseInstant(window["from"].get<std::string>());
      if (FormatInstant(from + Days(15)).substr(0, 7) == fields[2]) found = &window;
    }
    ASSERT_NE(found, nullptr) << line;
    EXPECT_EQ((*found)["period"], fields[4]) << line;
    EXPECT_EQ((*found)["counted"], fields[7]) << line;
    EXPECT_EQ(Value(*found), fields[11]) << line;
    EXPECT_EQ(CreditPercent(*found), fields[12]) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 488);
}

TEST_F(Lime, CoralIslandAsItStoodOnTheEighteenth) {
  Agree("coral-island", TermsFor("coral-island", "86723-coral-island", "UTC", "recorded status",
                                 "until next report"));
  nlohmann::json january = Replay({"coral-island", "--period", "2026-01"})["windows"][0];
  EXPECT_EQ(Value(january), "1321045979/1339200000");
  EXPECT_EQ(january["value"]["text"], "98.644413");
  EXPECT_EQ(january["credit"]["amount"], "300.00");
  nlohmann::json february = Replay({"coral-island", "--period", "2026-02"})["windows"][0];
  EXPECT_EQ(Value(february), "124732687/134400000");
  EXPECT_EQ(february["value"]["text"], "92.807059");
  EXPECT_EQ(february["credit"]["amount"], "1000.00");
  nlohmann::json earlier =
      Replay({"coral-island", "--period", "2026-02", "--as-reported", "2026-02-18T12:00:00Z"});
  const nlohmann::json& open = earlier["windows"][0];
  EXPECT_EQ(earlier["known"]["reported"], "2026-02-18T12:00:00Z");
  EXPECT_EQ(open["status"], "open");
  EXPECT_EQ(Value(open), "2314551583/2419200000");
  EXPECT_EQ(open["value"]["text"], "95.674255");
  EXPECT_EQ(open["credit"]["tier"]["percent"], "30");
  EXPECT_EQ(open["credit"]["posted"], false);
}

TEST_F(Lime, TheZoneOfTheTermsDecides) {
  for (const auto& [zone, value, credit] :
       {std::tuple<std::string, std::string, std::string>{"UTC", "330362051/334800000", "300.00"},
        {"Asia/Jakarta", "331476631/334800000", "100.00"}}) {
    const std::string agreement = zone == "UTC" ? "rodalink" : "rodalink-jakarta";
    Agree(agreement,
          TermsFor(agreement, "54027-rodalink", zone, "recorded status", "until next report"));
    nlohmann::json march = Replay({agreement, "--period", "2026-03"})["windows"][0];
    EXPECT_EQ(Value(march), value) << zone;
    EXPECT_EQ(march["credit"]["amount"], credit) << zone;
  }
}

TEST_F(Lime, AnAmendmentThatReachesBackChangesJuneAndJuly) {
  const auto terms = [](const std::string& up_when) {
    return TermsFor("cnf", "19836-cnf", "UTC", up_when, "until next report");
  };
  Agree("cnf", terms("recorded status"));
  nlohmann::json before = Replay({"cnf", "--period", "2025-06"});
  EXPECT_EQ(Value(before["windows"][0]), "48524501/144000000");
  EXPECT_EQ(before["windows"][0]["credit"]["tier"]["percent"], "100");
  EXPECT_EQ(Value(Replay({"cnf", "--period", "2025-07"})["windows"][0]), "253537177/446400000");

  player_->Write("cnf-403.yaml", terms("{ recorded status or codes: [403] }") +
                                     "amends:\n  base: current\n  effective: 2025-05-01T00:00:00Z\n"
                                     "  reach: retroactive\n  settled windows: stay closed\n"
                                     "  reason: a firewall answered the monitor\n");
  const std::string out =
      player_->Must({"amendment", "propose", "cnf", "@cnf-403.yaml", "--key", "@lime.pem"});
  const std::string hash = out.substr(out.find("terms ") + 6, 64);
  // Proposed by one side alone, it changes nothing.
  EXPECT_EQ(Value(Replay({"cnf", "--period", "2025-06"})["windows"][0]), "48524501/144000000");
  player_->Must({"amendment", "accept", "cnf", "--terms", hash, "--key", "@shops.pem"});
  nlohmann::json after = Replay({"cnf", "--period", "2025-06"});
  EXPECT_EQ(Value(after["windows"][0]), "1/1");
  EXPECT_EQ(CreditPercent(after["windows"][0]), "0");
  EXPECT_EQ(Value(Replay({"cnf", "--period", "2025-07"})["windows"][0]), "1/1");
  // As known before the amendment, the old answer still stands, byte for byte.
  const std::string size = before["known"]["size"];
  nlohmann::json again = Replay({"cnf", "--period", "2025-06", "--at-size", size});
  EXPECT_EQ(again["digest"], before["digest"]);
}

TEST_F(Lime, ImportingTwiceAppendsNothing) {
  const std::string status = player_->Must({"log", "feed/lime-upptime", "--json"});
  const std::string out = player_->Must({"import", "upptime-csv",
                                         DataFolder("uptime-limecommerce") + "/measurements.csv.gz",
                                         "--feed", "lime-upptime", "--key", "@upptime.pem"});
  EXPECT_NE(out.find("0 measurements appended, 5332 recorded already"), std::string::npos) << out;
  EXPECT_EQ(player_->Must({"log", "feed/lime-upptime", "--json"}), status);
}

TEST_F(Lime, TheLedgerVerifiesAndSaysWhatItCovered) {
  nlohmann::json verdict = nlohmann::json::parse(player_->Must({"verify", "--json"}));
  EXPECT_EQ(verdict["verdict"], "verified");
  EXPECT_GE(std::stoull(verdict["covered"]["events"].get<std::string>()), 5332u);
}

}  // namespace
}  // namespace tally::tests
