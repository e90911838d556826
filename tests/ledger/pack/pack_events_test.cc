// Goal: an event is found among a pack's members by its place, and nothing else is. Method: a pack
// of a small ledger against that ledger.
#include "ledger/pack/pack_events.h"

#include "gtest/gtest.h"
#include "tests/ledger/pack/pack_support.h"

namespace tally::ledger {
namespace {

TEST(PackEvents, AreThoseOfTheLedgerAsFarAsTheyAreShown) {
  const PackedLedger made;
  const Bytes bytes = made.Pack();
  const Pack pack = DecodePack(bytes).value();
  const PackEvents events(pack.members);
  int shown = 0, withheld = 0;
  const auto cursor = made.ledger().Read({.stream = made.feed()});
  while (const auto record = *(*cursor)->Next()) {
    for (const VerifiedEvent& event : record->events()) {
      const auto found = events.At(event.address);
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(found->digest, event.digest);
      EXPECT_EQ(found->stream, made.feed());
      ++(found->body.empty() ? withheld : shown);
    }
    EXPECT_TRUE(absl::IsNotFound(
        events.At({record->index(), static_cast<uint32_t>(record->events().size())}).status()));
  }
  EXPECT_GT(shown, 0);
  EXPECT_EQ(withheld, 6);
  EXPECT_TRUE(absl::IsNotFound(events.At({UINT64_MAX, 0}).status()));
}

}  // namespace
}  // namespace tally::ledger
