// Goal: one door for all: every fault becomes text, JSON on demand, and its exit status.
// Method: the program as a function, on what goes wrong before any ledger is touched; standard
// output put in the place of a closed pipe and of a full disk.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <ostream>
#include <sstream>
#include <streambuf>

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

// A stream to which nothing can be written, as standard output is once a write failed.
class RefusingBuffer : public std::streambuf {
 protected:
  int_type overflow(int_type) override { return traits_type::eof(); }
};

// What `tally version` says where descriptor 1 is `output` and a write to it failed.
Outcome VersionInto(int output) {
  TallyTest test;
  RefusingBuffer refusing;
  std::ostream out(&refusing);
  std::ostringstream err;
  World world = test.MakeWorld();
  world.out = &out;
  world.err = &err;
  world.owns_process = true;
  const int kept = ::dup(STDOUT_FILENO);
  EXPECT_EQ(::dup2(output, STDOUT_FILENO), STDOUT_FILENO);
  Outcome outcome;
  outcome.exit = RunTally({"version"}, world);
  EXPECT_EQ(::dup2(kept, STDOUT_FILENO), STDOUT_FILENO);
  EXPECT_EQ(::close(kept), 0);
  outcome.err = err.str();
  return outcome;
}

// `tally version | true`: who stops reading has seen enough, and nothing is said of it.
TEST(RunCommands, AClosedPipeIsNoFaultAndAFullDiskIs) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ASSERT_EQ(::close(ends[0]), 0);
  const Outcome unread = VersionInto(ends[1]);
  ASSERT_EQ(::close(ends[1]), 0);
  EXPECT_EQ(unread.exit, 0);
  EXPECT_EQ(unread.err, "");
  const int full = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  const Outcome cut = VersionInto(full);
  ASSERT_EQ(::close(full), 0);
  EXPECT_EQ(cut.exit, 2);
  EXPECT_EQ(cut.err, "tally: error: standard output could not be written\n");
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
