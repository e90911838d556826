// Goal: records link their streams as FORMAT.md says, and genesis is accepted only as it must be.
// Method: the records of a small ledger are recomputed here from their parts.
#include "ledger/log/linker.h"

#include "ledger/log/service_event.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

TEST(Linker, EachRecordNamesTheLeafBeforeItInItsStream) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  TestFeed& other = test.AddFeed("other", lime);
  for (int i = 0; i < 3; ++i) {
    feed.Register(static_cast<uint32_t>(i) + 1, std::string(1, static_cast<char>('a' + i)));
    test.Append(feed.Sign());
    other.Register(static_cast<uint32_t>(i) + 1, std::string(1, static_cast<char>('a' + i)));
    test.Append(other.Sign());
  }
  std::map<uint64_t, Hash> newest;
  std::map<uint64_t, uint64_t> sequence;
  for (uint64_t index = 0; index < test.ledger().head().size; ++index) {
    const auto record = test.ledger().ReadRecord(index);
    ASSERT_TRUE(record.ok());
    const Record& link = record->record();
    const bool opens = link.stream == index;
    Hash previous = newest[link.stream];
    if (opens) previous = index == 0 ? Hash() : Rename<Hash>(test.ledger().id());
    EXPECT_EQ(link.previous, previous) << index;
    EXPECT_EQ(link.sequence, sequence[link.stream]++) << index;
    EXPECT_EQ(record->leaf(), EntryLeaf(EntryOf(EncodeRecord(link), record->entry().recorded_ms)));
    newest[link.stream] = record->leaf();
  }
}

TEST(Linker, GenesisMustSayWhatALedgerNeeds) {
  TestRandomness randomness(1);
  const auto key = TestKey("service");
  const auto judge = [&](auto change) {
    Genesis genesis;
    genesis.origin = "ledger.example/test";
    genesis.log_vkeys = {"vkey"};
    change(genesis);
    Candidate candidate;
    candidate.batch = *MakeGenesis(genesis, At("2026-03-01T00:00:00Z"), randomness, *key);
    candidate.checked = *CheckBatchForm(candidate.batch);
    return JudgeGenesis(candidate).status();
  };
  EXPECT_TRUE(judge([](Genesis&) {}).ok());
  EXPECT_FALSE(judge([](Genesis& genesis) { genesis.log_vkeys.clear(); }).ok());
  EXPECT_FALSE(judge([](Genesis& genesis) { genesis.format = 2; }).ok());
}

}  // namespace
}  // namespace tally::ledger
