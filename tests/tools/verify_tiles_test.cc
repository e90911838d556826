// Goal: tiles are verified under the caller's trust alone, and the verdict says what was covered.
// Method: the program on exported tiles with every kind of trust, right and wrong, and none;
// policies whose quorum is met and not.
#include "tools/verify_tiles.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/chain/contradiction.h"
#include "ledger/chain/cosignature.h"
#include "tests/ledger/chain/small_log.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class VerifyTilesTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    ASSERT_EQ(test_.OnLedger({"checkpoint", "--out", test_.Path("kept")}).exit, 0);
    test_.Write("in.jsonl", TallyTest::StateLines(5));
    ASSERT_EQ(test_
                  .OnLedger({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                             test_.Path("lime.pem"), "--batch", "1"})
                  .exit,
              0);
    ASSERT_EQ(test_.OnLedger({"tiles", "export", test_.Path("www")}).exit, 0);
    const auto acme = test_.OpenAcme();
    vkey_ = acme->genesis().log_vkeys.front();
    id_ = acme->id().ToHex();
  }
  Outcome Verify(std::vector<std::string> more) {
    more.insert(more.begin(), {"verify", test_.Path("www"), "--json"});
    return test_.Run(more);
  }
  TallyTest test_;
  std::string vkey_, id_;
};

TEST_F(VerifyTilesTest, WithoutTrustThereIsNoVerdict) {
  const Outcome outcome = Verify({});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(absl::StrContains(outcome.err, "untrusted: ledger.example/acme+")) << outcome.err;
  EXPECT_EQ(Verify({"--ledger-id", id_}).exit, 2);
  EXPECT_EQ(Verify({"--trust", vkey_, "--party", "lime=" + std::string(64, 'a')}).exit, 2);
}

TEST_F(VerifyTilesTest, RightTrustIsConsistent) {
  const Outcome outcome =
      Verify({"--trust", vkey_, "--against", test_.Path("kept"), "--ledger-id", id_});
  ASSERT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  for (const std::string& part :
       {std::string("\"subject\":\"tiles\""), std::string("\"verdict\":\"verified\""),
        std::string("\"records\":\"9\""), std::string("\"events\":\"0\""),
        std::string("\"kind\":\"trusted-key\""), std::string("\"kind\":\"retained\""),
        "\"ledger_id\":\"" + id_ + "\""}) {
    EXPECT_TRUE(absl::StrContains(outcome.out, part)) << part << outcome.out;
  }
  const Outcome self = Verify({"--self"});
  EXPECT_EQ(self.exit, 0);
  EXPECT_TRUE(absl::StrContains(self.out, "nobody's signature was checked")) << self.out;
}

TEST_F(VerifyTilesTest, WrongTrustIsAFinding) {
  const auto stranger = ledger::tests::SmallLogKey();
  const std::string other =
      ledger::VerifierKey{"ledger.example/acme", ledger::NoteKeyType::kEd25519,
                          stranger->public_key()}
          .ToText();
  EXPECT_EQ(Verify({"--trust", other}).exit, 1);
  EXPECT_EQ(Verify({"--trust", vkey_, "--ledger-id", std::string(64, 'a')}).exit, 1);
  test_.Write("foreign", ledger::tests::SmallNote(3));
  EXPECT_EQ(Verify({"--trust", vkey_, "--against", test_.Path("foreign")}).exit, 2);
}

TEST_F(VerifyTilesTest, APolicyAsksForItsQuorum) {
  const auto key = ledger::tests::SmallWitnessKey();
  const std::string witness = ledger::CosignerKey("w.example/1", key->public_key()).ToText();
  test_.Write("none.policy", absl::StrCat("log ", vkey_, "\nquorum none\n"));
  test_.Write("one.policy", absl::StrCat("log ", vkey_, "\nwitness w1 ", witness, "\nquorum w1\n"));
  test_.Write("no-log.policy", absl::StrCat("witness w1 ", witness, "\nquorum none\n"));
  EXPECT_EQ(Verify({"--policy", test_.Path("none.policy")}).exit, 0);
  const Outcome missing = Verify({"--policy", test_.Path("one.policy")});
  EXPECT_EQ(missing.exit, 1);
  EXPECT_TRUE(absl::StrContains(missing.out, "0 of 1 witnesses")) << missing.out;
  EXPECT_EQ(Verify({"--policy", test_.Path("no-log.policy")}).exit, 1);
  const std::string note = test_.Read("www/checkpoint");
  const auto made = ledger::SignCosignature(ledger::ParseNote(note)->text, "w.example/1", *key, 77);
  test_.Write("www/checkpoint", ledger::AddSignatures(note, {&*made, 1}).value());
  const Outcome met = Verify({"--policy", test_.Path("one.policy")});
  EXPECT_EQ(met.exit, 0) << met.out;
  EXPECT_TRUE(absl::StrContains(met.out, "\"kind\":\"witness\",\"name\":\"w1\"")) << met.out;
  test_.Write("bad.policy", "quorum w1\n");
  const Outcome bad = Verify({"--policy", test_.Path("bad.policy")});
  EXPECT_EQ(bad.exit, 2);
  EXPECT_TRUE(absl::StrContains(bad.err, "policy line 1")) << bad.err;
}

TEST_F(VerifyTilesTest, AChangedEntryIsNamed) {
  std::string bundle = test_.Read("www/tile/entries/000.p/9");
  bundle[46 * 5 + 20] = static_cast<char>(bundle[46 * 5 + 20] ^ 1);
  test_.Write("www/tile/entries/000.p/9", bundle);
  const Outcome outcome = Verify({"--trust", vkey_});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_TRUE(absl::StrContains(outcome.out, "\"kind\":\"tile-hash\",\"index\":\"5\""))
      << outcome.out;
  EXPECT_FALSE(IsTileDirectory(test_.Path("acme")));
  EXPECT_TRUE(IsTileDirectory(test_.Path("www")));
}

TEST_F(VerifyTilesTest, ATornOrGarbledCheckpointIsAVerdict) {
  const std::string note = test_.Read("www/checkpoint");
  for (const std::string& bad : {std::string(), note.substr(0, note.size() / 2), "\n" + note,
                                 std::string(note.size(), '\0'), std::string(1 << 20, 'a')}) {
    test_.Write("www/checkpoint", bad);
    const Outcome outcome = Verify({"--trust", vkey_});
    EXPECT_EQ(outcome.exit, 1) << outcome.err;
    EXPECT_TRUE(absl::StrContains(outcome.out, "\"verdict\":\"failed\"")) << outcome.out;
    EXPECT_TRUE(absl::StrContains(outcome.out, "www/checkpoint")) << outcome.out.substr(0, 999);
    EXPECT_EQ(Verify({}).exit, 2) << "nobody vouched for anything";
  }
}

TEST_F(VerifyTilesTest, AGarbledContradictionIsAVerdict) {
  test_.Write("fork.evidence", std::string(ledger::kContradictionMark) + "nonsense\n");
  const Outcome outcome =
      test_.Run({"verify", test_.Path("fork.evidence"), "--trust", vkey_, "--json"});
  EXPECT_EQ(outcome.exit, 1) << outcome.err;
  EXPECT_TRUE(absl::StrContains(outcome.out, "\"kind\":\"malformed\"")) << outcome.out;
}

}  // namespace
}  // namespace tally::tools
