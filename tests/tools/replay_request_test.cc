// Goal: what a replay is asked is what its options say, and a side of a comparison reads the same
// options from one text; what does not belong there is refused.
// Method: texts in a table; the built-in scenario through replay and compare.
#include "tools/replay_request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tools {
namespace {

TEST(ReplayRequest, WordsStandBetweenBlanksOrInQuotes) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(*WordsOf(""), Words{});
  EXPECT_EQ(*WordsOf("  --at-size 12 "), (Words{"--at-size", "12"}));
  EXPECT_EQ(*WordsOf("--terms 'my terms.yaml' --reading \"o'clock\""),
            (Words{"--terms", "my terms.yaml", "--reading", "o'clock"}));
  EXPECT_EQ(*WordsOf("--reading ''"), (Words{"--reading", ""}));
  EXPECT_FALSE(WordsOf("--terms 'mine.yaml").ok());
}

TEST(ReplayRequest, AReadingIsCalledByWhatMakesItAnother) {
  tests::Player player;
  player.PlayScenarioToTerms();
  auto reading = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"replay", "web-shop", "--period", "2026-02", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return nlohmann::json::parse(player.Must(words));
  };
  EXPECT_EQ(reading({})["reading"], "agreed");
  EXPECT_EQ(reading({"--without", "5/2"})["reading"], "without 5/2");
  EXPECT_EQ(reading({"--without", "5/2", "--reading", "mine"})["reading"], "mine");
  // By content: the same terms from another file have the same label and the same digest.
  player.Write("here.yaml", tests::ReadSourceFile("tools/scenario/terms.yaml"));
  player.Write("there.yaml", tests::ReadSourceFile("tools/scenario/terms.yaml"));
  const nlohmann::json here = reading({"--terms", "@here.yaml"});
  EXPECT_EQ(here["reading"].get<std::string>().substr(0, 6), "terms ");
  EXPECT_EQ(here["digest"], reading({"--terms", "@there.yaml"})["digest"]);
  EXPECT_EQ(here["windows"][0]["credit"]["posted"], false);
  EXPECT_EQ(player.Run({"replay", "web-shop", "--without", "5/2", "--reading", "agreed"}).exit, 2);
}

TEST(ReplayRequest, ASideSaysAxesAndAReadingOnly) {
  tests::Player player;
  player.PlayScenarioToTerms();
  for (const char* side :
       {"--period 2026-02", "--json", "--quiet", "--help", "stray", "--at-size", "--at-size x",
        "--at-size 3 --as-recorded 2026-02-01T00:00:00Z", "--without 99/0", "--terms 'a",
        "--reading mine", "--engine tally-engine/0"}) {
    const tests::Outcome outcome =
        player.Run({"compare", "web-shop", "--left", "", "--right", side});
    EXPECT_EQ(outcome.exit, 2) << side << outcome.out;
    EXPECT_FALSE(outcome.err.empty()) << side;
  }
  EXPECT_EQ(player.Run({"compare", "web-shop", "--left", ""}).exit, 2);
}

}  // namespace
}  // namespace tally::tools
