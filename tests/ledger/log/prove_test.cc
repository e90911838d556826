// Goal: what is proven here is accepted by the checks of ledger/chain, and nothing else is. Method:
// every record and event of a small ledger; paths and consistency at every size.
#include "ledger/chain/merkle.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

class ProveTest : public ::testing::Test {
 protected:
  ProveTest() {
    TestParty& lime = test_.AddParty("lime");
    TestFeed& feed = test_.AddFeed("uptime", lime);
    for (int i = 0; i < 6; ++i) {
      feed.Register(static_cast<uint32_t>(i) + 1, std::string(1, static_cast<char>('a' + i)));
      feed.Report(static_cast<uint32_t>(i) + 1, State::kUp, At("2026-02-01T00:00:00Z"));
      test_.Append(feed.Sign());
    }
  }
  TestLedger test_;
};

TEST_F(ProveTest, EveryEventHasAReceiptThatReadsBack) {
  const Ledger& ledger = test_.ledger();
  const auto key = VerifierKey::Parse(ledger.genesis().log_vkeys[0]);
  ASSERT_TRUE(key.ok());
  const std::vector<VerifierKey> keys = {*key};
  for (uint64_t index = 0; index < ledger.head().size; ++index) {
    const auto record = ledger.ReadRecord(index);
    ASSERT_TRUE(record.ok());
    for (uint32_t offset = 0; offset < record->events().size(); ++offset) {
      const auto receipt = ledger.Prove(index, offset);
      ASSERT_TRUE(receipt.ok()) << receipt.status();
      const auto read = DecodeReceipt(EncodeReceipt(*receipt));
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_TRUE(CheckReceipt(*read, keys, ledger.origin()).ok());
    }
    EXPECT_TRUE(ledger.Prove(index, std::nullopt).ok());
    EXPECT_FALSE(ledger.Prove(index, static_cast<uint32_t>(record->events().size())).ok());
  }
  EXPECT_FALSE(ledger.Prove(ledger.head().size, 0).ok());
}

TEST_F(ProveTest, PathsAndConsistencyHoldAtEverySize) {
  const Ledger& ledger = test_.ledger();
  const uint64_t size = ledger.head().size;
  for (uint64_t second = 1; second <= size; ++second) {
    const Hash root = *ledger.RootAt(second);
    for (uint64_t index = 0; index < second; ++index) {
      const Hash leaf = ledger.ReadRecord(index)->leaf();
      EXPECT_TRUE(
          CheckInclusion(index, second, leaf, *ledger.InclusionPath(index, second), root).ok());
    }
    for (uint64_t first = 1; first <= second; ++first) {
      EXPECT_TRUE(CheckConsistency(first, second, *ledger.ConsistencyProof(first, second),
                                   *ledger.RootAt(first), root)
                      .ok());
    }
  }
  EXPECT_EQ(*ledger.RootAt(size), ledger.head().root);
  EXPECT_FALSE(ledger.RootAt(size + 1).ok());
  EXPECT_FALSE(ledger.InclusionPath(0, size + 1).ok());
  EXPECT_FALSE(ledger.ConsistencyProof(1, size + 1).ok());
}

TEST_F(ProveTest, TilesAreServedAsFarAsTheHeadGoes) {
  const uint32_t size = static_cast<uint32_t>(test_.ledger().head().size);
  EXPECT_EQ(test_.ledger().Tile({0, 0}, size)->size(), size);
  EXPECT_FALSE(test_.ledger().Tile({0, 0}, size + 1).ok());
  EXPECT_FALSE(test_.ledger().Tile({0, 0}, 0).ok());
  EXPECT_FALSE(test_.ledger().Tile({1, 0}, 1).ok());
}

}  // namespace
}  // namespace tally::ledger
