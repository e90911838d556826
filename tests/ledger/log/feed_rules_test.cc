// Goal: evidence joins what stands before it: link, position, source, watermark, time. Method: one
// feed, each rule broken by one field, on both sides of each boundary.
#include "ledger/log/admission.h"

#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

Instant FeedMinute(int minute) { return At("2026-02-01T00:00:00Z") + Minutes(minute); }

class FeedRulesTest : public ::testing::Test {
 protected:
  FeedRulesTest() : lime_(test_.AddParty("lime")), feed_(test_.AddFeed("uptime", lime_)) {
    feed_.Register(1, "site").Register(2, "shop").Report(1, State::kUp, FeedMinute(0));
    test_.Append(feed_.Sign());
  }
  ~FeedRulesTest() override { EXPECT_TRUE(test_.CheckLedger()); }

  // The header of a good next event; a test changes one field of it.
  EventHeader Next(uint32_t source, Instant at) const {
    EventHeader header;
    header.kind = BodyKind::kStateReported;
    header.actor = ActorKind::kMonitor;
    header.stream = feed_.id();
    header.previous = feed_.previous();
    header.position = feed_.position() + 1;
    header.source = source;
    header.previous_of_source = source == 1 ? 3 : 0;
    header.observed_from = header.observed_until = at;
    return header;
  }
  absl::Status Try(const EventHeader& header,
                   Bytes body = Encode(StateReported{State::kUp, {}, {}, ""})) {
    TestFeed feed(test_.ledger().id(), feed_.id(), feed_.opening(), "uptime", lime_);
    feed.Add(header, std::move(body), TestFeed::Links::kAsIs);
    return test_.writer().DryRun(feed.Sign()).status();
  }

  TestLedger test_;
  TestParty& lime_;
  TestFeed& feed_;
};

TEST_F(FeedRulesTest, AGoodEventIsAdmitted) {
  EXPECT_TRUE(Try(Next(1, FeedMinute(1))).ok());
  EXPECT_TRUE(Try(Next(2, FeedMinute(1))).ok());
}

TEST_F(FeedRulesTest, PreviousIsComparedAndSwapped) {
  EventHeader header = Next(1, FeedMinute(1));
  header.previous.bytes[3] ^= 1;
  EXPECT_TRUE(absl::IsAborted(Try(header)));
  header.previous = Hash();
  EXPECT_TRUE(absl::IsAborted(Try(header)));
}

TEST_F(FeedRulesTest, AStepIsAtMostTwoToTheForty) {
  EventHeader header = Next(2, FeedMinute(1));
  header.position = feed_.position() + kPositionStepMax;
  EXPECT_TRUE(Try(header).ok());
  ++header.position;
  EXPECT_TRUE(absl::IsAborted(Try(header)));
}

TEST_F(FeedRulesTest, ASourceIsRegisteredOnceBeforeItsUse) {
  EXPECT_TRUE(absl::IsInvalidArgument(Try(Next(3, FeedMinute(1)))));
  EXPECT_TRUE(absl::IsInvalidArgument(Try(Next(0, FeedMinute(1)))));
  EventHeader header = Next(0, FeedMinute(1));
  header.kind = BodyKind::kSourceRegistered;
  const auto with = [&](uint32_t source, std::string name) {
    return Try(header, Encode(SourceRegistered{source, std::move(name), "ms", 0}));
  };
  EXPECT_TRUE(with(3, "api").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(with(2, "api")));
  EXPECT_TRUE(absl::IsAlreadyExists(with(3, "shop")));
  EXPECT_TRUE(absl::IsInvalidArgument(with(0, "api")));
  // Registered and used in one batch.
  feed_.Register(3, "api").Report(3, State::kUp, FeedMinute(2));
  EXPECT_TRUE(test_.TryAppend(feed_.Sign()).ok());
  EXPECT_EQ(test_.ledger().EndOfSource(feed_.opening(), 3)->last_position, feed_.position());
}

TEST_F(FeedRulesTest, TheChainOfASourceIsChecked) {
  EventHeader header = Next(1, FeedMinute(1));
  header.previous_of_source = 2;
  EXPECT_TRUE(absl::IsAborted(Try(header)));
  header.previous_of_source = 0;
  EXPECT_TRUE(absl::IsAborted(Try(header)));
  header = Next(2, FeedMinute(1));
  header.previous_of_source = 3;
  EXPECT_TRUE(absl::IsAborted(Try(header)));
}

TEST_F(FeedRulesTest, RunsMoveEachOfTheirSources) {
  feed_.Run({1, 2}, 5, FeedMinute(10), Minutes(1), State::kUp);
  test_.Append(feed_.Sign());
  EXPECT_EQ(test_.ledger().EndOfSource(feed_.opening(), 1)->last_position, 8u);
  EXPECT_EQ(test_.ledger().EndOfSource(feed_.opening(), 2)->last_position, 13u);
  EXPECT_EQ(*test_.ledger().RecordOfPosition(feed_.opening(), 9), test_.ledger().head().size - 1);
  feed_.Report(1, State::kUp, FeedMinute(40)).Run({2}, 3, FeedMinute(50), Minutes(1), State::kDown);
  EXPECT_TRUE(test_.TryAppend(feed_.Sign()).ok());
}

TEST_F(FeedRulesTest, AnHourAheadOfTheRecordedTimeIsRefused) {
  const Instant limit = test_.clock().Now() + Hours(1);
  EXPECT_TRUE(Try(Next(1, limit)).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(Try(Next(1, limit + Duration{1}))));
  EventHeader mark = Next(0, limit);
  mark.kind = BodyKind::kWatermark;
  mark.position = feed_.position();
  EXPECT_TRUE(Try(mark, Encode(Watermark{limit})).ok());
  mark.observed_from = mark.observed_until = FeedMinute(1);
  EXPECT_TRUE(absl::IsInvalidArgument(Try(mark, Encode(Watermark{limit + Duration{1}}))));
}

TEST_F(FeedRulesTest, AWatermarkNeverGoesBack) {
  feed_.Mark(FeedMinute(10));
  test_.Append(feed_.Sign());
  feed_.Report(1, State::kUp, FeedMinute(11)).Mark(FeedMinute(9));
  EXPECT_TRUE(absl::IsAborted(test_.TryAppend(feed_.Sign()).status()));
  feed_.Resume(3, test_.ledger().StreamAt(feed_.opening())->newest_digest);
  feed_.Mark(FeedMinute(12));
  EXPECT_TRUE(test_.TryAppend(feed_.Sign()).ok());
}

TEST_F(FeedRulesTest, AWatermarkMayBeAFeedsFirstWord) {
  TestFeed& silent = test_.AddFeed("silent", lime_);
  silent.Mark(FeedMinute(1));
  EXPECT_TRUE(test_.TryAppend(silent.Sign()).ok());
  silent.Register(1, "site").Report(1, State::kUp, FeedMinute(2)).Mark(FeedMinute(3));
  EXPECT_TRUE(test_.TryAppend(silent.Sign()).ok());
  EXPECT_EQ(test_.ledger().StreamAt(silent.opening())->last_position, 2u);
}

TEST_F(FeedRulesTest, ARefusedEventIsNoLink) {
  const Hash before = feed_.previous();
  const uint64_t position = feed_.position();
  feed_.Report(9, State::kUp, FeedMinute(1));
  EXPECT_FALSE(test_.TryAppend(feed_.Sign()).ok());
  feed_.Report(1, State::kUp, FeedMinute(1));
  EXPECT_TRUE(absl::IsAborted(test_.TryAppend(feed_.Sign()).status()));
  feed_.Resume(position, before);
  EventHeader header = Next(1, FeedMinute(1));
  feed_.Add(header, Encode(StateReported{State::kUp, {}, {}, ""}), TestFeed::Links::kAsIs);
  EXPECT_TRUE(test_.TryAppend(feed_.Sign()).ok());
}

}  // namespace
}  // namespace tally::ledger
