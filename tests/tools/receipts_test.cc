// Goal: each batch gets a receipt, and what was recorded before is said to be known.
// Method: batches submitted twice, as text and as JSON, and a refused one.
#include "tools/receipts.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"
#include "tools/fault.h"
#include "tools/key_file.h"

namespace tally::tools {
namespace {

class ReceiptsTest : public testing::Test {
 protected:
  void SetUp() override { test_.MakeFeed(); }
  std::vector<ledger::SignedBatch> Batches(int count) {
    TestCall call(test_);
    const AuthorKey key = *ReadAuthorKey(call.call(), test_.Path("lime.pem"));
    const auto ledger = test_.OpenAcme();
    FeedAuthor author(*ReadFeedEnd(*ledger, *ledger->FindStream(StreamKind::kFeed, "web")), key);
    for (int i = 1; i <= count; ++i) {
      EXPECT_TRUE(author.Add(WatermarkAt({i * 1000000}, {i * 1000000})).ok());
    }
    return *author.Sign(1);
  }
  absl::StatusOr<Submitted> Submit2(TestCall& call, std::vector<ledger::SignedBatch> batches) {
    auto session = AppendSession::Open(call.call());
    if (!session.ok()) return session.status();
    return Submit(call.call(), **session, std::move(batches));
  }
  TestCall Call(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"append", "x", "-C", test_.Path("acme")});
    return TestCall(test_, more);
  }
  TallyTest test_;
};

TEST_F(ReceiptsTest, SayWhatIsNewAndWhatIsKnown) {
  const auto batches = Batches(3);
  TestCall first = Call();
  const auto submitted = Submit2(first, batches);
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  ASSERT_EQ(submitted->receipts.size(), 3u);
  EXPECT_EQ(submitted->receipts[0].index, 3u);
  EXPECT_FALSE(submitted->receipts[0].already_known);
  EXPECT_EQ(submitted->receipts[2].checkpoint_size, 6u);
  EXPECT_TRUE(absl::StrContains(first.out(), "5/0  feed/web  watermark  position 0  checkpoint 6"))
      << first.out();
  TestCall again = Call({"--json"});
  const auto known = Submit2(again, batches);
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_TRUE(known->receipts[1].already_known);
  EXPECT_EQ(known->receipts[1].index, 4u);
  EXPECT_TRUE(absl::StrContains(again.out(), "\"already_known\":true")) << again.out();
}

TEST_F(ReceiptsTest, ARefusalStopsAndIsAFault) {
  auto batches = Batches(3);
  batches.erase(batches.begin());  // the second follows an event that was not recorded
  TestCall call = Call();
  const auto submitted = Submit2(call, std::move(batches));
  EXPECT_EQ(ExitOf(FaultOf(submitted.status())), 5) << submitted.status();
  EXPECT_EQ(test_.OpenAcme()->head().size, 3u);
}

TEST_F(ReceiptsTest, ADryRunRecordsNothingAndTellsRefusals) {
  TestCall dry = Call({"--dry-run"});
  ASSERT_TRUE(Submit2(dry, Batches(2)).ok());
  EXPECT_TRUE(absl::StrContains(dry.out(), "nothing was recorded")) << dry.out();
  auto batches = Batches(2);
  batches.erase(batches.begin());
  TestCall refused = Call({"--dry-run"});
  EXPECT_FALSE(Submit2(refused, std::move(batches)).ok());
  EXPECT_TRUE(absl::StrContains(refused.out(), "would be refused")) << refused.out();
  EXPECT_EQ(test_.OpenAcme()->head().size, 3u);
}

}  // namespace
}  // namespace tally::tools
