// Goal: what witnesses cosigned is carried by what is published, and a ledger that lost it is
// refused. Method: a cosigned head written beside a small ledger; the ledger grown, and rolled
// back.
#include "tools/cosigned_checkpoint.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "ledger/chain/cosignature.h"
#include "tests/ledger/chain/small_log.h"
#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

std::string Cosigned(const std::string& note) {
  const auto made = ledger::SignCosignature(ledger::ParseNote(note)->text, "w",
                                            *ledger::tests::SmallWitnessKey(), 77);
  return ledger::AddSignatures(note, {&*made, 1}).value();
}

TEST(CosignedCheckpoint, IsCarriedByWhatIsPublished) {
  TallyTest test;
  test.MakeFeed();
  const std::string head = test.OpenAcme()->head().note;
  EXPECT_FALSE(ReadCosigned(test.Path("acme"), *test.OpenAcme())->has_value());
  EXPECT_EQ(HeadNote(test.Path("acme"), *test.OpenAcme()).value(), head);
  ASSERT_TRUE(WriteCosigned(test.Path("acme"), Cosigned(head)).ok());
  EXPECT_EQ(HeadNote(test.Path("acme"), *test.OpenAcme()).value(), Cosigned(head));
  EXPECT_EQ(test.OnLedger({"checkpoint", "--out", "-"}).out, Cosigned(head));
  ASSERT_EQ(test.OnLedger({"prove", "1/0", "--out", test.Path("proof")}).exit, 0);
  const auto receipt = ledger::DecodeReceipt(test.Read("proof"));
  EXPECT_EQ(receipt->checkpoint, Cosigned(head));
  EXPECT_TRUE(
      ledger::CheckReceipt(*receipt, *LogKeysOf(*test.OpenAcme()), "ledger.example/acme").ok());
  ASSERT_EQ(test.OnLedger({"tiles", "export", test.Path("www")}).exit, 0);
  EXPECT_EQ(test.Read("www/checkpoint"), Cosigned(head));
  // A head that grew past it is published as it is; --cosigned goes back to what was cosigned.
  test.Write("in.jsonl", TallyTest::StateLines(3));
  ASSERT_EQ(test.OnLedger({"append", test.Path("in.jsonl"), "--feed", "web", "--key",
                           test.Path("lime.pem")})
                .exit,
            0);
  EXPECT_EQ(test.OnLedger({"checkpoint"}).out, test.OpenAcme()->head().note);
  ASSERT_EQ(test.OnLedger({"tiles", "export", test.Path("other"), "--cosigned"}).exit, 0);
  EXPECT_EQ(test.Read("other/checkpoint"), Cosigned(head));
}

TEST(CosignedCheckpoint, ALedgerThatLostItIsRefused) {
  TallyTest test;
  test.MakeFeed();
  std::filesystem::copy(test.Path("acme"), test.Path("old"),
                        std::filesystem::copy_options::recursive);
  std::filesystem::copy(test.Path("acme.head"), test.Path("old.head"));
  test.Write("in.jsonl", TallyTest::StateLines(3));
  ASSERT_EQ(test.OnLedger({"append", test.Path("in.jsonl"), "--feed", "web", "--key",
                           test.Path("lime.pem")})
                .exit,
            0);
  ASSERT_TRUE(WriteCosigned(test.Path("old"), Cosigned(test.OpenAcme()->head().note)).ok());
  const Outcome refused = test.Run({"checkpoint", "-C", test.Path("old")});
  EXPECT_EQ(refused.exit, 3) << refused.out;
  EXPECT_TRUE(absl::StrContains(refused.err, "rolled back or forked")) << refused.err;
  test.Write("old/cosigned.checkpoint", "no note");
  EXPECT_EQ(test.Run({"checkpoint", "-C", test.Path("old")}).exit, 2);
  EXPECT_EQ(test.OnLedger({"tiles", "export", test.Path("www"), "--cosigned"}).exit, 2);
  // Nor is it verified, whoever asks: what lies there is published.
  const Outcome judged = test.Run({"verify", test.Path("old")});
  EXPECT_EQ(judged.exit, 1) << judged.out;
  EXPECT_TRUE(absl::StrContains(judged.out, "cosigned-checkpoint")) << judged.out;
}

}  // namespace
}  // namespace tally::tools
