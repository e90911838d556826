// Goal: the demo is real: its settlement follows from the scenario's numbers.
// Method: the built-in scenario is played through the commands; then one number of the terms and
// one time of the evidence are changed, and the settled amount must change as computed by hand.
//
// By hand: February 2026 in Europe/Berlin is 28 days = 2,419,200 s. Down 2026-02-09 08:12:30 to
// 13:40:00 = 19,650 s, and 2026-02-15 01:20 to 03:30 of which 03:00 to 03:30 = 1,800 s is not
// excluded: 21,450 s, 99.113343 %, tier 2: 10 % of 1,200.00 = 120.00.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

nlohmann::json PlayToSettlement(Player& player, const std::string& terms,
                                const std::string& events) {
  player.NewLedger({"provider", "customer", "monitor"});
  player.Write("terms.yaml", terms);
  player.Write("events.jsonl", events);
  player.Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
  player.Must({"append", "@events.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  player.Must({"terms", "check", "@terms.yaml"});
  player.Agree("terms.yaml", "web-shop", "provider", "customer");
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  player.Must({"claim", "answer", "web-shop", "--accept", "--key", "@provider.pem"});
  player.Must({"project"});
  player.Must({"settlement", "propose", "web-shop", "--key", "@provider.pem"});
  player.Must({"settlement", "confirm", "web-shop", "--key", "@customer.pem"});
  player.Must({"verify"});
  return nlohmann::json::parse(
      player.Must({"replay", "web-shop", "--period", "2026-02", "--json"}));
}

std::string Terms() { return ReadSourceFile("tools/scenario/terms.yaml"); }
std::string Events() { return ReadSourceFile("tools/scenario/events.jsonl"); }

TEST(Demo, EndsWithASettledWindow) {
  Player player;
  const nlohmann::json result = PlayToSettlement(player, Terms(), Events());
  const nlohmann::json& window = result["windows"][0];
  EXPECT_EQ(window["status"], "settled");
  EXPECT_EQ(window["verdict"], "breached");
  EXPECT_EQ(window["counted"], "21450");
  EXPECT_EQ(window["value"]["text"], "99.113343");
  EXPECT_EQ(window["credit"]["amount"], "120.00");
  EXPECT_EQ(window["credit"]["posted"], true);
  EXPECT_EQ(result["claims"][0]["state"], "settled");
}

TEST(Demo, AnotherFeeIsAnotherSettlement) {
  Player player;
  const nlohmann::json result = PlayToSettlement(
      player, Replaced(Terms(), "amount: 1200.00 EUR", "amount: 900.00 EUR"), Events());
  EXPECT_EQ(result["windows"][0]["credit"]["amount"], "90.00");
  EXPECT_EQ(result["windows"][0]["status"], "settled");
}

TEST(Demo, AnotherOutageIsAnotherSettlement) {
  Player player;
  // The first outage ends at 20:00:00 instead of 13:40:00: 22,800 s more, 98.170883 %, tier 3: 25
  // %.
  const nlohmann::json result = PlayToSettlement(
      player, Terms(), Replaced(Events(), "2026-02-09T13:40:00Z", "2026-02-09T20:00:00Z"));
  EXPECT_EQ(result["windows"][0]["counted"], "44250");
  EXPECT_EQ(result["windows"][0]["credit"]["amount"], "300.00");
}

TEST(Demo, ProjectingTwiceAppendsNothing) {
  Player player;
  PlayToSettlement(player, Terms(), Events());
  player.Must({"project"});
  const std::string before = player.Must({"checkpoint"});
  const nlohmann::json summary = nlohmann::json::parse(player.Must({"project", "--json"}));
  EXPECT_EQ(summary["statements"], "0");
  EXPECT_EQ(summary["closings"], "0");
  EXPECT_EQ(player.Must({"checkpoint"}), before);
}

}  // namespace
}  // namespace tally::tests
