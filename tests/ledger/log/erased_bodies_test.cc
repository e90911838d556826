// Goal: what erasure writes over a segment has no byte of the erased bodies and salts, and every
// other one as before. Method: a segment of states and a run, each subset of its events erased; the
// run leaf by leaf.
#include "ledger/log/erased_bodies.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "ledger/chain/partial_run.h"
#include "ledger/chain/run_leaf.h"
#include "ledger/store/store.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

bool HoldsBytes(ByteView bytes, ByteView part) {
  return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end();
}

TEST(ErasedBodies, T88EverySubsetLeavesTheOthers) {
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
    std::map<uint32_t, ErasedRows> erased;
    for (uint32_t j = 0; j < count; ++j) {
      if ((mask >> j & 1) != 0) erased[j].Add(RowsOfRun());
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
  // T-88: a leaf alone, then another, then the rest: nothing of them, and all of the others.
  std::vector<Salt> salts;
  const RunView run = RunView::Open(segment->bodies.body(2)).value();
  for (uint64_t g = 0; g < 3; ++g) salts.push_back(RunLeafSalt(segment->bodies.salt(2), g));
  std::set<uint64_t> gone;
  StoredSegment now{segment->spine, segment->bodies};
  for (const RowsOfRun& part : {RowsOfRun{16, 16}, RowsOfRun{0, 16}, RowsOfRun{}}) {
    std::map<uint32_t, ErasedRows> named;
    named[2].Add(part);
    const auto bytes = std::make_shared<const Bytes>(BodiesWithout(now, named).value());
    now.bodies = BodiesView::Open(bytes, segment->spine.first_index(), count).value();
    EXPECT_FALSE(HoldsBytes(*bytes, segment->bodies.salt(2).view()));
    const EventHeader header = DecodeHeader(segment->spine.header(2)).value();
    const PartialRun rest = DecodePartialRun(now.bodies.rest(2)).value();
    EXPECT_TRUE(CheckPartialRun(header, rest).ok());
    if (part.IsWhole()) gone.insert(2);
    if (!part.IsWhole()) gone.insert(part.first / kRunLeafRows);
    EXPECT_EQ(rest.sources[0].leaves.size(), 3 - gone.size());
    for (uint64_t g = 0; g < 3; ++g) {
      EXPECT_EQ(HoldsBytes(*bytes, salts[g].view()), !gone.contains(g)) << g;
    }
  }
  std::map<uint32_t, ErasedRows> of_a_state;
  of_a_state[1].Add({0, 16});
  EXPECT_TRUE(absl::IsDataLoss(BodiesWithout(*segment, of_a_state).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(BodiesWithout(*segment, {{3, ErasedRows()}}).status()));
}

}  // namespace
}  // namespace tally::ledger
