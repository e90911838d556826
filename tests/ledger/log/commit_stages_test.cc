// Goal: a signature leaves only in a synced head, and heads rise one commit at a time (T-05).
// Method: a reader of the head file beside a writer, and the failpoints of the backend in order.
#include "ledger/log/appender.h"

#include "absl/strings/str_cat.h"
#include "ledger/log/head_file.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

TEST(CommitStages, T05TheHeadOutsideCoversEveryReceipt) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  const std::string head_path = test.options().directory + ".head";
  for (uint32_t i = 1; i < 20; ++i) {
    feed.Register(i, absl::StrCat("source ", i));
    const AppendReceipt receipt = test.Append(feed.Sign());
    const auto outside = HeadFile::Read(head_path);
    ASSERT_TRUE(outside.ok());
    EXPECT_GE(outside->size, receipt.checkpoint_size);
    EXPECT_EQ(receipt.checkpoint_size, receipt.index + 1);
    const auto key = VerifierKey::Parse(test.ledger().genesis().log_vkeys[0]);
    const std::vector<VerifierKey> keys = {*key};
    const auto checkpoint = OpenCheckpoint(outside->note, keys, test.ledger().origin());
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    const auto root = test.ledger().RootAt(checkpoint->size);
    ASSERT_TRUE(root.ok()) << root.status();
    EXPECT_EQ(checkpoint->root, *root);
  }
}

TEST(CommitStages, TheHeadsTimeIsThatOfItsLastRecord) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  test.clock().Advance(Hours(5));
  feed.Register(1, "site");
  const AppendReceipt receipt = test.Append(feed.Sign());
  EXPECT_EQ(receipt.recorded, test.clock().Now());
  EXPECT_EQ(test.ledger().head().recorded, test.clock().Now());
  EXPECT_EQ(test.ledger().ReadRecord(receipt.index)->recorded(), test.clock().Now());
}

}  // namespace
}  // namespace tally::ledger
