// Goal: rows read back as they were written, and nothing else reads at all. Method: round trips,
// and every truncation of every row.
#include "ledger/log/stream_table.h"

#include "ledger/log/pending_rows.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

StreamRow SomeRow() {
  StreamRow row;
  row.state.opening_index = 7;
  row.state.kind = StreamKind::kAgreement;
  row.state.name = "gold";
  row.state.id.bytes[0] = 1;
  row.state.author.bytes[1] = 2;
  row.state.opening_digest.bytes[2] = 3;
  row.state.records = 4;
  row.state.newest_leaf.bytes[3] = 5;
  row.state.newest_digest.bytes[4] = 6;
  row.state.last_position = 99;
  row.watermark = At("2026-02-01T00:00:00Z");
  row.parties = {row.state.id, row.state.author};
  return row;
}

TEST(StreamTable, RowsReadBackAndTruncationsDoNot) {
  const Bytes bytes = EncodeStreamRow(SomeRow());
  EXPECT_EQ(EncodeStreamRow(*DecodeStreamRow(bytes)), bytes);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeStreamRow(ByteView(bytes).first(size)).status())) << size;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(DecodeStreamRow(longer).ok());
  Bytes newer = bytes;
  newer[0] = 2;
  EXPECT_FALSE(DecodeStreamRow(newer).ok());
}

TEST(StreamTable, SmallRowsHaveOneLength) {
  const Bytes act = EncodeActRow({1, 2, BodyKind::kClaimFiled, {}});
  EXPECT_EQ(DecodeActRow(act)->superseded_by, 2u);
  EXPECT_FALSE(DecodeActRow(ByteView(act).first(17)).ok());
  const Bytes position = EncodePositionRow({8, 9});
  EXPECT_EQ(DecodePositionRow(position)->first, 9u);
  EXPECT_FALSE(DecodePositionRow(ByteView(position).first(15)).ok());
  EXPECT_EQ(*DecodeNumberRow(EncodeNumberRow(77)), 77u);
  EXPECT_FALSE(DecodeNumberRow(Bytes(9)).ok());
}

TEST(StreamTable, WhatWasFlushedIsFoundByANewTable) {
  MapStore store;
  PendingRows rows(store);
  {
    StreamTable table(rows);
    StreamRow* row = table.Add(SomeRow());
    row->state.records = 5;
    table.Touch(row);
    table.SetEndOfSource(7, 1, 42);
    ASSERT_TRUE(table.Flush().ok());
    ASSERT_TRUE(rows.Put({'D'}, {}).ok());
  }
  StreamTable table(rows);
  EXPECT_EQ((*table.At(7))->state.records, 5u);
  EXPECT_EQ(*table.Find(SomeRow().state.id), *table.At(7));  // The same row once it is known.
  EXPECT_EQ(table.EndOfSource(7, 1)->value(), 42u);
  EXPECT_FALSE(table.EndOfSource(7, 2)->has_value());
  EXPECT_TRUE(absl::IsNotFound(table.At(8).status()));
}

}  // namespace
}  // namespace tally::ledger
