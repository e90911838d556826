// Goal: the link stage judges by everything admitted before, durable or not. Method: chains of
// batches in one call, each of which stands on the one before it.
#include "ledger/log/appender.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

TEST(LinkStage, ABatchStandsOnOneThatIsNotDurableYet) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  std::vector<SignedBatch> batches;
  for (uint32_t i = 1; i <= 30; ++i) {
    feed.Register(i, std::string(i, 'a')).Report(i, State::kUp, At("2026-02-01T00:00:00Z"));
    batches.push_back(feed.Sign());
  }
  batches.push_back(batches[3]);   // A retry in the midst.
  batches.push_back(batches[29]);  // And one of what is surely under way.
  const auto outcomes = test.writer().Append(batches);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    ASSERT_TRUE(outcomes[i].ok()) << i << " " << outcomes[i].status();
    EXPECT_EQ(outcomes[i]->already_known, i >= 30);
  }
  EXPECT_EQ(outcomes[30]->index, outcomes[3]->index);
  EXPECT_EQ(outcomes[31]->index, outcomes[29]->index);
  EXPECT_EQ(outcomes[31]->checkpoint_size, outcomes[29]->checkpoint_size);
  EXPECT_TRUE(test.CheckLedger());
}

TEST(LinkStage, ARefusalInTheMidstLeavesTheRestAlone) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  TestFeed& other = test.AddFeed("other", lime);
  feed.Register(1, "site");
  other.Report(5, State::kUp, At("2026-02-01T00:00:00Z"));
  std::vector<SignedBatch> batches = {feed.Sign(), other.Sign()};
  feed.Report(1, State::kUp, At("2026-02-01T00:00:00Z"));
  batches.push_back(feed.Sign());
  const auto outcomes = test.writer().Append(batches);
  EXPECT_TRUE(outcomes[0].ok());
  EXPECT_TRUE(absl::IsInvalidArgument(outcomes[1].status()));
  EXPECT_TRUE(outcomes[2].ok());
  EXPECT_EQ(outcomes[2]->index, outcomes[0]->index + 1);
  EXPECT_TRUE(test.CheckLedger());
}

TEST(LinkStage, BatchesBeyondASegmentsLimitAreCutIntoCommits) {
  TestLedger test;
  std::vector<SignedBatch> batches;
  for (int i = 0; i < 12; ++i) {
    DocumentAdded body;
    body.name = std::string(1, static_cast<char>('a' + i));
    body.content = Bytes(900000, static_cast<uint8_t>(i + 1));
    body.digest = DigestOfDocument(body.content);
    const StreamState system = *test.ledger().StreamAt(0);
    batches.push_back(test.SignServiceAct(0, BodyKind::kDocumentAdded, Encode(body),
                                          {.seen = Seen{0, Rename<Hash>(system.id)}}));
  }
  for (const auto& outcome : test.writer().Append(std::move(batches))) {
    EXPECT_TRUE(outcome.ok()) << outcome.status();
  }
  EXPECT_TRUE(test.CheckLedger());
}

}  // namespace
}  // namespace tally::ledger
