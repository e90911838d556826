// Goal: rows of commits under way are seen until the store has them. Method: two commits that write
// the same row, made durable one after the other.
#include "ledger/log/pending_rows.h"

#include "ledger/log/layout.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

TEST(PendingRows, ARowIsSeenFromItsPutOn) {
  MapStore store;
  PendingRows rows(store);
  const Bytes a{'a'}, b{'b'};
  ASSERT_TRUE(rows.Put(a, {1}).ok());
  ASSERT_TRUE(rows.Put(a, {2}).ok());
  ASSERT_TRUE(rows.Put(b, {3}).ok());
  const uint64_t first = rows.commit();
  const WriteSet first_writes = rows.Take();
  EXPECT_EQ(first_writes.puts.size(), 2u);  // A row once, as it was last.
  ASSERT_TRUE(rows.Put(a, {4}).ok());
  const uint64_t second = rows.commit();
  const WriteSet second_writes = rows.Take();
  ASSERT_EQ(second_writes.puts.size(), 1u);
  EXPECT_EQ(second_writes.puts[0].value, Bytes{4});

  ASSERT_TRUE(store.Commit(first_writes).ok());
  rows.Forget(first);
  EXPECT_TRUE(rows.IsPending(a));
  EXPECT_FALSE(rows.IsPending(b));
  EXPECT_EQ(**rows.Get(a), Bytes{4});
  EXPECT_EQ(**rows.Get(b), Bytes{3});
  ASSERT_TRUE(store.Commit(second_writes).ok());
  rows.Forget(second);
  EXPECT_FALSE(rows.IsPending(a));
  EXPECT_EQ(**rows.Get(a), Bytes{4});
  EXPECT_TRUE(rows.Take().puts.empty());
}

TEST(PendingRows, AllStreamsAreThoseOfTheStoreUnderThoseUnderWay) {
  MapStore store;
  PendingRows rows(store);
  for (uint64_t opening : {0, 4, 9}) {
    StreamRow row;
    row.state.opening_index = opening;
    (opening == 9 ? rows.Put(layout::StreamRow(opening), EncodeStreamRow(row)).IgnoreError()
                  : (void)(store.rows[layout::StreamRow(opening)] = EncodeStreamRow(row)));
  }
  StreamRow changed;
  changed.state.opening_index = 4;
  changed.state.records = 2;
  ASSERT_TRUE(rows.Put(layout::StreamRow(4), EncodeStreamRow(changed)).ok());
  const auto streams = rows.AllStreams();
  ASSERT_TRUE(streams.ok());
  ASSERT_EQ(streams->size(), 3u);
  EXPECT_EQ((*streams)[1].state.records, 2u);
  EXPECT_EQ((*streams)[2].state.opening_index, 9u);
}

}  // namespace
}  // namespace tally::ledger
