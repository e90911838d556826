// Goal: a segment gives back what was put in, and no bytes whatever can lead a view out of its
// value. Method: small segments of many shapes; every flip, cut and lengthening of them; the
// accessors of every view that still opens are walked (under the sanitizers this is the proof).
#include "ledger/log/segment.h"

#include <gtest/gtest.h>

#include "ledger/chain/batch.h"
#include "ledger/chain/record.h"

namespace tally::ledger {
namespace {

Bytes Filled(size_t size, uint8_t value) { return Bytes(size, value); }

std::shared_ptr<const Bytes> Shared(Bytes bytes) {
  return std::make_shared<const Bytes>(std::move(bytes));
}

// `shape[i]` events in record i; every third body empty, every fifth erased.
SegmentBuilder Build(const std::vector<int>& shape) {
  SegmentBuilder segment(70, -5);
  uint8_t event = 1;
  for (size_t i = 0; i < shape.size(); ++i) {
    segment.AddRecord(Filled(kRecordBytes, static_cast<uint8_t>(i + 1)),
                      Filled(kEvidenceBytes, static_cast<uint8_t>(i + 101)));
    for (int j = 0; j < shape[i]; ++j, ++event) {
      const Bytes header = Filled(1 + event, event);
      if (event % 5 == 0) {
        segment.AddErasedEvent(header);
      } else {
        Salt salt;
        salt.bytes.fill(event);
        segment.AddEvent(header, salt, Filled(event % 3 == 0 ? 0 : 2 * event, event));
      }
    }
  }
  return segment;
}

TEST(Segment, GivesBackWhatWasPutIn) {
  const std::vector<std::vector<int>> shapes = {{1}, {3}, {1, 1}, {2, 1, 4}, {1, 7, 1, 2}};
  for (const std::vector<int>& shape : shapes) {
    const SegmentBuilder segment = Build(shape);
    const Bytes spine_bytes = segment.EncodeSpine();
    const Bytes bodies_bytes = segment.EncodeBodies();
    EXPECT_EQ(spine_bytes.size() + bodies_bytes.size(), segment.bytes());
    const auto spine = SpineView::Open(Shared(spine_bytes), 70);
    ASSERT_TRUE(spine.ok()) << spine.status();
    const auto bodies = BodiesView::Open(Shared(bodies_bytes), 70, spine->events());
    ASSERT_TRUE(bodies.ok()) << bodies.status();
    EXPECT_EQ(spine->first_index(), 70u);
    EXPECT_EQ(spine->limit_index(), 70 + shape.size());
    EXPECT_EQ(spine->recorded_ms(), -5);
    ASSERT_EQ(spine->records(), shape.size());
    uint32_t event = 0;
    for (uint32_t i = 0; i < spine->records(); ++i) {
      EXPECT_EQ(spine->record(i)[0], i + 1);
      EXPECT_EQ(spine->evidence(i)[203], i + 101);
      const auto [first, limit] = spine->EventsOf(i);
      EXPECT_EQ(first, event);
      EXPECT_EQ(limit, event + static_cast<uint32_t>(shape[i]));
      for (; event < limit; ++event) {
        const uint8_t fill = static_cast<uint8_t>(event + 1);
        const ByteView header = spine->header(event);
        EXPECT_EQ(Bytes(header.begin(), header.end()), Filled(1u + fill, fill));
        EXPECT_EQ(bodies->erased(event), fill % 5 == 0);
        const bool empty = fill % 5 == 0 || fill % 3 == 0;
        EXPECT_EQ(bodies->body(event).size(), empty ? 0u : 2u * fill);
        EXPECT_EQ(bodies->salt(event).bytes[15], fill % 5 == 0 ? 0 : fill);
      }
    }
    EXPECT_EQ(event, spine->events());
  }
}

// Walks all that a view can show; a bad offset would be seen by the sanitizers, and the sum stops
// the compiler from leaving the reads out.
uint64_t Walk(const SpineView& spine) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < spine.records(); ++i) {
    for (uint8_t byte : spine.record(i)) sum += byte;
    for (uint8_t byte : spine.evidence(i)) sum += byte;
    const auto [first, limit] = spine.EventsOf(i);
    EXPECT_LT(first, limit);
    EXPECT_LE(limit, spine.events());
  }
  for (uint32_t j = 0; j < spine.events(); ++j) {
    for (uint8_t byte : spine.header(j)) sum += byte;
  }
  return sum;
}

uint64_t Walk(const BodiesView& bodies) {
  uint64_t sum = 0;
  for (uint32_t j = 0; j < bodies.events(); ++j) {
    for (uint8_t byte : bodies.body(j)) sum += byte;
    for (uint8_t byte : bodies.salt(j).bytes) sum += byte;
    EXPECT_TRUE(!bodies.erased(j) || bodies.body(j).empty());
  }
  return sum;
}

// Opens `bytes` as either value; counts how many opened.
int Try(const Bytes& bytes, uint32_t events) {
  int opened = 0;
  if (const auto spine = SpineView::Open(Shared(bytes), 70); spine.ok()) {
    Walk(*spine);
    ++opened;
  }
  if (const auto bodies = BodiesView::Open(Shared(bytes), 70, events); bodies.ok()) {
    Walk(*bodies);
    ++opened;
  }
  return opened;
}

// T-01
TEST(Segment, T01NoBytesLeadOutOfTheValue) {
  const SegmentBuilder segment = Build({2, 1, 4});
  for (const Bytes& good : {segment.EncodeSpine(), segment.EncodeBodies()}) {
    ASSERT_EQ(Try(good, 7), 1);
    // All bits of head and tables; of the rest, which is content, one bit a byte.
    for (size_t bit = 0; bit < 8 * good.size(); bit += bit < 8 * 90 ? 1 : 7) {
      Bytes flipped = good;
      flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
      Try(flipped, 7);
    }
    for (size_t length = 0; length < good.size(); ++length) {
      ASSERT_EQ(Try(Bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(length)), 7), 0);
    }
    Bytes longer = good;
    longer.push_back(0);
    ASSERT_EQ(Try(longer, 7), 0);
    // Every byte of the head and the tables at its extremes.
    for (size_t at = 0; at < 80; ++at) {
      for (const uint8_t value : std::initializer_list<uint8_t>{0x00, 0x7f, 0x80, 0xff}) {
        Bytes changed = good;
        changed[at] = value;
        Try(changed, 7);
      }
    }
  }
}

TEST(Segment, TheValuesMustBelongTogether) {
  const SegmentBuilder segment = Build({2, 1});
  EXPECT_TRUE(absl::IsDataLoss(SpineView::Open(Shared(segment.EncodeSpine()), 71).status()));
  EXPECT_TRUE(absl::IsDataLoss(BodiesView::Open(Shared(segment.EncodeBodies()), 71, 3).status()));
  EXPECT_TRUE(absl::IsDataLoss(BodiesView::Open(Shared(segment.EncodeBodies()), 70, 2).status()));
  EXPECT_TRUE(absl::IsDataLoss(SpineView::Open(Shared(segment.EncodeBodies()), 70).status()));
}

TEST(Segment, ARecordWithoutEventsAndAnEmptySegmentAreRefused) {
  SegmentBuilder segment(0, 0);
  segment.AddRecord(Filled(kRecordBytes, 1), Filled(kEvidenceBytes, 1));
  EXPECT_TRUE(absl::IsDataLoss(SpineView::Open(Shared(segment.EncodeSpine()), 0).status()));
  Bytes empty = {'T', 'G', 'S', 1};
  empty.resize(kSpineHeadBytes);
  EXPECT_TRUE(absl::IsDataLoss(SpineView::Open(Shared(empty), 0).status()));
}

TEST(Segment, ErasedBodiesLeaveNothing) {
  SegmentBuilder segment(0, 0);
  segment.AddRecord(Filled(kRecordBytes, 1), Filled(kEvidenceBytes, 1));
  Salt salt;
  salt.bytes.fill(9);
  segment.AddEvent(Filled(8, 1), salt, Filled(8, 2));
  Bytes bodies = segment.EncodeBodies();
  bodies[kBodiesHeadBytes + 4] = 1;  // says erased, but salt and body are there
  EXPECT_TRUE(absl::IsDataLoss(BodiesView::Open(Shared(bodies), 0, 1).status()));
  bodies[kBodiesHeadBytes + 4] = 2;
  EXPECT_TRUE(absl::IsDataLoss(BodiesView::Open(Shared(bodies), 0, 1).status()));
}

}  // namespace
}  // namespace tally::ledger
