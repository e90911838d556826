// Goal: keys are made once, for their owner alone, and proofs carry no secret.
// Method: the program as a function; the proof's text searched for the key.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(KeyNew, PrintsTheFingerprintAndReplacesNothing) {
  TallyTest test;
  const Outcome made =
      test.Run({"key", "new", "--party", "lime", "--out", test.Path("k.pem"), "--json"});
  ASSERT_EQ(made.exit, 0) << made.err;
  EXPECT_TRUE(absl::StrContains(made.out, "\"fingerprint\":\"")) << made.out;
  const std::string before = test.Read("k.pem");
  EXPECT_EQ(test.Run({"key", "new", "--party", "lime", "--out", test.Path("k.pem")}).exit, 2);
  EXPECT_EQ(test.Read("k.pem"), before);
  EXPECT_EQ(test.Run({"key", "new", "--party", "Lime", "--out", test.Path("l.pem")}).exit, 2);
  EXPECT_EQ(test.Run({"key", "new", "--party", "lime", "--out", test.Path("no/k.pem")}).exit, 2);
  EXPECT_EQ(
      test.Run({"key", "new", "--party", "lime", "--encrypt", "--out", test.Path("e.pem")}).exit,
      5);
}

TEST(KeyProve, CarriesNoSecretAndNamesTheRegistrar) {
  TallyTest test;
  test.MakeFeed();
  ASSERT_EQ(test.OnLedger({"identity", "--out", test.Path("id.json")}).exit, 0);
  ASSERT_EQ(test.Run({"key", "new", "--party", "lime", "--out", test.Path("next.pem")}).exit, 0);
  const std::vector<std::string> words = {
      "key",     "prove", "--key", test.Path("next.pem"), "--identity", test.Path("id.json"),
      "--party", "lime",  "--out", test.Path("p")};
  const Outcome proof = test.Run(words);
  ASSERT_EQ(proof.exit, 0) << proof.err;
  EXPECT_FALSE(absl::StrContains(test.Read("p"), "PRIVATE"));
  EXPECT_FALSE(absl::StrContains(test.Read("p"), test.Read("next.pem.salt").substr(0, 64)));
  // A known party's new key is registered by the party itself.
  const Outcome rotated = test.OnLedger({"party", "rotate", "lime", "--key", test.Path("lime.pem"),
                                         "--proof", test.Path("p"), "--keep-old"});
  EXPECT_EQ(rotated.exit, 0) << rotated.err;
  std::vector<std::string> wrong = words;
  wrong.push_back("--registrar");
  wrong.push_back("12");
  EXPECT_EQ(test.Run(wrong).exit, 2);
}

}  // namespace
}  // namespace tally::tools
