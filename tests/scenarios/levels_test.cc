// Goal: what a service owes at a date is answered by terms that were resolved from documents of
// three levels and signed; the worked example of docs/TERMS.md does what the page says of it.
// Method: its files, taken from the page, through the public commands: checked, resolved, proposed,
// accepted, evidence, a figure; then the amendment for the year in which another document holds.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

// The block "```yaml file NAME" of the page.
std::string ExampleFile(const std::string& name) {
  const std::string page = ReadSourceFile("docs/TERMS.md");
  const std::string fence = "\n```yaml file " + name + "\n";
  const size_t at = page.find(fence);
  if (at == std::string::npos) {
    ADD_FAILURE() << "the page has no file " << name;
    return "";
  }
  const size_t begin = at + fence.size();
  return page.substr(begin, page.find("\n```", begin) + 1 - begin);
}

void WriteExample(Player& player) {
  for (const std::string name :
       {"corporate-2026.yaml", "corporate-2027.yaml", "customer.yaml", "service.yaml"}) {
    player.Write(name, ExampleFile(name));
  }
}

void MakeLevelParties(Player& player) {
  player.NewLedger({"provider", "customer", "monitor"});
  player.Write("events.jsonl", ReadSourceFile("tools/scenario/events.jsonl"));
  player.Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
  player.Must({"append", "@events.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
}

std::string HashAfter(const std::string& text) {
  const size_t at = text.find("terms ");
  return at == std::string::npos ? "" : text.substr(at + 6, 64);
}

TEST(Levels, TheExampleIsResolvedForEachTimeOfService) {
  Player player;
  WriteExample(player);
  const std::string checked = player.Must({"terms", "check", "@service.yaml"});
  EXPECT_NE(checked.find("from 2025-12-31T23:00:00Z until 2026-12-31T23:00:00Z"), std::string::npos)
      << checked;
  const nlohmann::json resolved =
      nlohmann::json::parse(player.Must({"terms", "resolve", "@service.yaml", "--json"}));
  ASSERT_EQ(resolved["ranges"].size(), 2u);
  EXPECT_NE(resolved["ranges"][0]["terms"], resolved["ranges"][1]["terms"]);
  nlohmann::json target;
  for (const nlohmann::json& each : resolved["ranges"][0]["fields"]) {
    if (each["field"] == "objectives.availability.target") target = each;
  }
  EXPECT_EQ(target["level"], "customer");
  EXPECT_EQ(target["by"], "strictest");
  EXPECT_EQ(target["clause"], "K-3");
  // What is printed is a file of terms with the same hash.
  const std::string text =
      player.Must({"terms", "resolve", "@service.yaml", "--at", "2026-02-01T00:00:00Z"});
  EXPECT_NE(text.find("gave way to customer"), std::string::npos) << text;
  player.Write("resolved.yaml", text);
  EXPECT_EQ(HashAfter(player.Must({"terms", "check", "@resolved.yaml"})),
            resolved["ranges"][0]["terms"]);
}

TEST(Levels, AFigureFollowsTheResolvedTarget) {
  Player player;
  WriteExample(player);
  MakeLevelParties(player);
  player.Agree("service.yaml", "web-shop", "provider", "customer");
  // 99.113343 % meets the 99 % of the service's file and misses the customer's 99.9 %.
  nlohmann::json result =
      nlohmann::json::parse(player.Must({"replay", "web-shop", "--period", "2026-02", "--json"}));
  EXPECT_EQ(result["windows"][0]["value"]["text"], "99.113343");
  EXPECT_EQ(result["windows"][0]["verdict"], "breached");
  EXPECT_EQ(result["windows"][0]["credit"]["amount"], "120.00");
  const std::string shown = player.Must({"terms", "show", "web-shop"});
  EXPECT_NE(shown.find("objectives.availability.target: { level: customer, line: 8, clause: "
                       "\"K-3\", by: strictest }"),
            std::string::npos)
      << shown;
  // A figure is followed to the sentence of the document behind it.
  const std::string told = player.Must({"explain", "web-shop", "--period", "2026-02"});
  EXPECT_NE(told.find("objectives.availability.target: at least 99.9 %\n      customer, line 8, "
                      "clause K-3, strictest; since "),
            std::string::npos)
      << told;
  player.Must({"verify"});
}

TEST(Levels, TheNextTimeOfServiceIsAnAmendment) {
  Player player;
  WriteExample(player);
  MakeLevelParties(player);
  player.Agree("service.yaml", "web-shop", "provider", "customer");
  const nlohmann::json resolved =
      nlohmann::json::parse(player.Must({"terms", "resolve", "@service.yaml", "--json"}));
  player.Write("amendment.yaml",
               Replaced(ExampleFile("service.yaml"), "levels:\n",
                        "amends: { base: current, effective: 2027-01-01, reach: prospective, "
                        "reason: another corporate document }\nlevels:\n"));
  const std::string proposed = player.Must(
      {"amendment", "propose", "web-shop", "@amendment.yaml", "--key", "@provider.pem"});
  const std::string hash = HashAfter(proposed);
  EXPECT_EQ(hash.size(), 64u) << proposed;
  player.Must({"amendment", "accept", "web-shop", "--terms", hash, "--key", "@customer.pem"});
  const std::string list = player.Must({"amendment", "list", "web-shop", "--json"});
  EXPECT_NE(list.find(hash), std::string::npos) << list;
  // The digests of the service's two files differ; what the corporate documents say does not.
  EXPECT_NE(hash, resolved["ranges"][1]["terms"]);
  // Of a window of 2027 each field says whether the amendment brought it.
  player.clock().Set(*ParseInstant("2027-01-10T00:00:00Z"));
  const nlohmann::json told =
      nlohmann::json::parse(player.Must({"explain", "web-shop", "--period", "2027-01", "--json"}));
  ASSERT_EQ(told["terms"].size(), 1u);
  EXPECT_EQ(told["terms"][0]["terms"], hash);
  std::set<bool> amended;
  for (const nlohmann::json& field : told["terms"][0]["fields"]) {
    EXPECT_TRUE(field["stated"].is_object()) << field;
    amended.insert(field["since"]["amendment"].get<bool>());
  }
  EXPECT_EQ(amended.size(), 2u) << "some fields are new, others as first agreed";
}

TEST(Levels, ADocumentThatChangedIsRefused) {
  Player player;
  WriteExample(player);
  player.Write("customer.yaml", "tally: terms/1\n");
  const Outcome checked = player.Run({"terms", "check", "@service.yaml"});
  EXPECT_EQ(checked.exit, 1);
  EXPECT_NE(checked.out.find("not the one that is stated"), std::string::npos) << checked.out;
  EXPECT_EQ(player.Run({"terms", "resolve", "@service.yaml"}).exit, 2);
}

// An agreement below that allows more down time than the service has to give.
TEST(Levels, WhatSupportsIsHeldAgainstWhatRestsOnIt) {
  Player player;
  const std::string terms = ReadSourceFile("tools/scenario/terms.yaml");
  player.Write("shop.yaml", terms +
                                "supported by:\n  - { objective: availability, kind: "
                                "underpinning contract, agreement: hoster, by: availability, "
                                "terms: not pinned }\n");
  player.Write("hoster.yaml", Replaced(terms, "agreement: web-shop", "agreement: hoster"));
  player.Must({"terms", "check", "@shop.yaml", "--strict", "--with", "@hoster.yaml"});
  EXPECT_EQ(player.Run({"terms", "check", "@shop.yaml", "--strict"}).exit, 0)
      << "nothing is said of what was not given";
  player.Write("hoster.yaml",
               Replaced(Replaced(Replaced(terms, "agreement: web-shop", "agreement: hoster"),
                                 "target: at least 99.9 %", "target: at least 99.5 %"),
                        "        - { from: 99.5 %, below: 99.9 %, credit: 5 % }\n", ""));
  const Outcome weaker =
      player.Run({"terms", "check", "@shop.yaml", "--strict", "--with", "@hoster.yaml"});
  EXPECT_EQ(weaker.exit, 1);
  EXPECT_NE(weaker.out.find("allows 0.1 % (down time), what supports it 0.5 %"), std::string::npos)
      << weaker.out;
}

}  // namespace
}  // namespace tally::tests
