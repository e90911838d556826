// Goal: an author goes on exactly where a stream stands.
// Method: a feed written by the program, its end compared with the ledger's own state.
#include "tools/stream_end.h"

#include <gtest/gtest.h>

#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

TEST(StreamName, IsReadExactly) {
  EXPECT_EQ(ParseStreamName("system")->kind, StreamKind::kSystem);
  EXPECT_EQ(ParseStreamName("feed/a/b")->name, "a/b");
  EXPECT_EQ(ParseStreamName("party/p")->kind, StreamKind::kParty);
  EXPECT_EQ(ParseStreamName("agreement/p")->kind, StreamKind::kAgreement);
  for (const char* bad : {"", "feed", "feed/", "Feed/a", "systems", "x/y"}) {
    EXPECT_EQ(FaultOf(ParseStreamName(bad).status()).code, "usage") << bad;
  }
}

TEST(FeedEnd, IsWhatTheLedgerHolds) {
  TallyTest test;
  test.MakeFeed();
  test.Write("a.jsonl",
             TallyTest::StateLines(5) +
                 "{\"kind\":\"watermark\",\"body\":{\"through\":\"2025-12-02T00:00:00Z\"}}\n");
  const auto open = [&] { return test.OpenAcme(); };
  {
    const auto ledger = open();
    const auto feed = FindStream(*ledger, {StreamKind::kFeed, "web"});
    ASSERT_TRUE(feed.ok()) << feed.status();
    const auto end = ReadFeedEnd(*ledger, *feed);
    ASSERT_TRUE(end.ok()) << end.status();
    EXPECT_TRUE(end->newest.IsZero());
    EXPECT_EQ(end->last_position, 0u);
    EXPECT_TRUE(end->sources.empty());
  }
  const Outcome outcome = test.OnLedger(
      {"append", test.Path("a.jsonl"), "--feed", "web", "--key", test.Path("lime.pem")});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const auto ledger = open();
  const auto feed = FindStream(*ledger, {StreamKind::kFeed, "web"});
  size_t visited = 0;
  const auto end = ReadFeedEnd(*ledger, *feed, [&](const ledger::VerifiedEvent&) { ++visited; });
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->newest, feed->newest_digest);
  EXPECT_EQ(end->last_position, 6u);
  ASSERT_EQ(end->sources.size(), 1u);
  EXPECT_EQ(end->FindSource("site")->source, 1u);
  EXPECT_EQ(end->FindSource(1)->name, "site");
  EXPECT_EQ(end->FindSource("other"), nullptr);
  EXPECT_EQ(end->last_positions.at(1), 6u);
  EXPECT_EQ(FormatInstant(*end->watermark), "2025-12-02T00:00:00Z");
  EXPECT_EQ(visited, 8u);  // opening, registration, five states, watermark
  EXPECT_EQ(StreamText(*feed), "feed/web");

  const auto system = FindStream(*ledger, {StreamKind::kSystem, "system"});
  ASSERT_TRUE(system.ok());
  const ActEnd acts = EndOfActs(*ledger, *system);
  EXPECT_EQ(acts.stream, Rename<StreamId>(ledger->id()));
  ASSERT_TRUE(acts.seen.has_value());
  EXPECT_EQ(acts.seen->leaf, system->newest_leaf);
  EXPECT_EQ(FaultOf(FindStream(*ledger, {StreamKind::kFeed, "no"}).status()).code, "not-found");
}

}  // namespace
}  // namespace tally::tools
