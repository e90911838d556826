// Goal: help, completion, version and bench answer without a ledger.
// Method: the program as a function.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(HelpCommands, AnswerWithoutALedger) {
  TallyTest test;
  EXPECT_TRUE(absl::StrContains(test.Run({"help"}).out, "Commands:"));
  EXPECT_TRUE(
      absl::StartsWith(test.Run({"help", "party", "register"}).out, "tally party register"));
  EXPECT_EQ(test.Run({"help", "party", "register"}).out,
            test.Run({"party", "register", "--help"}).out);
  EXPECT_TRUE(absl::StrContains(test.Run({"help", "errors"}).out, "key-file-permissions"));
  EXPECT_EQ(test.Run({"help", "nonsense"}).exit, 2);
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_FALSE(test.Run({"completion", shell}).out.empty()) << shell;
  }
  EXPECT_EQ(test.Run({"completion", "csh"}).exit, 2);
}

TEST(HelpCommands, VersionNamesCommitAndFormats) {
  TallyTest test;
  EXPECT_TRUE(absl::StartsWith(test.Run({"version"}).out, "tally "));
  EXPECT_EQ(test.Run({"--version"}).out, test.Run({"version"}).out);
  const Outcome json = test.Run({"version", "--json"});
  for (const char* part :
       {"\"format\":\"tally.version/1\"", "\"commit\":\"", "\"reads\":[", "\"writes\":["}) {
    EXPECT_TRUE(absl::StrContains(json.out, part)) << json.out;
  }
}

TEST(HelpCommands, BenchSaysWhereItsProgramBelongs) {
  TallyTest test;
  const Outcome outcome = test.Run({"bench"});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(absl::StrContains(outcome.err, "bin/tally-bench")) << outcome.err;
}

}  // namespace
}  // namespace tally::tools
