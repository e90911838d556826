// Goal: parties are opened by the operator and then governed by their own keys alone.
// Method: the program as a function: registration with a key and with a proof, rotation,
// revocation.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class PartyTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeLedger();
    for (const char* name : {"lime", "next", "spare"}) MakeKey(name);
  }
  void MakeKey(const std::string& name) {
    ASSERT_EQ(test_.Run({"key", "new", "--party", "lime", "--out", Pem(name)}).exit, 0);
  }
  std::string Pem(const std::string& name) { return test_.Path(name + ".pem"); }
  std::string Fingerprint(const std::string& name) {
    const Outcome list = test_.OnLedger({"party", "show", "lime", "--json"});
    (void)name;
    const size_t at = list.out.find("fingerprint\":\"") + 14;
    return list.out.substr(at, 64);
  }
  TallyTest test_;
};

TEST_F(PartyTest, RegistersOnceAndSaysSo) {
  const Outcome first = test_.OnLedger({"party", "register", "lime", "--key", Pem("lime"),
                                        "--recovery-key", Pem("spare"), "--display-name", "Lime"});
  ASSERT_EQ(first.exit, 0) << first.err;
  EXPECT_FALSE(absl::StrContains(first.err, "recovery")) << first.err;
  const Outcome again = test_.OnLedger({"party", "register", "lime", "--key", Pem("lime"),
                                        "--recovery-key", Pem("spare"), "--display-name", "Lime"});
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_TRUE(absl::StrContains(again.out, "nothing was appended")) << again.out;
  const Outcome other = test_.OnLedger({"party", "register", "lime", "--key", Pem("next")});
  EXPECT_EQ(other.exit, 2) << other.err;
  const Outcome list = test_.OnLedger({"party", "list"});
  EXPECT_TRUE(absl::StrContains(list.out, "Lime")) << list.out;
  const Outcome show = test_.OnLedger({"party", "show", "lime"});
  EXPECT_TRUE(absl::StrContains(show.out, "append, grant")) << show.out;
  EXPECT_TRUE(absl::StrContains(show.out, "recovery")) << show.out;
  EXPECT_EQ(test_.OnLedger({"party", "show", "nobody"}).exit, 2);
}

TEST_F(PartyTest, AKeyOfAnotherPartyIsNamedWithIt) {
  ASSERT_EQ(test_.OnLedger({"party", "register", "lime", "--key", Pem("lime")}).exit, 0);
  const Outcome twice = test_.OnLedger({"party", "register", "limes", "--key", Pem("lime")});
  EXPECT_EQ(twice.exit, 2);
  EXPECT_TRUE(absl::StrContains(twice.err, "registered already, for lime;")) << twice.err;
}

TEST_F(PartyTest, AProofKeepsThePrivateKeyAtHome) {
  ASSERT_EQ(test_.OnLedger({"identity", "--out", test_.Path("id.json")}).exit, 0);
  const Outcome proof =
      test_.Run({"key", "prove", "--key", Pem("lime"), "--identity", test_.Path("id.json"),
                 "--party", "lime", "--out", test_.Path("lime.proof")});
  ASSERT_EQ(proof.exit, 0) << proof.err;
  const Outcome wrong_name =
      test_.OnLedger({"party", "register", "lemon", "--proof", test_.Path("lime.proof")});
  EXPECT_EQ(wrong_name.exit, 2) << wrong_name.err;
  const Outcome good =
      test_.OnLedger({"party", "register", "lime", "--proof", test_.Path("lime.proof")});
  EXPECT_EQ(good.exit, 0) << good.err;
  EXPECT_EQ(test_.OnLedger({"party", "register", "lime"}).exit, 2);
}

// T-43
TEST_F(PartyTest, T43ARotatedKeySignsNoMore) {
  ASSERT_EQ(test_.OnLedger({"party", "register", "lime", "--key", Pem("lime")}).exit, 0);
  const std::vector<std::string> rotate = {"party",     "rotate",    "lime",
                                           "--key",     Pem("lime"), "--new-key",
                                           Pem("next"), "--reason",  "yearly"};
  const Outcome rotated = test_.OnLedger(rotate);
  ASSERT_EQ(rotated.exit, 0) << rotated.err;
  const Outcome again = test_.OnLedger(rotate);
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_TRUE(absl::StrContains(again.out, "nothing was appended")) << again.out;
  const Outcome old =
      test_.OnLedger({"feed", "register", "web", "--party", "lime", "--key", Pem("lime")});
  EXPECT_EQ(old.exit, 5) << old.err;
  EXPECT_EQ(
      test_.OnLedger({"feed", "register", "web", "--party", "lime", "--key", Pem("next")}).exit, 0);
}

TEST_F(PartyTest, AKeyThatARecoveryKeyStandsBehindIsRevokedWithoutMore) {
  ASSERT_EQ(test_
                .OnLedger({"party", "register", "lime", "--key", Pem("lime"), "--recovery-key",
                           Pem("spare")})
                .exit,
            0);
  const Outcome revoked =
      test_.OnLedger({"party", "revoke", "lime", Fingerprint("lime"), "--key", Pem("lime")});
  EXPECT_EQ(revoked.exit, 0) << revoked.err;
}

TEST_F(PartyTest, OnlyItsOwnKeysChangeAParty) {
  ASSERT_EQ(test_.OnLedger({"party", "register", "lime", "--key", Pem("lime")}).exit, 0);
  ASSERT_EQ(test_.OnLedger({"party", "register", "rival", "--key", Pem("spare")}).exit, 0);
  EXPECT_EQ(
      test_.OnLedger({"party", "rotate", "lime", "--key", Pem("spare"), "--new-key", Pem("next")})
          .exit,
      5);
  EXPECT_EQ(
      test_.OnLedger({"party", "revoke", "lime", Fingerprint("lime"), "--key", Pem("spare")}).exit,
      5);
  EXPECT_EQ(test_.OnLedger({"party", "revoke", "lime", "abc", "--key", Pem("lime")}).exit, 2);
  std::vector<std::string> revoke = {
      "party",     "revoke",   "lime", Fingerprint("lime"),   "--key",
      Pem("lime"), "--reason", "lost", "--compromised-since", "2025-12-01T00:00:00Z"};
  // Nobody could act for the party again, so it takes a word.
  const Outcome last = test_.OnLedger(revoke);
  EXPECT_EQ(last.exit, 2) << last.err;
  EXPECT_TRUE(absl::StrContains(last.err, "the last key that can act for \"lime\"")) << last.err;
  revoke.push_back("--yes");
  const Outcome revoked = test_.OnLedger(revoke);
  EXPECT_EQ(revoked.exit, 0) << revoked.err;
  const Outcome show = test_.OnLedger({"party", "show", "lime", "--json"});
  EXPECT_TRUE(absl::StrContains(show.out, "\"compromised_since\":\"2025-12-01T00:00:00Z\""))
      << show.out;
}

}  // namespace
}  // namespace tally::tools
