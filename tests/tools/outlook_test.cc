// Goal: what is about to happen is counted and comes in the order of time.
// Method: ages by hand; the built-in scenario looked at through `tally status`.
#include "tools/outlook.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tools {
namespace {

TEST(Outlook, AgesAreShort) {
  const Instant then{0};
  EXPECT_EQ(AgeText(then, then + Days(3) + Hours(4)), "3 d 4 h");
  EXPECT_EQ(AgeText(then, then + Hours(5) + Milliseconds(120'000)), "5 h 2 min");
  EXPECT_EQ(AgeText(then, then + Milliseconds(61'000)), "1 min 1 s");
  EXPECT_EQ(AgeText(then, then), "0 s");
  EXPECT_EQ(AgeText(then + Milliseconds(1), then), "in the future");
  EXPECT_FALSE(IsSilent(then, then + Days(1)));
  EXPECT_TRUE(IsSilent(then, then + Days(1) + Milliseconds(1)));
}

TEST(Outlook, StatusShowsDeadlinesThatRunAndFeedsThatAreSilent) {
  tests::Player player;
  player.PlayScenarioToTerms();
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  player.Must({"project"});
  const auto status = nlohmann::json::parse(player.Must({"status", "--json"}));
  ASSERT_FALSE(status["deadlines"].empty());
  EXPECT_EQ(status["deadlines"][0]["agreement"], "web-shop");
  for (size_t i = 1; i < status["deadlines"].size(); ++i) {
    EXPECT_LE(status["deadlines"][i - 1]["due"], status["deadlines"][i]["due"]);
  }
  EXPECT_EQ(status["feeds"][0]["silent"], true);
  const std::string text = player.Must({"status"});
  EXPECT_NE(text.find("silent      probes: complete through"), std::string::npos) << text;
  EXPECT_NE(text.find("objection"), std::string::npos) << text;
}

}  // namespace
}  // namespace tally::tools
