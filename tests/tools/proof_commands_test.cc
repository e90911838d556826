// Goal: what leaves the ledger can be checked without it.
// Method: checkpoints and proofs written by the program, checked with the chain room alone.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "ledger/chain/note.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(Proofs, AreCheckedWithoutTheLedger) {
  TallyTest test;
  test.MakeFeed();
  test.Write("in.jsonl", TallyTest::StateLines(5));
  ASSERT_EQ(test.OnLedger({"append", test.Path("in.jsonl"), "--feed", "web", "--key",
                           test.Path("lime.pem")})
                .exit,
            0);
  std::vector<ledger::VerifierKey> keys;
  const auto acme = test.OpenAcme();
  for (const std::string& vkey : acme->genesis().log_vkeys) {
    keys.push_back(*ledger::VerifierKey::Parse(vkey));
  }
  for (const char* name : {"0", "1/0", "3", "3/0", "3/5"}) {
    const Outcome proof = test.OnLedger({"prove", name, "--out", test.Path("proof")});
    ASSERT_EQ(proof.exit, 0) << proof.err;
    const auto receipt = ledger::DecodeReceipt(test.Read("proof"));
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    EXPECT_TRUE(ledger::CheckReceipt(*receipt, keys, "ledger.example/acme").ok()) << name;
    EXPECT_EQ(receipt->event.has_value(), absl::StrContains(name, "/"));
  }
  ASSERT_EQ(test.OnLedger({"prove", "3/2", "--out", test.Path("hidden"), "--withhold-body"}).exit,
            0);
  const auto hidden = ledger::DecodeReceipt(test.Read("hidden"));
  ASSERT_TRUE(hidden.ok());
  EXPECT_FALSE(hidden->event->body.has_value());
  EXPECT_TRUE(ledger::CheckReceipt(*hidden, keys, "ledger.example/acme").ok());
  EXPECT_EQ(test.OnLedger({"prove", "9", "--out", test.Path("x")}).exit, 2);
  EXPECT_EQ(test.OnLedger({"prove", "3/9", "--out", test.Path("x")}).exit, 2);
  EXPECT_EQ(test.OnLedger({"prove", "3"}).exit, 2);
}

TEST(Checkpoint, IsTheSignedHead) {
  TallyTest test;
  test.MakeLedger();
  const std::string note = test.OpenAcme()->head().note;
  EXPECT_EQ(test.OnLedger({"checkpoint"}).out, note);
  EXPECT_EQ(test.OnLedger({"checkpoint", "--out", "-"}).out, note);
  ASSERT_EQ(test.OnLedger({"checkpoint", "--out", test.Path("c")}).exit, 0);
  EXPECT_EQ(test.Read("c"), note);
  const Outcome json = test.OnLedger({"checkpoint", "--json"});
  EXPECT_TRUE(absl::StrContains(json.out, "\"format\":\"tally.checkpoint/1\"")) << json.out;
}

}  // namespace
}  // namespace tally::tools
