// Goal: the segment of any record is found, in any order. Method: segments of one to four records,
// every index asked after every other.
#include "ledger/log/segment_reader.h"

#include "ledger/chain/batch.h"
#include "ledger/chain/record.h"
#include "ledger/log/layout.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

class SegmentReaderTest : public ::testing::Test {
 protected:
  SegmentReaderTest() {
    for (uint64_t first = 0, count = 1; count <= 4; first += count, ++count) {
      SegmentBuilder builder(first, static_cast<int64_t>(first));
      for (uint64_t i = 0; i < count; ++i) {
        builder.AddRecord(Bytes(kRecordBytes), Bytes(kEvidenceBytes));
        builder.AddEvent(Bytes(16), Salt{{1}}, Bytes(3));
      }
      store_.rows[layout::Spine(first)] = builder.EncodeSpine();
      store_.rows[layout::Bodies(first)] = builder.EncodeBodies();
    }
  }
  MapStore store_;  // Segments begin at 0, 1, 3 and 6; 10 records.
};

TEST_F(SegmentReaderTest, EveryRecordIsFoundAfterEveryOther) {
  for (uint64_t before = 0; before < 10; ++before) {
    for (uint64_t index = 0; index < 10; ++index) {
      SegmentReader reader(store_);
      ASSERT_TRUE(reader.Containing(before).ok());
      const auto segment = reader.Containing(index);
      ASSERT_TRUE(segment.ok()) << segment.status();
      EXPECT_LE((*segment)->spine.first_index(), index);
      EXPECT_LT(index, (*segment)->spine.limit_index());
    }
  }
}

TEST_F(SegmentReaderTest, WhatIsNotThereIsDataLoss) {
  SegmentReader reader(store_);
  EXPECT_TRUE(absl::IsDataLoss(reader.Containing(10).status()));
  EXPECT_TRUE(absl::IsNotFound(reader.StartingAt(2).status()));
  store_.rows.erase(layout::Bodies(3));
  EXPECT_TRUE(absl::IsDataLoss(reader.Containing(4).status()));
  store_.rows.erase(layout::Spine(6));
  SegmentReader after(store_);
  EXPECT_FALSE(after.Containing(7).ok());
  EXPECT_TRUE(absl::IsDataLoss(SegmentReader(MapStore()).Containing(0).status()));
}

}  // namespace
}  // namespace tally::ledger
