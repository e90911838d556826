// Goal: a comparison reads the same in both forms: axes, differences, money, where they part, and
// how sure the search is.
// Method: comparisons made by hand.
#include "tools/compare_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tally::tools {
namespace {

replay::Comparison Example() {
  replay::Comparison comparison;
  comparison.equal = false;
  comparison.left.agreement = "shop";
  comparison.left.reading = "agreed";
  comparison.right.reading = "late";
  comparison.right.known.reported = *ParseInstant("2026-03-01T00:00:00Z");
  replay::WindowDifference window;
  window.name = {"availability",
                 {*ParseInstant("2026-02-01T00:00:00Z"), *ParseInstant("2026-03-01T00:00:00Z")}};
  window.left.emplace();
  window.left->verdict = replay::Verdict::kMet;
  window.left->value = *Fraction::Of(1, 1);
  window.differs = {"window"};
  comparison.windows.push_back(window);
  comparison.money.push_back(
      {"customer", *ParseMoney("0.00 EUR"), *ParseMoney("5.00 EUR"), *ParseMoney("5.00 EUR")});
  replay::Parting parting;
  parting.at = {7, 1};
  parting.event = BodyKind::kStateReported;
  parting.search = replay::PartingSearch::kHalving;
  parting.records = 100;
  comparison.parting = parting;
  return comparison;
}

TEST(CompareReport, JsonSaysAll) {
  CompareNames names;
  names.parting = PartingNames{"feed/web", "monitor", "site"};
  const nlohmann::json json = nlohmann::json::parse(CompareJson(Example(), names));
  EXPECT_EQ(json["right"]["known"]["reported"], "2026-03-01T00:00:00Z");
  EXPECT_TRUE(json["windows"][0]["right"].is_null());
  EXPECT_EQ(json["windows"][0]["left"]["value"]["text"], "100.000000");
  EXPECT_EQ(json["money"][0]["difference"], "5.00");
  EXPECT_EQ(json["parting"]["event"], "7/1");
  EXPECT_EQ(json["parting"]["source"], "site");
  EXPECT_EQ(json["parting"]["search"], "halving");
  EXPECT_TRUE(json["evidence"].is_null());
}

TEST(CompareReport, TextSaysHowItWasFound) {
  CompareNames names;
  names.parting = PartingNames{"feed/web", "monitor", "site"};
  const std::string text = CompareText(Example(), names);
  EXPECT_NE(text.find("no such window"), std::string::npos);
  EXPECT_NE(text.find("7/1"), std::string::npos);
  EXPECT_NE(text.find("halving 100 records; --every-record"), std::string::npos);
  replay::Comparison clock = Example();
  clock.parting->kind = replay::PartingKind::kClock;
  EXPECT_NE(CompareText(clock, {}).find("time alone parts them"), std::string::npos);
}

// What time the two count differently, from the first boundary of either to the last.
TEST(CompareReport, StretchesThatAreCountedDifferentlyAreNamed) {
  replay::Comparison comparison = Example();
  replay::WindowDifference& window = comparison.windows[0];
  const Interval all = window.name.window;
  const auto hour = [&](int64_t of) { return all.first + Hours(of); };
  using enum replay::SegmentKind;
  window.left->segments = {{{all.first, hour(5)}, kUp, {}}, {{hour(5), all.limit}, kUp, {}}};
  window.right = window.left;
  window.right->segments = {{{all.first, hour(4)}, kUp, {}},
                            {{hour(4), hour(6)}, kDown, {}},
                            {{hour(6), all.limit}, kUp, {}}};
  const std::string text = CompareText(comparison, {});
  EXPECT_NE(text.find("  time   2026-02-01T04:00:00Z to 2026-02-01T06:00:00Z: up on the left, down "
                      "on the right\n"),
            std::string::npos)
      << text;
  const nlohmann::json json = nlohmann::json::parse(CompareJson(comparison, {}));
  const nlohmann::json& stretches = json["windows"][0]["stretches"];
  ASSERT_EQ(stretches.size(), 1u) << "one stretch, though a boundary of the left lies in it";
  EXPECT_EQ(stretches[0]["from"], "2026-02-01T04:00:00Z");
  EXPECT_EQ(stretches[0]["right"], "down");
}

// An event that moved balances is not passed off as the cause of another figure.
TEST(CompareReport, EachKindOfDifferenceNamesItsEvents) {
  replay::Comparison comparison = Example();
  comparison.parting->of = {"balances"};
  replay::PartingOfKind figures, balances;
  figures.of = "figures";
  figures.first.at = figures.last.at = {93, 0};
  balances.of = "balances";
  balances.first = *comparison.parting;
  balances.last.at = {94, 0};
  comparison.partings = {figures, balances};
  CompareNames names;
  names.partings = {{{"agreement/shop", "rosa", ""}, {"agreement/shop", "rosa", ""}},
                    {{"agreement/shop", "acme", ""}, {"agreement/shop", "acme", ""}}};
  const std::string text = CompareText(comparison, names);
  EXPECT_NE(text.find("  with it differ: balances\n"), std::string::npos) << text;
  EXPECT_NE(text.find("First difference of verdict, value and credit of the windows\n  93/0"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("They meet again; for good they part in balances at\n  94/0"),
            std::string::npos)
      << text;
  const nlohmann::json json = nlohmann::json::parse(CompareJson(comparison, names));
  EXPECT_EQ(json["parting"]["event"], "7/1");
  EXPECT_EQ(json["parting"]["of"][0], "balances");
  EXPECT_EQ(json["partings"][0]["of"], "figures");
  EXPECT_EQ(json["partings"][0]["first"]["event"], "93/0");
  EXPECT_EQ(json["partings"][1]["last"]["event"], "94/0");
  EXPECT_EQ(json["partings"][1]["last"]["author"], "acme");
}

}  // namespace
}  // namespace tally::tools
