// Goal: feeds are opened by the party that writes them, and sources keep their unit.
// Method: the program as a function.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(Feeds, AreOpenedByTheirParty) {
  TallyTest test;
  test.MakeFeed();
  const std::vector<std::string> web = {"feed",  "register",           "web", "--party", "lime",
                                        "--key", test.Path("lime.pem")};
  const Outcome again = test.OnLedger(web);
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_TRUE(absl::StrContains(again.out, "nothing was appended")) << again.out;
  const Outcome other = test.OnLedger({"feed", "register", "web", "--party", "lime", "--key",
                                       test.Path("lime.pem"), "--method", "another"});
  EXPECT_EQ(other.exit, 2) << other.err;
  EXPECT_EQ(
      test.OnLedger({"feed", "register", "w2", "--party", "lemon", "--key", test.Path("lime.pem")})
          .exit,
      5);
  EXPECT_EQ(
      test.OnLedger({"feed", "register", "W2", "--party", "lime", "--key", test.Path("lime.pem")})
          .exit,
      2);
  EXPECT_EQ(test.OnLedger({"feed", "register", "w2", "--party", "lime"}).exit, 2);
  EXPECT_EQ(test.OnLedger({"feed", "register", "w2", "--party", "lime", "--key",
                           test.Path("acme/keys/service.pem")})
                .exit,
            5);
}

TEST(Feeds, SourcesKeepTheirUnit) {
  TallyTest test;
  test.MakeFeed();
  const std::vector<std::string> words = {"feed",    "source", "a",      "b",
                                          "--feed",  "web",    "--unit", "ms",
                                          "--scale", "3",      "--key",  test.Path("lime.pem")};
  ASSERT_EQ(test.OnLedger(words).exit, 0);
  const uint64_t size = test.OpenAcme()->head().size;
  const Outcome again = test.OnLedger(words);
  EXPECT_EQ(again.exit, 0);
  EXPECT_TRUE(absl::StrContains(again.out, "nothing was appended")) << again.out;
  EXPECT_EQ(test.OpenAcme()->head().size, size);
  EXPECT_EQ(test.OnLedger({"feed", "source", "a", "--feed", "web", "--unit", "s", "--key",
                           test.Path("lime.pem")})
                .exit,
            2);
  EXPECT_EQ(test.OnLedger({"feed", "source", "c", "--feed", "web", "--scale", "13", "--key",
                           test.Path("lime.pem")})
                .exit,
            2);
  const Outcome show = test.OnLedger({"feed", "show", "web", "--json"});
  EXPECT_TRUE(
      absl::StrContains(show.out, "{\"number\":2,\"name\":\"b\",\"unit\":\"ms\",\"scale\":3}"))
      << show.out;
  const Outcome text = test.OnLedger({"feed", "show", "web"});
  EXPECT_TRUE(absl::StrContains(text.out, "watermark  none")) << text.out;
  const Outcome list = test.OnLedger({"feed", "list"});
  EXPECT_TRUE(absl::StrContains(list.out, "web")) << list.out;
  EXPECT_EQ(test.OnLedger({"feed", "show", "no"}).exit, 2);
}

}  // namespace
}  // namespace tally::tools
