// Goal: what is kept is what a cursor gives, however little room there is, and what has room is
// read once. Method: an agreement of some acts; every size, in both directions, with room for none,
// some and all of them; the visitor that fails; the system stream, of which documents alone are
// visited.
#include "replay/kept_streams.h"

#include <gtest/gtest.h>

#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

class KeptStreamsTest : public ::testing::Test {
 protected:
  KeptStreamsTest() {
    test_.Agree(test_.terms);
    for (int i = 0; i < 5; ++i)
      test_.File({MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
    stream_ = test_.ledger().FindStream(StreamKind::kAgreement, "gold")->opening_index;
  }
  // Addresses, bytes and verdicts of a record.
  static std::string Text(const ledger::VerifiedRecord& record) {
    std::string text = FormatInstant(record.recorded());
    for (const ledger::VerifiedEvent& event : record.events()) {
      text += " " + event.address.ToText() + " " + event.digest.ToHex();
      for (const ByteView view : {event.header_bytes, event.body, event.rest}) {
        text.append(view.begin(), view.end());
      }
    }
    text += " " + std::string(ledger::KeyVerdictName(record.verdict()));
    return text + " " + record.evidence().key.ToHex();
  }
  std::vector<std::string> ByCursor(uint64_t limit) const {
    std::vector<std::string> texts;
    auto cursor = test_.ledger().Read({.limit = limit, .stream = stream_});
    TALLY_CHECK(cursor.ok());
    while (true) {
      const auto record = (*cursor)->Next();
      TALLY_CHECK(record.ok());
      if (!record->has_value()) return texts;
      texts.push_back(Text(**record));
    }
  }
  static std::vector<std::string> ByKept(KeptStreams& kept, uint64_t stream, uint64_t limit) {
    std::vector<std::string> texts;
    const absl::Status read = kept.EachRecord(stream, limit, [&](const auto& record) {
      texts.push_back(Text(record));
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
    return texts;
  }
  SmallCase test_;
  uint64_t stream_ = 0;
};

TEST_F(KeptStreamsTest, WhateverTheRoomARecordIsWhatACursorGives) {
  const uint64_t size = test_.ledger().head().size;
  for (const size_t room : {size_t{0}, size_t{5000}, KeptStreams::kRoom}) {
    KeptStreams kept(test_.ledger(), /*checked_beforehand=*/false, room);
    for (uint64_t limit = 1; limit <= size; ++limit) {
      ASSERT_EQ(ByKept(kept, stream_, limit), ByCursor(limit)) << room << " " << limit;
    }
    for (uint64_t limit = size; limit > 0; --limit) {
      ASSERT_EQ(ByKept(kept, stream_, limit), ByCursor(limit)) << room << " " << limit;
    }
    const size_t records = ByCursor(size).size();
    EXPECT_EQ(kept.records_read() == records, room == KeptStreams::kRoom) << kept.records_read();
  }
}

TEST_F(KeptStreamsTest, AVisitThatFailsIsToldAndLosesNoRecord) {
  const uint64_t size = test_.ledger().head().size;
  KeptStreams kept(test_.ledger(), /*checked_beforehand=*/false);
  for (size_t stop = 0; stop < ByCursor(size).size(); ++stop) {
    size_t visited = 0;
    const absl::Status read = kept.EachRecord(stream_, size, [&](const auto&) {
      return visited++ == stop ? absl::CancelledError("enough") : absl::OkStatus();
    });
    EXPECT_TRUE(absl::IsCancelled(read));
    EXPECT_EQ(visited, stop + 1);
  }
  EXPECT_EQ(ByKept(kept, stream_, size), ByCursor(size));
}

TEST_F(KeptStreamsTest, OfTheSystemStreamDocumentsAreVisited) {
  KeptStreams kept(test_.ledger(), /*checked_beforehand=*/true);
  for (int twice = 0; twice < 2; ++twice) {
    EXPECT_EQ(ByKept(kept, 0, test_.ledger().head().size).size(), 2u) << "the rules of two zones";
  }
}

}  // namespace
}  // namespace tally::replay
