// Goal: a verdict always, trust only from the caller, and the output says against what.
// Method: a good ledger against right and wrong keys, ids and checkpoints; a damaged one.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class VerifyTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    ASSERT_EQ(test_.OnLedger({"checkpoint", "--out", test_.Path("early")}).exit, 0);
    test_.Write("in.jsonl", TallyTest::StateLines(5));
    ASSERT_EQ(test_
                  .OnLedger({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                             test_.Path("lime.pem")})
                  .exit,
              0);
  }
  Outcome Verify(std::vector<std::string> more) {
    more.insert(more.begin(), {"verify", test_.Path("acme"), "--json"});
    return test_.Run(more);
  }
  std::string Field(const std::string& json, const std::string& name) {
    const size_t at = json.find("\"" + name + "\":\"") + name.size() + 4;
    return json.substr(at, json.find('"', at) - at);
  }
  TallyTest test_;
};

TEST_F(VerifyTest, SaysWhatItCoveredAndThatSelfProvesLittle) {
  const Outcome outcome = Verify({});
  ASSERT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  for (const char* part :
       {"\"format\":\"tally.verify/1\"", "\"verdict\":\"verified\"", "\"subject\":\"ledger\"",
        "\"origin\":\"ledger.example/acme\"", "\"size\":\"4\"", "\"kind\":\"self\"",
        "\"records\":\"4\"", "\"events\":\"9\"", "\"bodies\":\"9\"", "\"signatures\":\"4\"",
        "\"findings\":[]", "proves nothing against its operator",
        "\"completeness\":\"not asked\""}) {
    EXPECT_TRUE(absl::StrContains(outcome.out, part)) << part << "\n" << outcome.out;
  }
  const Outcome text = test_.Run({"verify", test_.Path("acme")});
  EXPECT_TRUE(absl::StartsWith(text.out, "verified\n")) << text.out;
  EXPECT_EQ(test_.OnLedger({"verify"}).exit, 0);
}

TEST_F(VerifyTest, RightTrustIsConsistent) {
  const Outcome id = test_.OnLedger({"identity", "--out", "-"});
  const size_t at = id.out.find("log_vkeys\":[\"") + 13;
  const std::string vkey = id.out.substr(at, id.out.find('"', at) - at);
  const Outcome party = test_.OnLedger({"party", "show", "lime", "--json"});
  const Outcome outcome =
      Verify({"--trust", vkey, "--against", test_.Path("early"), "--ledger-id",
              Field(id.out, "ledger_id"), "--party", "lime=" + Field(party.out, "fingerprint")});
  ASSERT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  EXPECT_TRUE(absl::StrContains(outcome.out, "\"kind\":\"trusted-key\"")) << outcome.out;
  EXPECT_TRUE(absl::StrContains(outcome.out, "\"kind\":\"retained\"")) << outcome.out;
  EXPECT_FALSE(absl::StrContains(outcome.out, "contradicts"));
  EXPECT_FALSE(absl::StrContains(outcome.out, "proves nothing"));
  test_.Write("keys", "# log\n" + vkey + "\n");
  EXPECT_EQ(Verify({"--trust", test_.Path("keys")}).exit, 0);
}

TEST_F(VerifyTest, WrongTrustIsAFinding) {
  ASSERT_EQ(test_.Run({"init", test_.Path("other"), "--origin", "ledger.example/acme"}).exit, 0);
  const Outcome id = test_.Run({"identity", "--out", "-", "-C", test_.Path("other")});
  const size_t at = id.out.find("log_vkeys\":[\"") + 13;
  const std::string vkey = id.out.substr(at, id.out.find('"', at) - at);
  const Outcome key = Verify({"--trust", vkey});
  EXPECT_EQ(key.exit, 1);
  EXPECT_TRUE(absl::StrContains(key.out, "\"result\":\"contradicts\"")) << key.out;
  EXPECT_EQ(Verify({"--ledger-id", std::string(64, 'a')}).exit, 1);
  EXPECT_EQ(Verify({"--party", "lime=" + std::string(64, 'a')}).exit, 1);
  ASSERT_EQ(
      test_.Run({"checkpoint", "--out", test_.Path("foreign"), "-C", test_.Path("other")}).exit, 0);
  EXPECT_EQ(Verify({"--against", test_.Path("foreign")}).exit, 1);
}

TEST_F(VerifyTest, ACheckpointOfALongerLedgerContradicts) {
  std::filesystem::copy(test_.Path("acme"), test_.Path("copy"),
                        std::filesystem::copy_options::recursive);
  std::filesystem::copy(test_.Path("acme.head"), test_.Path("copy.head"));
  test_.Write("in.jsonl", TallyTest::StateLines(9));
  ASSERT_EQ(test_
                .OnLedger({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                           test_.Path("lime.pem")})
                .exit,
            0);
  ASSERT_EQ(test_.OnLedger({"checkpoint", "--out", test_.Path("late")}).exit, 0);
  const Outcome rolled_back =
      test_.Run({"verify", test_.Path("copy"), "--json", "--against", test_.Path("late")});
  EXPECT_EQ(rolled_back.exit, 1) << rolled_back.out;
  EXPECT_TRUE(absl::StrContains(rolled_back.out, "a log of 4 records")) << rolled_back.out;
}

TEST_F(VerifyTest, ACheckpointOfAnotherOriginIsTheWrongFile) {
  ASSERT_EQ(test_.Run({"init", test_.Path("other"), "--origin", "ledger.example/other"}).exit, 0);
  ASSERT_EQ(
      test_.Run({"checkpoint", "--out", test_.Path("foreign"), "-C", test_.Path("other")}).exit, 0);
  const Outcome outcome =
      test_.Run({"verify", test_.Path("acme"), "--against", test_.Path("foreign")});
  EXPECT_EQ(outcome.exit, 2) << outcome.out;
  EXPECT_TRUE(absl::StrContains(outcome.err, "is a checkpoint of ledger.example/other"))
      << outcome.err;
  EXPECT_TRUE(absl::StrContains(outcome.err, "give a checkpoint of ledger.example/acme"))
      << outcome.err;
  EXPECT_FALSE(absl::StrContains(outcome.out, "CONTRADICTS")) << outcome.out;
}

TEST_F(VerifyTest, AnotherLedgerIdIsNamedAndNotCalledAContradictionOfItself) {
  const std::string wanted(64, 'a');
  const Outcome own = test_.OnLedger({"identity", "--out", "-"});
  const Outcome outcome = test_.Run({"verify", test_.Path("acme"), "--ledger-id", wanted});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_TRUE(absl::StrContains(
      outcome.out, "this is ledger " + Field(own.out, "ledger_id") + " and not " + wanted))
      << outcome.out;
  EXPECT_FALSE(absl::StrContains(outcome.out, "CONTRADICTS")) << outcome.out;
}

TEST_F(VerifyTest, AMissingHeadIsNamedByItsPath) {
  std::filesystem::remove(test_.Path("acme.head"));
  const Outcome outcome = Verify({});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_TRUE(absl::StrContains(outcome.out, "\"findings\":[{\"kind\":\"outside-head\""))
      << outcome.out;
  EXPECT_TRUE(
      absl::StrContains(outcome.out, test_.Path("acme.head") + ": cannot be opened: No such file"))
      << outcome.out;
  EXPECT_FALSE(absl::StrContains(outcome.out, "tree-root")) << outcome.out;
}

// A pinned key that was revoked since passes with words, a stranger's does not.
TEST_F(VerifyTest, ARevokedKeyIsSaidToBeRevoked) {
  const std::string old =
      Field(test_.OnLedger({"party", "show", "lime", "--json"}).out, "fingerprint");
  ASSERT_EQ(test_.Run({"key", "new", "--party", "lime", "--out", test_.Path("new.pem")}).exit, 0);
  const Outcome rotated =
      test_.OnLedger({"party", "rotate", "lime", "--key", test_.Path("lime.pem"), "--new-key",
                      test_.Path("new.pem")});
  ASSERT_EQ(rotated.exit, 0) << rotated.err;
  const Outcome outcome = Verify({"--party", "lime=" + old});
  EXPECT_EQ(outcome.exit, 0) << outcome.out;
  EXPECT_TRUE(absl::StrContains(outcome.out, "party lime held key " + old + " until record 5 of "))
      << outcome.out;
  EXPECT_TRUE(absl::StrContains(outcome.out, ", revoked;")) << outcome.out;
}

TEST_F(VerifyTest, AStoreThatCannotBeReadIsAVerdict) {
  for (const auto& file : std::filesystem::directory_iterator(test_.Path("acme/store"))) {
    if (absl::StartsWith(file.path().filename().string(), "MANIFEST")) {
      std::ofstream(file.path(), std::ios::trunc) << "x";
    }
  }
  const Outcome outcome = Verify({});
  EXPECT_EQ(outcome.exit, 1) << outcome.out;
  EXPECT_TRUE(absl::StrContains(outcome.out, "store-unreadable")) << outcome.out;
  EXPECT_EQ(test_.OnLedger({"status"}).exit, 3);
  // Nothing that was not read is told as if it had been, and what can be done is named.
  const std::string text = test_.Run({"verify", test_.Path("acme")}).out;
  EXPECT_FALSE(absl::StrContains(text, "root AAAA")) << text;
  EXPECT_FALSE(absl::StrContains(text, "origin")) << text;
  EXPECT_TRUE(absl::StrContains(text, "`tally restore`")) << text;
  EXPECT_TRUE(absl::StrContains(text, "`tally salvage`")) << text;
}

TEST_F(VerifyTest, AProofOfOneEventIsSaidToBeOne) {
  ASSERT_EQ(test_.OnLedger({"prove", "3/0", "--out", test_.Path("p.tlog-proof")}).exit, 0);
  const Outcome outcome = test_.Run({"verify", test_.Path("p.tlog-proof")});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(absl::StrContains(outcome.err, "is the proof of one event")) << outcome.err;
  EXPECT_TRUE(absl::StrContains(outcome.err, "AUDITING.md")) << outcome.err;
}

TEST_F(VerifyTest, WrongUsageIsTwo) {
  EXPECT_EQ(test_.Run({"verify", test_.Path("nowhere")}).exit, 2);
  EXPECT_EQ(test_.Run({"verify"}).exit, 2);
  EXPECT_EQ(Verify({"--trust", "nonsense"}).exit, 2);
  EXPECT_EQ(Verify({"--ledger-id", "12"}).exit, 2);
  EXPECT_EQ(Verify({"--party", "lime"}).exit, 2);
  EXPECT_EQ(Verify({"--against", test_.Path("absent")}).exit, 2);
  test_.Write("text", "not a checkpoint");
  EXPECT_EQ(Verify({"--against", test_.Path("text")}).exit, 2);
  EXPECT_EQ(Verify({"-C", test_.Path("acme")}).exit, 2);
}

}  // namespace
}  // namespace tally::tools
