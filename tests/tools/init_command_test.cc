// Goal: init makes a whole ledger with its keys, or nothing that a second try would trip over.
// Method: the program as a function; modes and contents of what it leaves; bad calls.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(Init, LeavesKeysForTheirOwnerAndAHead) {
  TallyTest test;
  const Outcome made = test.Run({"init", test.Path("acme"), "--origin", "ledger.example/acme"});
  ASSERT_EQ(made.exit, 0) << made.err;
  EXPECT_TRUE(absl::StrContains(made.out, "ledger.example/acme+"));
  EXPECT_TRUE(absl::StrContains(made.out, "recovery.pem"));
  EXPECT_TRUE(absl::StrContains(made.err, "same file system"));
  for (const char* name : {"acme/keys/log.pem", "acme/keys/service.pem", "acme/keys/recovery.pem",
                           "acme/keys/service.pem.salt"}) {
    struct stat status {};
    ASSERT_EQ(::stat(test.Path(name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
  }
  EXPECT_FALSE(test.Read("acme.head").empty());
  const Outcome status = test.OnLedger({"status", "--json"});
  ASSERT_EQ(status.exit, 0) << status.err;
  EXPECT_TRUE(absl::StrContains(status.out, "\"size\":\"1\""));
}

TEST(Init, JsonNamesWhatOthersNeed) {
  TallyTest test;
  const Outcome made = test.Run({"init", test.Path("acme"), "--origin", "o.example/l", "--json"});
  ASSERT_EQ(made.exit, 0) << made.err;
  for (const char* part :
       {"\"format\":\"tally.init/1\"", "\"ledger_id\":\"", "\"log_vkeys\":[\"o.example/l+",
        "\"checkpoint\":\"o.example/l\\n1\\n"}) {
    EXPECT_TRUE(absl::StrContains(made.out, part)) << part << made.out;
  }
}

TEST(Init, RefusesWhatIsThereAlready) {
  TallyTest test;
  test.MakeLedger();
  const Outcome again = test.Run({"init", test.Path("acme"), "--origin", "x.example/y"});
  EXPECT_EQ(again.exit, 2);
  EXPECT_TRUE(absl::StrContains(again.err, "holds a ledger already"));
  test.Write("file", "x");
  EXPECT_EQ(test.Run({"init", test.Path("file"), "--origin", "x.example/y"}).exit, 2);
  test.Write("other.head", "x");
  EXPECT_EQ(test.Run({"init", test.Path("other"), "--origin", "x.example/y"}).exit, 2);
}

TEST(Init, RefusesOriginsThatAreNone) {
  TallyTest test;
  for (const char* bad : {"a b", "a+b", "x\ny", "é"}) {
    EXPECT_EQ(test.Run({"init", test.Path("l"), "--origin", bad}).exit, 2) << bad;
  }
  EXPECT_EQ(test.Run({"init", test.Path("l")}).exit, 2);
}

TEST(Init, TheHeadMayLieElsewhere) {
  TallyTest test;
  const Outcome made = test.Run(
      {"init", test.Path("acme"), "--origin", "x.example/y", "--head-dir", test.Path("heads")});
  ASSERT_EQ(made.exit, 0) << made.err;
  EXPECT_FALSE(test.Read("heads/acme.head").empty());
  EXPECT_EQ(test.OnLedger({"status"}).exit, 0);
}

}  // namespace
}  // namespace tally::tools
