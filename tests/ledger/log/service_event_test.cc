// Goal: the ledger's own events have the form of everybody's. Method: made, and checked by the form
// that every batch must have.
#include "ledger/log/service_event.h"

#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

TEST(ServiceEvent, GenesisIsFreshEachTime) {
  TestRandomness randomness(3);
  const auto key = TestKey("service");
  Genesis genesis;
  genesis.origin = "ledger.example/test";
  genesis.log_vkeys = {"vkey"};
  const auto first = MakeGenesis(genesis, At("2026-03-01T00:00:00Z"), randomness, *key);
  const auto second = MakeGenesis(genesis, At("2026-03-01T00:00:00Z"), randomness, *key);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(first->events[0].body, second->events[0].body);
  const auto checked = CheckBatchForm(*first);
  ASSERT_TRUE(checked.ok()) << checked.status();
  const auto verifier = Verifier::Create(key->public_key());
  EXPECT_TRUE(CheckBatchSignature(LedgerId(), *checked, StreamId(), **verifier));
}

TEST(ServiceEvent, ASystemActFollowsTheNewestRecord) {
  TestRandomness randomness(3);
  const auto key = TestKey("service");
  StreamState system;
  system.id.bytes[0] = system.newest_leaf.bytes[0] = 1;
  system.records = 5;
  const Bytes body = Encode(TimeAccepted{At("2026-03-01T00:00:00Z"), ""});
  const auto act = MakeSystemAct(Rename<LedgerId>(system.id), system, BodyKind::kTimeAccepted, body,
                                 At("2026-03-01T00:00:00Z"), randomness, *key);
  ASSERT_TRUE(act.ok());
  const auto checked = CheckBatchForm(*act);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->headers[0].seen->sequence, 4u);
  EXPECT_EQ(checked->headers[0].seen->leaf, system.newest_leaf);
}

}  // namespace
}  // namespace tally::ledger
