// Goal: what is evidence in the matter is shown, and nothing else of its feed. Method: one event of
// each sort at, before and behind the edges of the selected time.
#include "ledger/pack/pack_selection.h"

#include "gtest/gtest.h"
#include "schema/body.h"

namespace tally::ledger {
namespace {

class FeedDisclosureTest : public testing::Test {
 protected:
  FeedDisclosureTest() {
    selection_.sources = {"mine"};
    selection_.from = Instant{1000};
    selection_.until = Instant{2000};
    Register(1, "mine");
    Register(2, "others");
  }
  void Register(uint32_t number, const std::string& name) {
    SourceRegistered source;
    source.source = number;
    source.name = name;
    EventHeader header;
    header.kind = BodyKind::kSourceRegistered;
    EXPECT_TRUE(disclosure_.Learn({0, number}, header, Encode(source)).ok());
  }
  static EventHeader Report(uint32_t source, int64_t from, int64_t until) {
    EventHeader header;
    header.kind = BodyKind::kStateReported;
    header.source = source;
    header.observed_from = Instant{from};
    header.observed_until = Instant{until};
    return header;
  }
  bool Shows(const EventHeader& header) const { return disclosure_.Shows({9, 0}, header); }

  FeedSelection selection_;
  FeedDisclosure disclosure_{selection_};
};

TEST_F(FeedDisclosureTest, OnlyWantedSourcesInTimeAreShown) {
  EXPECT_TRUE(Shows(Report(1, 1000, 1000)));
  EXPECT_TRUE(Shows(Report(1, 1999, 1999)));
  EXPECT_FALSE(Shows(Report(1, 2000, 2000)));
  EXPECT_FALSE(Shows(Report(1, 999, 999)));
  EXPECT_FALSE(Shows(Report(1, 900, 1000)));
  EXPECT_TRUE(Shows(Report(1, 900, 1001)));
  EXPECT_FALSE(Shows(Report(2, 1500, 1500)));
  EXPECT_TRUE(Shows(Report(0, 1500, 1500)));  // of no source: it may concern every one
}

TEST_F(FeedDisclosureTest, TheLastReportBeforeTheTimeIsShown) {
  const EventHeader first = Report(1, 500, 500);
  const EventHeader last = Report(1, 800, 800);
  const EventHeader late = Report(1, 600, 600);  // recorded later, observed earlier
  ASSERT_TRUE(disclosure_.Learn({1, 0}, first, {}).ok());
  ASSERT_TRUE(disclosure_.Learn({2, 0}, last, {}).ok());
  ASSERT_TRUE(disclosure_.Learn({3, 0}, late, {}).ok());
  ASSERT_TRUE(disclosure_.Learn({4, 0}, Report(2, 900, 900), {}).ok());
  EXPECT_FALSE(disclosure_.Shows({1, 0}, first));
  EXPECT_TRUE(disclosure_.Shows({2, 0}, last));
  EXPECT_FALSE(disclosure_.Shows({3, 0}, late));
  EXPECT_FALSE(disclosure_.Shows({4, 0}, Report(2, 900, 900)));
}

TEST_F(FeedDisclosureTest, WhatLinksAndTimesRestOnIsAlwaysShown) {
  for (const BodyKind kind :
       {BodyKind::kSourceRegistered, BodyKind::kWatermark, BodyKind::kMeasurementRun}) {
    EventHeader header = Report(2, 0, 0);
    header.kind = kind;
    EXPECT_TRUE(Shows(header));
  }
}

TEST_F(FeedDisclosureTest, ARegistrationThatCannotBeReadIsRefused) {
  EventHeader header;
  header.kind = BodyKind::kSourceRegistered;
  EXPECT_FALSE(disclosure_.Learn({5, 0}, header, Bytes(3, 1)).ok());
}

TEST(NamedDigests, ADigestStandsInABodyAsWholeWords) {
  DocumentDigest digest;
  for (size_t i = 0; i < digest.bytes.size(); ++i) digest.bytes[i] = static_cast<uint8_t>(i + 1);
  Bytes body(16, 7);
  body.insert(body.end(), digest.bytes.begin(), digest.bytes.end());
  NamedDigests named;
  EXPECT_FALSE(named.Has(digest));
  named.Learn(body);
  EXPECT_TRUE(named.Has(digest));
  digest.bytes[0] ^= 1;
  EXPECT_FALSE(named.Has(digest));
}

}  // namespace
}  // namespace tally::ledger
