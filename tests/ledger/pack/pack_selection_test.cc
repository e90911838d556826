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
    Learn({0, 3}, Report(1, 950, 950));
    Mark({0, 4}, 2000);
  }
  void Learn(const EventAddress& address, const EventHeader& header) {
    EXPECT_TRUE(disclosure_.Learn(address, header, {}).ok());
  }
  void Mark(const EventAddress& address, int64_t through) {
    Watermark mark;
    mark.through = Instant{through};
    EventHeader header;
    header.kind = BodyKind::kWatermark;
    EXPECT_TRUE(disclosure_.Learn(address, header, Encode(mark)).ok());
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
  EXPECT_FALSE(Shows(Report(1, 949, 949)));
  EXPECT_FALSE(Shows(Report(1, 900, 940)));
  EXPECT_TRUE(Shows(Report(1, 900, 1001)));
  EXPECT_FALSE(Shows(Report(2, 1500, 1500)));
  EXPECT_TRUE(Shows(Report(0, 1500, 1500)));  // of no source: it may concern every one
}

TEST_F(FeedDisclosureTest, TheLastReportBeforeTheTimeIsShown) {
  Learn({1, 0}, Report(1, 500, 500));
  Learn({2, 0}, Report(1, 980, 980));
  Learn({3, 0}, Report(1, 600, 600));  // recorded later, observed earlier
  Learn({4, 0}, Report(2, 990, 990));
  EXPECT_FALSE(Shows(Report(1, 500, 500)));
  EXPECT_TRUE(Shows(Report(1, 980, 980)));
  EXPECT_FALSE(Shows(Report(1, 600, 600)));
  EXPECT_FALSE(Shows(Report(1, 950, 950)));
  EXPECT_FALSE(Shows(Report(2, 990, 990)));
}

// A closing knows less than the head: what held for it is shown, too.
TEST_F(FeedDisclosureTest, WhatHeldForEveryoneWhoAskedIsShown) {
  selection_.settled = 5;  // the least size that somebody cited
  Learn({4, 0}, Report(1, 960, 960));
  Learn({5, 0}, Report(1, 970, 970));
  EXPECT_FALSE(Shows(Report(1, 950, 950)));
  EXPECT_TRUE(Shows(Report(1, 960, 960)));
  EXPECT_TRUE(Shows(Report(1, 970, 970)));
}

TEST_F(FeedDisclosureTest, WhatMayBeLateOrUnknownIsNoLastReport) {
  selection_.timely = 5;
  selection_.cutoff = Instant{3000};
  selection_.opened = Instant{2500};
  selection_.reported = Instant{2700};
  EventHeader late = Report(1, 970, 970);
  late.reported_at = Instant{2600};
  Learn({6, 0}, late);
  EXPECT_TRUE(Shows(Report(1, 950, 950))) << "the late one may not count";
  EventHeader unknown = Report(1, 972, 972);
  unknown.reported_at = Instant{2800};
  Learn({3, 1}, unknown);
  EXPECT_TRUE(Shows(Report(1, 950, 950))) << "nobody knew it by then";
  EventHeader history = Report(1, 960, 960);
  history.reported_at = Instant{2300};
  Learn({7, 0}, history);
  EXPECT_FALSE(Shows(Report(1, 950, 950)));
  EXPECT_TRUE(Shows(Report(1, 970, 970)));
}

TEST_F(FeedDisclosureTest, WhereSomethingWasCorrectedAllIsShown) {
  EventHeader correction = Report(1, 950, 950);
  correction.kind = BodyKind::kCorrection;
  Learn({4, 0}, correction);
  EXPECT_TRUE(Shows(Report(1, 100, 100)));
  EXPECT_TRUE(Shows(correction));
}

// A report holds to the next one, wherever that is, unless a watermark says so before.
TEST_F(FeedDisclosureTest, TheNextReportIsShownWhereNoWatermarkReaches) {
  FeedSelection open = selection_;
  open.settled = 1;
  FeedDisclosure disclosure(open);
  SourceRegistered source;
  source.source = 1;
  source.name = "mine";
  EventHeader registered;
  registered.kind = BodyKind::kSourceRegistered;
  ASSERT_TRUE(disclosure.Learn({0, 1}, registered, Encode(source)).ok());
  Watermark mark;
  mark.through = Instant{2000};
  EventHeader marked;
  marked.kind = BodyKind::kWatermark;
  ASSERT_TRUE(disclosure.Learn({1, 0}, marked, Encode(mark)).ok());
  EXPECT_TRUE(disclosure.Shows({9, 0}, Report(1, 2300, 2300)));
  ASSERT_TRUE(disclosure.Learn({0, 2}, Report(1, 2200, 2200), {}).ok());
  EXPECT_TRUE(disclosure.Shows({9, 0}, Report(1, 2200, 2200)));
  EXPECT_FALSE(disclosure.Shows({9, 0}, Report(1, 2300, 2300)));
  ASSERT_TRUE(disclosure.Learn({0, 3}, marked, Encode(mark)).ok());
  EXPECT_FALSE(disclosure.Shows({9, 0}, Report(1, 2200, 2200)));
}

TEST_F(FeedDisclosureTest, WhatBecomesOfATicketIsShownHoweverLate) {
  EventHeader ticket = Report(1, 2500, 2500);
  ticket.kind = BodyKind::kTicketEvent;
  EXPECT_TRUE(Shows(ticket));
  ticket.source = 2;
  EXPECT_FALSE(Shows(ticket));
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

// What its author said of a row later stands behind its run; from outside a correction does not say
// what it is about.
TEST(RowDisclosure, LaterWordsOnARowBelongToIt) {
  const FeedSelection nothing{.sources = {"mine"}, .until = Instant::Min()};
  const FeedDisclosure disclosure(nothing, {{{5, 1}, 1, Instant{1000}}});
  const auto shows = [&](const EventAddress& at, BodyKind kind, uint32_t source, int64_t from) {
    EventHeader header;
    header.kind = kind;
    header.source = source;
    header.observed_from = Instant{from};
    header.observed_until = Instant{from};
    return disclosure.Shows(at, header);
  };
  EXPECT_TRUE(shows({6, 0}, BodyKind::kCorrection, 1, 7777));
  EXPECT_TRUE(shows({5, 2}, BodyKind::kCorrection, 0, 7777));
  EXPECT_FALSE(shows({6, 0}, BodyKind::kCorrection, 2, 1000));
  EXPECT_FALSE(shows({5, 0}, BodyKind::kCorrection, 1, 1000));
  EXPECT_TRUE(shows({6, 0}, BodyKind::kStateReported, 1, 1000));
  EXPECT_TRUE(shows({6, 0}, BodyKind::kProbeResult, 1, 1000));
  EXPECT_FALSE(shows({6, 0}, BodyKind::kStateReported, 1, 1001));
  EXPECT_FALSE(shows({6, 0}, BodyKind::kStateReported, 2, 1000));
  EXPECT_FALSE(shows({4, 0}, BodyKind::kStateReported, 1, 1000));
  EXPECT_FALSE(shows({6, 0}, BodyKind::kTicketEvent, 1, 1000));
  // Nothing of that can hide in a closed batch in front of the run; behind it anything can.
  EXPECT_TRUE(disclosure.MayClose(4, Evidence()));
  EXPECT_FALSE(disclosure.MayClose(5, Evidence()));
  EXPECT_FALSE(disclosure.MayClose(6, Evidence()));
  EXPECT_TRUE(FeedDisclosure(nothing).MayClose(6, Evidence()));
}

}  // namespace
}  // namespace tally::ledger
