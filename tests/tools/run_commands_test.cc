// Goal: one door for all: every fault becomes text, JSON on demand, and its exit status.
// Method: the program as a function, on what goes wrong before any ledger is touched.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(RunCommands, FaultsGoToStandardErrorAsTextAndJson) {
  TallyTest test;
  const Outcome text = test.Run({"stauts"});
  EXPECT_EQ(text.exit, 2);
  EXPECT_EQ(text.out, "");
  EXPECT_EQ(text.err, "tally: error: there is no command `stauts`; did you mean status?\n");
  const Outcome json = test.Run({"stauts", "--json"});
  EXPECT_TRUE(absl::StrContains(json.err, "\"code\":\"unknown-command\",\"exit\":2")) << json.err;
  const Outcome ended = test.Run({"stauts", "--", "--json"});
  EXPECT_FALSE(absl::StrContains(ended.err, "tally.error/1"));
}

TEST(RunCommands, NoLedgerIsARefusal) {
  TallyTest test;
  EXPECT_TRUE(absl::StrContains(test.Run({"status"}).err, "give -C DIR or set TALLY_LEDGER"));
  EXPECT_EQ(test.Run({"status", "-C", test.Path("nowhere")}).exit, 2);
  test.environment["TALLY_LEDGER"] = test.Path("nowhere");
  EXPECT_TRUE(absl::StrContains(test.Run({"status"}).err, "nowhere"));
  EXPECT_EQ(test.Run({}).exit, 2);
}

TEST(RunCommands, EveryCommandHelpsAndRefusesNonsense) {
  TallyTest test;
  TestCall call(test);
  for (const Command& command : call.call().table) {
    std::vector<std::string> words;
    for (size_t at = 0; at < command.name.size();) {
      const size_t space = command.name.find(' ', at);
      words.push_back(command.name.substr(at, space - at));
      at = space == std::string::npos ? command.name.size() : space + 1;
    }
    std::vector<std::string> nonsense = words;
    words.push_back("--help");
    EXPECT_EQ(test.Run(words).exit, 0) << command.name;
    nonsense.push_back("--no-such-option");
    EXPECT_EQ(test.Run(nonsense).exit, 2) << command.name;
  }
}

}  // namespace
}  // namespace tally::tools
