// Goal: docs/REPLAY.md tells the truth: its commands run, with the exit status it says, and its
// promises hold on the scenario that it names.
// Method: the page's blocks are read and run line by line; then the files that it speaks of are
// compared.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "tests/scenarios/player.h"
#include "tools/replay_request.h"

namespace tally::tests {
namespace {

struct Line {
  std::vector<std::string> words;
  int exit = 0;
};

std::vector<Line> LinesOf(const std::string& page) {
  std::vector<Line> lines;
  bool inside = false;
  for (const absl::string_view each : absl::StrSplit(page, '\n')) {
    if (absl::StartsWith(each, "```")) inside = each == "```sh";
    if (!inside || !absl::StartsWith(each, "tally ")) continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(each, absl::MaxSplits("   # exit ", 1));
    Line line;
    line.words = *tools::WordsOf(parts.first);
    line.words.erase(line.words.begin());
    if (!parts.second.empty()) line.exit = parts.second[0] - '0';
    lines.push_back(line);
  }
  return lines;
}

TEST(ReplayDocument, ItsCommandsRunAsItSays) {
  Player player;
  player.PlayScenarioToTerms();
  player.Write("strict.yaml", Replaced(ReadSourceFile("tools/scenario/terms.yaml"),
                                       "degraded: counts as up", "degraded: counts as down"));
  const std::vector<Line> lines = LinesOf(ReadSourceFile("docs/REPLAY.md"));
  EXPECT_GE(lines.size(), 10u);
  for (const Line& line : lines) {
    std::vector<std::string> words = line.words;
    std::string shown;
    for (std::string& word : words) {
      for (const char* file : {"strict.yaml", "one.txt", "four.txt"}) {
        word = Replaced(word, file, player.Path(file));
      }
      shown += " " + word;
    }
    const Outcome outcome = player.Run(words);
    EXPECT_EQ(outcome.exit, line.exit) << shown << "\n" << outcome.out << outcome.err;
  }
  const auto file = [&](const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(player.Path(name)).rdbuf();
    return text.str();
  };
  EXPECT_FALSE(file("one.txt").empty());
  EXPECT_EQ(file("one.txt"), file("four.txt"));
}

// The page's block reader itself.
TEST(ReplayDocument, OnlyCommandsInBlocksAreRead) {
  const std::vector<Line> lines =
      LinesOf("tally no\n```sh\ntally replay 'a b'   # exit 1\nother\n```\ntally no\n");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].words, (std::vector<std::string>{"replay", "a b"}));
  EXPECT_EQ(lines[0].exit, 1);
}

}  // namespace
}  // namespace tally::tests
