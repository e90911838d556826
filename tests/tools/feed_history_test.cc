// Goal: what a feed holds is found again by content, each event once, and by position exactly.
// Method: a feed with equal events in it, asked draft by draft.
#include "tools/feed_history.h"

#include <gtest/gtest.h>

#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

EvidenceDraft UpAt(absl::string_view time) {
  EvidenceDraft draft;
  draft.kind = BodyKind::kStateReported;
  StateReported up;
  up.state = State::kUp;
  draft.body = Encode(up);
  draft.source = 1;
  draft.from = draft.until = *ParseInstant(time);
  return draft;
}

TEST(FeedHistory, FindsEachEventOnce) {
  TallyTest test;
  test.MakeFeed();
  // Minute 0 twice: two equal events.
  test.Write("a.jsonl", TallyTest::StateLines(2) + TallyTest::StateLines(1));
  const Outcome outcome = test.OnLedger(
      {"append", test.Path("a.jsonl"), "--feed", "web", "--key", test.Path("lime.pem")});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const auto ledger = test.OpenAcme();
  const auto feed = ledger->FindStream(StreamKind::kFeed, "web");
  auto history = FeedHistory::Read(*ledger, *feed);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->end().last_position, 4u);

  const EvidenceDraft twice = UpAt("2025-12-01T00:00:00Z");
  const auto first = *history->Match(twice);
  const auto second = *history->Match(twice);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_LT(*first, *second);
  EXPECT_EQ(*history->Match(twice), std::nullopt);
  EXPECT_EQ(*history->Match(UpAt("2025-12-01T00:09:00Z")), std::nullopt);

  // By position: the same event, another event, nothing there.
  EvidenceDraft placed = UpAt("2025-12-01T00:01:00Z");
  placed.position = 3;
  EXPECT_TRUE(history->Match(placed)->has_value());
  placed.position = 2;
  EXPECT_EQ(FaultOf(history->Match(placed).status()).code, "already-exists");
  placed.position = 9;
  EXPECT_EQ(*history->Match(placed), std::nullopt);
}

TEST(FeedHistory, AnEmptyHistoryKnowsNothing) {
  FeedHistory history;
  EXPECT_EQ(*history.Match(UpAt("2025-12-01T00:00:00Z")), std::nullopt);
}

}  // namespace
}  // namespace tally::tools
