// Goal: the event named is the first with which two replays differ, found without looking at all of
// them where there are many; where only time passed, the clock is named.
// Method: small ledgers; the search beside a naive one that asks for each size in turn.
#include "replay/parting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "replay/compare.h"
#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

Parting PartingOf(const SmallCase& test, const CompareRequest& request) {
  absl::StatusOr<Comparison> comparison = Compare(test.ledger(), request);
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  TALLY_CHECK(comparison.ok() && comparison->parting.has_value());
  return *comparison->parting;
}

// The least size at which the figures of March are not equal, by two replays at each.
uint64_t NaiveSize(const SmallCase& test, CompareRequest request) {
  for (uint64_t size = 1; size <= test.ledger().head().size; ++size) {
    request.left.axes.at_size = request.right.axes.at_size = size;
    auto left = replay::Replay(test.ledger(), request.left);
    auto right = replay::Replay(test.ledger(), request.right);
    auto value = [](const absl::StatusOr<Result>& result) {
      return result.ok() && !result->windows.empty() ? FigureLine(result->windows[0])
                                                     : std::string();
    };
    if (value(left) != value(right)) return size;
  }
  return 0;
}

// `records` reports, an hour each, every seventh down; the reading takes the 20th of March out.
struct Many {
  SmallCase test;
  CompareRequest request;
  explicit Many(int records) {
    test.Agree(test.terms);
    test.Wait("2026-04-01T00:30:00Z");
    for (int i = 0; i < records; ++i) {
      test.feed.Report(1, i % 7 == 6 ? State::kDown : State::kUp,
                       On("2026-03-17T00:00:00Z") + Hours(i));
      test.test.Append(test.feed.Sign());
      if (i == 0) test.Publish("2026-04-01T00:00:00Z");
    }
    request.left = request.right = test.Request("2026-03");
    Terms reading = test.terms;
    reading.objectives[0].exclusions = {
        {"maintenance", "planned", During("2026-03-18T00:00:00Z", "2026-03-19T00:00:00Z")}};
    request.right.terms = reading;
    request.right.reading = "reading";
  }
};

TEST(Parting, EachRecordIsLookedAtWhereThereAreFew) {
  Many many(40);
  Parting parting = PartingOf(many.test, many.request);
  EXPECT_EQ(parting.search, PartingSearch::kEveryRecord);
  EXPECT_EQ(parting.at.index + 1, NaiveSize(many.test, many.request));
}

TEST(Parting, HalvingFindsACrossingAndEveryRecordTheFirst) {
  Many many(75);
  Parting halved = PartingOf(many.test, many.request);
  EXPECT_EQ(halved.search, PartingSearch::kHalving);
  EXPECT_GT(halved.records, kEveryRecordMax);
  many.request.every_record = true;
  Parting first = PartingOf(many.test, many.request);
  EXPECT_EQ(first.search, PartingSearch::kEveryRecord);
  EXPECT_EQ(first.at.index + 1, NaiveSize(many.test, many.request));
  EXPECT_GE(halved.at, first.at);
  // At the one that halving names they differ, and just before it they do not.
  CompareRequest at = many.request;
  at.left.axes.at_size = at.right.axes.at_size = halved.at.index + 1;
  EXPECT_FALSE(Compare(many.test.ledger(), at)->equal);
}

TEST(Parting, WhereOnlyTimePassedTheClockIsNamed) {
  SmallCase test;
  test.Agree(test.terms);
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");
  test.Wait("2026-04-06T00:00:00Z");
  test.Project();
  test.File({MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
  // Nobody answers within ten days: silence accepts, and no record says so.
  CompareRequest request{test.Request("2026-03"), test.Request("2026-03")};
  request.left.axes.as_recorded = On("2026-04-08T00:00:00Z");
  request.right.axes.as_recorded = On("2026-04-20T00:00:00Z");
  Parting parting = PartingOf(test, request);
  EXPECT_EQ(parting.kind, PartingKind::kClock);
  EXPECT_EQ(parting.until, On("2026-04-20T00:00:00Z"));
  EXPECT_LE(parting.after, On("2026-04-08T00:00:00Z"));
}

// A claim moves balances and is withdrawn, a ruling changes the figure: each kind of difference has
// its own event, and balances that met again part for good at the ruling.
TEST(Parting, EachKindOfDifferenceHasItsOwnEvent) {
  SmallCase test;
  test.terms.rules = {RuleWith("authority", "decision authority",
                               {{"arbitrator", "monitor"},
                                {"deemed acceptance", "none"},
                                {"expert", "none"},
                                {"order", "arbitrator over expert over joint agreement"}})};
  test.Agree(test.terms);
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");
  test.Wait("2026-04-06T00:00:00Z");
  test.Project();
  const WindowName march = MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
  CompareRequest request{test.Request("2026-03"), test.Request("2026-03")};
  request.left.axes.at_size = test.ledger().head().size;
  const uint64_t filed = test.ledger().head().size;
  const Hash claim = test.File({march});
  absl::StatusOr<Comparison> one = Compare(test.ledger(), request);
  ASSERT_TRUE(one.ok()) << one.status();
  ASSERT_EQ(one->partings.size(), 1u) << "no figure differs";
  EXPECT_EQ(one->partings[0].of, "balances");
  EXPECT_THAT(one->parting->of, testing::ElementsAre("balances"));
  test.Act(test.shop, BodyKind::kClaimWithdrawn, *BodyFromJson(BodyKind::kClaimWithdrawn, "{}"),
           claim);
  const uint64_t ruled = test.ledger().head().size;
  test.Rule(test.watch, RuledValue(march, "1/2"));
  absl::StatusOr<Comparison> comparison = Compare(test.ledger(), request);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->parting->at.index, filed);
  EXPECT_THAT(comparison->parting->of, testing::ElementsAre("balances"));
  ASSERT_EQ(comparison->partings.size(), 2u);
  const PartingOfKind& figures = comparison->partings[0];
  EXPECT_EQ(figures.of, "figures");
  EXPECT_EQ(figures.first.at.index, ruled);
  EXPECT_EQ(figures.last.at, figures.first.at);
  EXPECT_THAT(figures.first.of, testing::ElementsAre("figures", "balances"));
  const PartingOfKind& balances = comparison->partings[1];
  EXPECT_EQ(balances.of, "balances");
  EXPECT_EQ(balances.first.at, comparison->parting->at);
  EXPECT_EQ(balances.last.at.index, ruled) << "they had met again";
}

// Strides that double come to a crossing, too: before it they agree, and with it they differ.
TEST(Parting, TheLastCrossingIsOneHoweverItIsLookedFor) {
  for (const bool every : {true, false}) {
    Many many(75);
    many.request.every_record = every;
    absl::StatusOr<Comparison> comparison = Compare(many.test.ledger(), many.request);
    ASSERT_TRUE(comparison.ok());
    for (const PartingOfKind& kind : comparison->partings) {
      EXPECT_LE(kind.first.at, kind.last.at) << kind.of;
      CompareRequest at = many.request;
      at.left.axes.at_size = at.right.axes.at_size = kind.last.at.index + 1;
      EXPECT_FALSE(Compare(many.test.ledger(), at)->equal) << kind.of;
    }
  }
}

// History that was imported before the terms were agreed: the log parts them at the acceptance,
// the evidence at the report that they read otherwise.
TEST(Parting, EvidenceIsSearchedOnItsOwn) {
  SmallCase test;
  test.Open(test.terms);
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");
  uint64_t evidence = test.ledger().head().size - 1;
  test.Agree(test.terms);
  CompareRequest request{test.Request("2026-03"), test.Request("2026-03")};
  Terms reading = test.terms;
  reading.objectives[0].exclusions = {
      {"maintenance", "planned", During("2026-03-10T00:00:00Z", "2026-03-10T12:00:00Z")}};
  request.right.terms = reading;
  request.right.reading = "reading";
  absl::StatusOr<Comparison> comparison = Compare(test.ledger(), request);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(FindKind(comparison->parting->event)->stream, StreamKind::kAgreement);
  ASSERT_TRUE(comparison->evidence.has_value());
  EXPECT_EQ(comparison->evidence->at.ToText(), absl::StrCat(evidence, "/1"));
}

}  // namespace
}  // namespace tally::replay
