// Goal: rows in memory are found as those of a store would be. Method: rows of several kinds put,
// replaced and looked for at and between their keys.
#include "ledger/pack/memory_rows.h"

#include "gtest/gtest.h"
#include "ledger/log/layout.h"

namespace tally::ledger {
namespace {

TEST(MemoryRows, RowsArePutReplacedAndFound) {
  MemoryRows rows;
  EXPECT_FALSE(rows.Get(layout::SourceEnd(1, 2))->has_value());
  ASSERT_TRUE(rows.Put(layout::SourceEnd(1, 2), EncodeNumberRow(3)).ok());
  ASSERT_TRUE(rows.Put(layout::SourceEnd(1, 2), EncodeNumberRow(4)).ok());
  EXPECT_EQ(**rows.Get(layout::SourceEnd(1, 2)), EncodeNumberRow(4));
}

TEST(MemoryRows, TheRowAtOrBehindAKeyStaysWithinItsLimit) {
  MemoryRows rows;
  ASSERT_TRUE(rows.Put(layout::Position(1, 10), EncodePositionRow({7, 5})).ok());
  ASSERT_TRUE(rows.Put(layout::Position(2, 10), EncodePositionRow({8, 1})).ok());
  const auto find = [&](uint64_t position) {
    return rows.AtOrBehind(layout::Position(1, position), layout::Position(2, 0));
  };
  ASSERT_TRUE(find(6).has_value());
  EXPECT_EQ(Bytes(find(6)->begin(), find(6)->end()), EncodePositionRow({7, 5}));
  EXPECT_TRUE(find(10).has_value());
  EXPECT_FALSE(find(11).has_value());
}

TEST(MemoryRows, StreamsComeInOrderOfTheirOpenings) {
  MemoryRows rows;
  for (const uint64_t opening : {uint64_t{300}, uint64_t{0}, ~uint64_t{0}}) {
    StreamRow row;
    row.state.opening_index = opening;
    ASSERT_TRUE(rows.Put(layout::StreamRow(opening), EncodeStreamRow(row)).ok());
  }
  const auto streams = rows.AllStreams();
  ASSERT_TRUE(streams.ok());
  ASSERT_EQ(streams->size(), 3u);
  EXPECT_EQ((*streams)[1].state.opening_index, 300u);
  EXPECT_EQ((*streams)[2].state.opening_index, ~uint64_t{0});
}

}  // namespace
}  // namespace tally::ledger
