// Goal: the whole path from signed events to a credit and its settlement, on real small ledgers,
// exact, and indifferent to everything that must not matter.
// Method: one scenario played forward and read at each stage; axes; prefixes against rebuilt
// ledgers; other agreements' events; one thread against several.
#include "replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "replay/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

using ::testing::ElementsAre;

WindowName MarchWindow() { return MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"); }

// Down for the 10th of March: 30 of 31 days.
void ReportOutageInMarch(SmallCase& test) {
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");
}

TEST(Replay, FromEventsToASettledCredit) {
  SmallCase test;
  test.Agree(test.terms);
  ReportOutageInMarch(test);
  Result provisional = test.Replay();
  EXPECT_THAT(Lines(provisional), ElementsAre("2026-03-01T00:00:00Z provisional breached 30/31"));
  ASSERT_TRUE(provisional.windows[0].credit.has_value());
  EXPECT_EQ(provisional.windows[0].credit->amount, Cash("300.00 USD"));
  EXPECT_EQ(provisional.windows[0].credit->tier_index, 2);
  EXPECT_TRUE(provisional.windows[0].credit->posted);
  EXPECT_EQ(BalanceOf(provisional, "accrued", "shop"), "300.00 USD");
  EXPECT_EQ(BalanceOf(provisional, "accrued", "acme"), "-300.00 USD");

  Hash claim = test.File({MarchWindow()});
  test.Answer(claim, ClaimAnswer::kAccepted);
  test.Wait("2026-04-06T00:00:00Z");
  EXPECT_EQ(test.Project().closings.size(), 1u);
  Result closed = test.Replay("2026-03");
  EXPECT_EQ(closed.windows[0].status, WindowStatus::kFinal);
  ASSERT_TRUE(closed.windows[0].closed.has_value());
  EXPECT_FALSE(closed.windows[0].closed->differs);
  EXPECT_EQ(closed.claims[0].state, "accepted");
  EXPECT_EQ(closed.claims[0].due, Cash("300.00 USD"));
  EXPECT_EQ(BalanceOf(closed, "approved", "shop"), "300.00 USD");

  Hash offer = test.Offer(claim, Cash("300.00 USD"));
  test.Confirm(offer, Cash("300.00 USD"));
  Result settled = test.Replay("2026-03");
  EXPECT_EQ(settled.windows[0].status, WindowStatus::kSettled);
  EXPECT_EQ(settled.claims[0].state, "settled");
  EXPECT_EQ(BalanceOf(settled, "settled", "shop"), "300.00 USD");
  EXPECT_EQ(settled.figures, closed.figures) << "acts of the dispute are not figures";
  EXPECT_NE(settled.digest, closed.digest);
  EXPECT_TRUE(settled.findings.empty()) << settled.findings[0].kind;
}

TEST(Replay, TheTermDecidesNotTheData) {
  SmallCase test;
  test.Agree(test.terms);
  Terms east = SmallTerms(test.Zone("Asia/Jakarta"));
  east.agreement = "silver";
  east.from = On("2026-02-28T17:00:00Z");
  test.Agree(east);
  test.Wait("2026-04-01T00:30:00Z");
  // Down over the end of March in UTC, which is April in Jakarta from 17:00Z on.
  test.feed.Report(1, State::kUp, On("2026-02-28T17:00:00Z"))
      .Report(1, State::kDown, On("2026-03-31T12:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");
  EXPECT_THAT(Lines(test.Replay("2026-03")),
              ElementsAre("2026-03-01T00:00:00Z provisional breached 61/62"));
  ReplayRequest request = test.Request("2026-03");
  request.agreement = "silver";
  Result jakarta = test.Replay(request);
  EXPECT_THAT(Lines(jakarta), ElementsAre("2026-02-28T17:00:00Z provisional breached 739/744"));
  EXPECT_EQ(jakarta.windows[0].zone, "Asia/Jakarta");
}

TEST(Replay, AsReportedCountsWhatWasReportedByThenAndLeavesTheWindowOpen) {
  SmallCase test;
  test.Agree(test.terms);
  ReportOutageInMarch(test);
  ReplayRequest request = test.Request("2026-03");
  request.axes.as_reported = On("2026-03-10T12:00:00Z");
  Result then = test.Replay(request);
  EXPECT_THAT(Lines(then), ElementsAre("2026-03-01T00:00:00Z open breached 61/62"));
  EXPECT_FALSE(then.windows[0].credit->posted);
  EXPECT_TRUE(then.balances.empty());
  EXPECT_EQ(then.windows[0].remaining,
            Length(During("2026-03-10T12:00:00Z", "2026-04-01T00:00:00Z")).micros / 1000);
  EXPECT_EQ(then.known.reported, On("2026-03-10T12:00:00Z"));
}

TEST(Replay, AxesNameOneSizeAndOneInstant) {
  SmallCase test;
  test.Agree(test.terms);
  ReportOutageInMarch(test);
  uint64_t before = test.ledger().head().size;
  test.Wait("2026-04-20T00:00:00Z");
  test.feed.Report(2, State::kUp, On("2026-04-02T00:00:00Z"));
  test.Publish("2026-04-02T00:00:00Z");
  ReplayRequest request = test.Request("2026-03");
  request.axes.at_size = before;
  Result at_size = test.Replay(request);
  EXPECT_EQ(at_size.known.size, before);
  EXPECT_EQ(at_size.known.instant, On("2026-04-01T00:30:00Z"));
  request.axes = {};
  request.axes.as_recorded = On("2026-04-10T00:00:00Z");
  Result as_recorded = test.Replay(request);
  EXPECT_EQ(as_recorded.known.size, before);
  EXPECT_EQ(as_recorded.known.instant, On("2026-04-10T00:00:00Z"));
  EXPECT_EQ(as_recorded.figures, at_size.figures);
  request.axes.at_size = before;
  EXPECT_EQ(replay::Replay(test.ledger(), request).status().code(),
            absl::StatusCode::kInvalidArgument);
  request.axes = {};
  request.axes.engine = "tally-engine/0";
  absl::Status unknown = replay::Replay(test.ledger(), request).status();
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(unknown.message().find(kEngineVersion), absl::string_view::npos);
  request.axes = {};
  request.axes.at_size = test.ledger().head().size + 1;
  EXPECT_EQ(replay::Replay(test.ledger(), request).status().code(), absl::StatusCode::kNotFound);
}

// Events behind a size change nothing at it: each prefix equals the ledger as it was then.
TEST(Replay, PrefixesAreWhatTheLedgerGaveThen) {
  SmallCase test;
  test.Agree(test.terms);
  ReportOutageInMarch(test);
  std::vector<std::pair<uint64_t, std::string>> seen;
  auto look = [&] {
    seen.emplace_back(test.ledger().head().size, CanonicalResult(test.Replay("2026-03")));
  };
  look();
  Hash claim = test.File({MarchWindow()});
  look();
  test.Wait("2026-04-06T00:00:00Z");
  test.Project();
  look();
  test.feed.Report(1, State::kDown, On("2026-03-20T00:00:00Z"));
  test.Publish("2026-04-05T00:00:00Z");
  look();
  Terms amended = test.terms;
  amended.objectives[0].target.percent = Figure("90");
  test.Amend(test.terms, amended, On("2026-03-02T00:00:00Z"), Reach::kRetroactive);
  look();
  test.Confirm(test.Offer(claim, Cash("1.00 USD")), Cash("1.00 USD"));
  look();
  for (const auto& [size, text] : seen) {
    ReplayRequest request = test.Request("2026-03");
    request.axes.at_size = size;
    EXPECT_EQ(CanonicalResult(test.Replay(request)), text) << size;
  }
}

// What other agreements and feeds say changes no byte at an equal size of what was said before, and
// no figure at all.
TEST(Replay, EventsOfOtherAgreementsChangeNothing) {
  std::string figures[2];
  for (bool noisy : {false, true}) {
    SmallCase test;
    test.Agree(test.terms);
    ReportOutageInMarch(test);
    Result quiet = test.Replay("2026-03");
    if (noisy) {
      Terms other = test.terms;
      other.agreement = "bronze";
      test.Agree(other);
      ledger::TestFeed& stray = test.test.AddFeed("stray", test.watch);
      stray.Register(1, "web").Report(1, State::kDown, On("2026-03-01T00:00:00Z"));
      stray.Mark(On("2026-04-01T00:00:00Z"));
      test.test.Append(stray.Sign());
      Result after = test.Replay("2026-03");
      EXPECT_EQ(after.figures, quiet.figures);
      after.known = quiet.known;
      EXPECT_EQ(CanonicalResult(after), CanonicalResult(quiet)) << "but for the axes";
    }
    figures[noisy ? 1 : 0] = CanonicalFigures(quiet.windows[0]);
  }
  EXPECT_EQ(figures[0], figures[1]);
}

TEST(Replay, OneThreadAndManyGiveTheSameBytes) {
  SmallCase test;
  Terms terms = test.terms;
  for (const char* id : {"latency", "mail", "uptime"}) {
    Objective objective = terms.objectives[0];
    objective.id = id;
    if (objective.id == "mail") objective.measure.sources = {{"probes", "mail"}};
    terms.objectives.push_back(objective);
  }
  test.Agree(terms);
  test.Wait("2026-08-01T00:30:00Z");
  for (int64_t hour = 0; hour < 24 * 150; hour += 7) {
    Instant at = On("2026-03-01T00:00:00Z") + Hours(hour);
    test.feed.Report(1, hour % 5 == 0 ? State::kDown : State::kUp, at);
    test.feed.Report(2, hour % 11 == 0 ? State::kDown : State::kUp, at);
  }
  test.Publish("2026-08-01T00:00:00Z");
  ReplayRequest request = test.Request();
  std::string alone = CanonicalResult(test.Replay(request));
  EXPECT_EQ(test.Replay(request).windows.size(), 20u);
  for (int threads : {2, 3, 8, 64}) {
    request.threads = threads;
    EXPECT_EQ(CanonicalResult(test.Replay(request)), alone) << threads;
  }
  request.threads = 0;
  EXPECT_EQ(replay::Replay(test.ledger(), request).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Replay, RunsAndSingleReportsOfOneThingGiveOneFigure) {
  SmallCase test;
  test.Agree(test.terms);
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Run({1, 2}, 24 * 9, On("2026-03-01T00:00:00Z"), Hours(1), State::kUp);
  test.feed.Run({1}, 24, On("2026-03-10T00:00:00Z"), Hours(1), State::kDown);
  test.feed.Report(1, State::kUp, On("2026-03-10T23:00:00Z"));  // corrects the last hour
  test.Publish("2026-04-01T00:00:00Z");
  EXPECT_THAT(Lines(test.Replay("2026-03")),
              ElementsAre("2026-03-01T00:00:00Z provisional breached 721/744"));
}

TEST(Replay, AnotherReadingAndEventsLeftOut) {
  SmallCase test;
  test.Agree(test.terms);
  ReportOutageInMarch(test);
  ReplayRequest request = test.Request("2026-03");
  Terms reading = test.terms;
  reading.objectives[0].exclusions = {
      {"maintenance", "planned", During("2026-03-10T00:00:00Z", "2026-03-10T12:00:00Z")}};
  request.terms = reading;
  request.reading = "as the provider reads it";
  Result provider = test.Replay(request);
  EXPECT_THAT(Lines(provider), ElementsAre("2026-03-01T00:00:00Z provisional breached 61/62"));
  EXPECT_EQ(provider.reading, "as the provider reads it");
  EXPECT_NE(provider.terms, test.Replay("2026-03").terms);

  request = test.Request("2026-03");
  Result agreed = test.Replay(request);
  ledger::EventAddress down = agreed.windows[0].evidence.at(0).first;
  down.offset += 1;
  request.without = {down};
  EXPECT_THAT(Lines(test.Replay(request)), ElementsAre("2026-03-01T00:00:00Z provisional met 1/1"));
}

TEST(Replay, CausesNameTheTermsAndEveryChangeOfState) {
  SmallCase test;
  test.Agree(test.terms);
  ReportOutageInMarch(test);
  Result result = test.Replay("2026-03");
  const WindowResult& window = result.windows[0];
  ASSERT_EQ(window.causes.size(), 5u) << "two acts and three reports";
  EXPECT_EQ(window.causes_left_out, 0u);
  ASSERT_EQ(window.evidence.size(), 1u);
  EXPECT_EQ(window.evidence[0].feed, "probes");
  EXPECT_EQ(window.evidence[0].first, window.causes[2]);
  EXPECT_EQ(window.evidence[0].last, window.causes[4]);
  ASSERT_EQ(window.segments.size(), 3u);
  EXPECT_EQ(window.segments[1].kind, SegmentKind::kDown);
  EXPECT_EQ(window.segments[1].cause, window.causes[3]);
  ASSERT_FALSE(window.derivation.empty());
  EXPECT_EQ(window.derivation[0].step, "terms");
  EXPECT_EQ(result.figures, DigestOfAllFigures(result));
  EXPECT_EQ(result.digest, DigestOfResult(result));
}

}  // namespace
}  // namespace tally::replay
