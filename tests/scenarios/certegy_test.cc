// Goal: two versions of the same measurements, by two keys, give the figures that an independent
// program computed under either order of precedence; the comparison names the first measurement
// that they weigh differently and the money between; and what hangs on the point is shown.
// Method: the data set uptime-certegy-contested is split as its description says: the first row of
// an instant is the monitor's, later ones and all names with "---" are the owner's. Two feeds, the
// monitor's first, both complete to the latest instant of the whole file.
#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

constexpr char kWatermark[] = "2025-05-22T16:06:22.595Z";

std::string Unpacked(const std::string& path) {
  const std::string command = "gzip -dc '" + path + "'";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  std::string text;
  char part[65536];
  for (size_t got = fread(part, 1, sizeof part, pipe); got > 0;
       got = fread(part, 1, sizeof part, pipe)) {
    text.append(part, got);
  }
  EXPECT_EQ(pclose(pipe), 0) << path;
  return text;
}

struct Versions {
  std::string monitor, owner;  // files with the same columns
  size_t rows = 0, measurements = 0, changed = 0;
};
Versions Split(const std::string& text) {
  Versions versions;
  std::set<std::string> seen;
  std::string header;
  for (const absl::string_view view : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::string line(view);
    if (header.empty()) {
      header = line;
      versions.monitor = versions.owner = header + "\n";
      continue;
    }
    ++versions.rows;
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    const bool first = seen.insert(fields[0] + "," + fields[1]).second;
    const bool owners = fields[1].find("---") != std::string::npos;
    versions.changed += !first && !owners;
    (first && !owners ? versions.monitor : versions.owner) += line + "\n";
  }
  versions.measurements = seen.size();
  return versions;
}

std::string Terms(const std::string& first, const std::string& last, const std::string& unknown) {
  std::string text = ReadSourceFile("tools/scenario/lime-terms.yaml");
  text = Replaced(text, "@AGREEMENT@", "ivr");
  text = Replaced(text, "@ZONE@", "UTC");
  text = Replaced(text, "@UP_WHEN@", "recorded status");
  text = Replaced(text, "source: lime-upptime/@SITE@",
                  absl::StrCat("sources: [", first, "/ivr-prod, ", last, "/ivr-prod]"));
  text = Replaced(text, "unknown time: counts as up", "unknown time: " + unknown);
  text = Replaced(text, "provider: lime, customer: shops, monitor: upptime",
                  "provider: owner, customer: client, monitor: monitor");
  return text;
}

class Certegy : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string folder = DataFolder("uptime-certegy-contested");
    if (folder.empty()) return;
    versions_ = Split(Unpacked(folder + "/measurements.csv.gz"));
    player_ = new Player("2026-09-01T00:00:00Z");
    player_->NewLedger({"owner", "client", "monitor"});
    player_->Write("monitor.csv", versions_.monitor);
    player_->Write("owner.csv", versions_.owner);
    player_->Write("first.yaml", Terms("watching", "correcting", "counts as up"));
    player_->Write("last.yaml", Terms("correcting", "watching", "counts as up"));
    player_->Write("first-measured.yaml", Terms("watching", "correcting", "is removed"));
    player_->Write("last-measured.yaml", Terms("correcting", "watching", "is removed"));
    for (const auto& [feed, party] :
         {std::pair<std::string, std::string>{"watching", "monitor"}, {"correcting", "owner"}}) {
      player_->Must({"feed", "register", feed, "--party", party, "--key", "@" + party + ".pem"});
    }
    player_->Agree("first.yaml", "ivr", "owner", "client");
    for (const auto& [feed, party] :
         {std::pair<std::string, std::string>{"watching", "monitor"}, {"correcting", "owner"}}) {
      player_->Must({"import", "upptime-csv", "@" + party + ".csv", "--feed", feed, "--watermark",
                     kWatermark, "--key", "@" + party + ".pem"});
    }
  }
  static void TearDownTestSuite() {
    delete player_;
    player_ = nullptr;
  }
  void SetUp() override {
    if (player_ == nullptr) {
      GTEST_SKIP() << "needs the data set uptime-certegy-contested; set TALLY_DATA to its folder";
    }
  }
  static nlohmann::json Compare(const std::string& left, const std::string& right) {
    const Outcome outcome = player_->Run(
        {"compare", "ivr", "--period", "2025-05", "--left", left, "--right", right, "--json"});
    EXPECT_EQ(outcome.exit, 1) << outcome.out << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }
  static std::string With(const std::string& terms) {
    return "--terms '" + player_->Path(terms) + "'";
  }
  static std::string Value(const nlohmann::json& side) {
    return side["value"]["numerator"].get<std::string>() + "/" +
           side["value"]["denominator"].get<std::string>();
  }

  static Player* player_;
  static Versions versions_;
};
Player* Certegy::player_ = nullptr;
Versions Certegy::versions_;

TEST_F(Certegy, BothVersionsOfEveryMeasurementAreInTheLedger) {
  EXPECT_EQ(versions_.rows, 104'882u);
  EXPECT_EQ(versions_.measurements, 79'632u);
  EXPECT_EQ(versions_.changed, 25'250u);
  const nlohmann::json verdict = nlohmann::json::parse(player_->Must({"verify", "--json"}));
  EXPECT_EQ(verdict["verdict"], "verified");
  EXPECT_GE(std::stoull(verdict["covered"]["events"].get<std::string>()), 104'882u);
}

TEST_F(Certegy, TheContractFractionHangsOnTheOrderOfPrecedence) {
  const nlohmann::json comparison = Compare("", With("last.yaml") + " --reading 'owner first'");
  EXPECT_EQ(comparison["equal"], false);
  EXPECT_EQ(comparison["right"]["reading"], "owner first");
  ASSERT_EQ(comparison["windows"].size(), 1u);
  const nlohmann::json& window = comparison["windows"][0];
  EXPECT_EQ(Value(window["left"]), "1196678179/2678400000");
  EXPECT_EQ(window["left"]["value"]["text"], "44.678845");
  EXPECT_EQ(window["left"]["tier"]["percent"], "100");
  EXPECT_EQ(Value(window["right"]), "892612753/892800000");
  EXPECT_EQ(window["right"]["value"]["text"], "99.979027");
  EXPECT_EQ(window["right"]["tier"]["percent"], "10");
  EXPECT_EQ(window["credit_difference"]["amount"], "-900.00");
  ASSERT_EQ(comparison["money"].size(), 2u);
  EXPECT_EQ(comparison["money"][0]["party"], "client");
  EXPECT_EQ(comparison["money"][0]["left"], "1000.00");
  EXPECT_EQ(comparison["money"][0]["right"], "100.00");
  EXPECT_EQ(comparison["money"][1]["difference"], "900.00");
  // Until the owner's feed says how far it is complete, nothing is known of either version.
  EXPECT_EQ(comparison["parting"]["kind"], "event");
  EXPECT_EQ(comparison["parting"]["stream"], "feed/correcting");
  // The first measurement that was said to be something else.
  const nlohmann::json& evidence = comparison["evidence"];
  EXPECT_EQ(evidence["stream"], "feed/correcting");
  EXPECT_EQ(evidence["source"], "ivr-prod");
  EXPECT_EQ(evidence["author"], "owner");
  EXPECT_EQ(evidence["observed"], "2025-05-05T12:31:00.774Z");
  EXPECT_EQ(evidence["reported"], "2025-05-05T12:32:16Z");
}

TEST_F(Certegy, TheMeasuredFractionToo) {
  const nlohmann::json comparison =
      Compare(With("first-measured.yaml"), With("last-measured.yaml"));
  const nlohmann::json& window = comparison["windows"][0];
  EXPECT_EQ(Value(window["left"]), "0/1");
  EXPECT_EQ(Value(window["right"]), "1481160080/1481721821");
  EXPECT_EQ(window["right"]["value"]["text"], "99.962089");
}

TEST_F(Certegy, WhatHangsOnThePointIsShown) {
  const nlohmann::json contested =
      nlohmann::json::parse(player_->Must({"contested", "ivr", "--period", "2025-05", "--json"}));
  ASSERT_EQ(contested["points"].size(), 1u);
  const nlohmann::json& point = contested["points"][0];
  EXPECT_EQ(point["kind"], "sources");
  EXPECT_EQ(point["readings"][0]["party"], "monitor");
  EXPECT_EQ(point["readings"][0]["stands"], true);
  EXPECT_EQ(point["readings"][1]["party"], "owner");
  EXPECT_EQ(Value(point["readings"][1]["windows"][0]), "892612753/892800000");
  EXPECT_EQ(point["stake"][0]["amount"], "900.00");
  EXPECT_EQ(contested["together"]["stake"][0]["amount"], "900.00");
}

}  // namespace
}  // namespace tally::tests
