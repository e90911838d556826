// Goal: the ledger at a glance, and its identity without a secret in it.
// Method: the program as a function on a ledger with a feed.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(Status, TellsSizeFeedsAndParties) {
  TallyTest test;
  test.MakeFeed();
  const Outcome text = test.OnLedger({"status"});
  ASSERT_EQ(text.exit, 0) << text.err;
  EXPECT_TRUE(absl::StrContains(text.out, "3 records")) << text.out;
  EXPECT_TRUE(absl::StrContains(text.out, "web")) << text.out;
  const Outcome json = test.OnLedger({"status", "--json"});
  for (const char* part :
       {"\"format\":\"tally.status/1\"", "\"size\":\"3\"", "\"parties\":[\"lime\"]",
        "\"feeds\":[{\"name\":\"web\",\"party\":\"lime\""}) {
    EXPECT_TRUE(absl::StrContains(json.out, part)) << json.out;
  }
}

TEST(Identity, HoldsNoSecret) {
  TallyTest test;
  test.MakeFeed();
  const Outcome out =
      test.OnLedger({"identity", "--out", "-", "--stream", "feed/web", "--stream", "party/lime"});
  ASSERT_EQ(out.exit, 0) << out.err;
  for (const char* secret : {"lime.pem.salt", "acme/keys/service.pem.salt"}) {
    EXPECT_FALSE(absl::StrContains(out.out, test.Read(secret).substr(0, 64)));
  }
  EXPECT_TRUE(absl::StrContains(out.out, "\"last_position\":\"0\"")) << out.out;
  EXPECT_EQ(test.OnLedger({"identity", "--out", "-", "--stream", "feed/no"}).exit, 2);
  EXPECT_EQ(test.OnLedger({"identity", "--out", "-", "--stream", "no"}).exit, 2);
  EXPECT_EQ(test.OnLedger({"identity"}).exit, 2);
}

}  // namespace
}  // namespace tally::tools
