// Goal: what erasure writes over a segment has no byte of the erased bodies and salts, and every
// other one as before. Method: a segment of states and a run, each subset of its events erased.
#include "ledger/log/erased_bodies.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "ledger/chain/partial_run.h"
#include "ledger/store/store.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

bool HoldsBytes(ByteView bytes, ByteView part) {
  return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end();
}

TEST(ErasedBodies, EverySubsetLeavesTheOthers) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "coral").Report(1, State::kUp, At("2026-02-01T00:00:00Z"));
  feed.Run({1}, 40, At("2026-02-01T01:00:00Z"), Minutes(1), State::kDown);
  const uint64_t index = test.Append(feed.Sign()).index;
  test.Close();
  Store::Options options;
  options.directory = test.store_directory();
  const auto store = Store::Open(options).value();
  SegmentReader segments(*store);
  const auto segment = segments.Containing(index).value();
  const uint32_t count = segment->spine.events();
  ASSERT_EQ(count, 3u);
  for (uint32_t mask = 0; mask < 1u << count; ++mask) {
    std::set<uint32_t> erased;
    for (uint32_t j = 0; j < count; ++j) {
      if ((mask >> j & 1) != 0) erased.insert(j);
    }
    const auto bytes = std::make_shared<const Bytes>(BodiesWithout(*segment, erased).value());
    const auto bodies = BodiesView::Open(bytes, segment->spine.first_index(), count);
    ASSERT_TRUE(bodies.ok()) << bodies.status();
    for (uint32_t j = 0; j < count; ++j) {
      const bool gone = erased.contains(j);
      EXPECT_EQ(bodies->erased(j), gone);
      EXPECT_EQ(HoldsBytes(*bytes, segment->bodies.salt(j).view()), !gone);
      // The body of a state is so short that others hold its bytes, too.
      EXPECT_TRUE(j < 2 || HoldsBytes(*bytes, segment->bodies.body(j)) != gone);
      EXPECT_TRUE(gone || std::ranges::equal(bodies->body(j), segment->bodies.body(j)));
    }
    // Of the run there stays what binds it, and erasing a second time changes nothing.
    EXPECT_EQ(bodies->rest(2).empty(), !erased.contains(2));
    if (erased.contains(2)) {
      const EventHeader header = DecodeHeader(segment->spine.header(2)).value();
      EXPECT_TRUE(CheckPartialRun(header, DecodePartialRun(bodies->rest(2)).value()).ok());
    }
    const StoredSegment now{segment->spine, *bodies};
    EXPECT_EQ(BodiesWithout(now, erased).value(), *bytes);
  }
  EXPECT_TRUE(absl::IsInvalidArgument(BodiesWithout(*segment, {3}).status()));
}

}  // namespace
}  // namespace tally::ledger
