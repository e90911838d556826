// Goal: closed windows never change silently (T-51), history counts as claimed, rolling windows pay
// a breach once, carried results come from the last window that had data.
// Method: late evidence under each of the three choices of the terms; small rolling windows.
#include "replay/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/dispute/restatement.h"
#include "replay/project.h"
#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

using ::testing::ElementsAre;

void ReportMarchWithOutage(SmallCase& test) {
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");
}

TEST(Evaluation, T51LateEvidenceUnderEachChoice) {
  struct Row {
    LateEvidence choice;
    absl::string_view line;
    bool differs;
  };
  const Row rows[] = {
      {LateEvidence::kDisregarded, "2026-03-01T00:00:00Z final breached 30/31", false},
      {LateEvidence::kRestatementProposed, "2026-03-01T00:00:00Z final breached 30/31", false},
      {LateEvidence::kAlwaysRestated, "2026-03-01T00:00:00Z final breached 29/31", true}};
  for (const Row& row : rows) {
    SmallCase test;
    test.terms.disputes.late_evidence = row.choice;
    test.Agree(test.terms);
    ReportMarchWithOutage(test);
    test.Wait("2026-04-06T00:00:00Z");
    test.Project();
    // Reported in time, as its author claims; but the window is closed.
    test.feed.Report(1, State::kDown, On("2026-03-20T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-21T00:00:00Z"));
    test.Publish("2026-04-05T00:00:00Z");
    Result result = test.Replay("2026-03");
    EXPECT_THAT(Lines(result), ElementsAre(std::string(row.line)));
    ASSERT_TRUE(result.windows[0].closed.has_value());
    EXPECT_EQ(result.windows[0].closed->differs, row.differs);
    EXPECT_EQ(result.windows[0].closed->value, "30/31");
    EXPECT_EQ(Has(result, "evidence-late"), !row.differs);
    EXPECT_EQ(Has(result, "closed-differs"), row.differs);
    EXPECT_FALSE(Has(result, "closing-not-reproduced"));
  }
}

// The monitor's outages of March, recorded in June, and one that its author found a month late.
Result MarchToldInJune(SmallCase& test, ledger::TestFeed& feed) {
  feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  feed.reported_at = On("2026-05-01T00:00:00Z");
  feed.Report(1, State::kDown, On("2026-03-20T00:00:00Z"));
  feed.Mark(On("2026-04-01T00:00:00Z"));
  test.test.Append(feed.Sign());
  return test.Replay("2026-03");
}

TEST(Evaluation, ImportedHistoryCountsAtTheTimeThatItsAuthorClaims) {
  SmallCase test;
  test.Wait("2026-06-01T00:00:00Z");
  ledger::TestFeed& archive = test.test.AddFeed("archive", test.watch);
  archive.Register(1, "web");
  test.terms.objectives[0].measure.sources = {{"archive", "web"}};
  test.bindings = {{"feed/archive", archive.id()}};
  test.Agree(test.terms);
  const Result result = MarchToldInJune(test, archive);
  EXPECT_THAT(Lines(result), ElementsAre("2026-03-01T00:00:00Z provisional breached 30/31"));
  EXPECT_TRUE(Has(result, "evidence-as-claimed"));
  EXPECT_TRUE(Has(result, "evidence-late")) << "what was reported after the cut-off";
}

// Whoever watches a feed that was open all the time could have recorded it then: what he says of
// the past afterwards is late, whatever time he gives it.
TEST(Evaluation, AFeedThatWasOpenTellsNoHistory) {
  SmallCase test;
  test.Agree(test.terms);
  test.Wait("2026-06-01T00:00:00Z");
  const Result result = MarchToldInJune(test, test.feed);
  EXPECT_THAT(Lines(result), ElementsAre("2026-03-01T00:00:00Z provisional met 1/1"));
  EXPECT_FALSE(Has(result, "evidence-as-claimed"));
  EXPECT_TRUE(Has(result, "evidence-late"));
}

TEST(Evaluation, AClosingThatDoesNotFollowFromWhatItCitesIsAnError) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarchWithOutage(test);
  test.Wait("2026-04-06T00:00:00Z");
  absl::StatusOr<ProjectionOutput> honest =
      Project(test.ledger(), "gold", test.ledger().head().size, test.test.clock().Now());
  ASSERT_TRUE(honest.ok());
  WindowClosed lie = honest->closings.at(0);
  lie.verdict = "met";
  lie.value = "1/1";
  lie.credit = Cash("0.00 USD");
  auto stream = test.ledger().FindStream(StreamKind::kAgreement, "gold");
  test.test.Append(
      test.test.SignServiceAct(stream->opening_index, BodyKind::kWindowClosed, Encode(lie)));
  Result result = test.Replay("2026-03");
  EXPECT_TRUE(Has(result, "closing-not-reproduced"));
  EXPECT_EQ(result.windows[0].credit->amount, Cash("300.00 USD")) << "what is computed stands";
}

// A closing over the log as it was before the outage was reported: what was timely counts.
TEST(Evaluation, AClosingThatLeavesTimelyEvidenceOutHasNoEffect) {
  SmallCase test;
  test.Agree(test.terms);
  const uint64_t before = test.ledger().head().size;
  ReportMarchWithOutage(test);
  test.Wait("2026-04-06T00:00:00Z");
  absl::StatusOr<ProjectionOutput> honest =
      Project(test.ledger(), "gold", test.ledger().head().size, test.test.clock().Now());
  ASSERT_TRUE(honest.ok());
  auto stream = test.ledger().FindStream(StreamKind::kAgreement, "gold");
  const auto close = [&](const WindowClosed& closing) {
    test.test.Append(
        test.test.SignServiceAct(stream->opening_index, BodyKind::kWindowClosed, Encode(closing)));
  };
  WindowClosed short_sighted = honest->closings.at(0);
  short_sighted.size = before;
  close(short_sighted);
  WindowClosed other_terms = honest->closings.at(0);
  other_terms.terms_hash.bytes[0] ^= 1;
  close(other_terms);
  Result result = test.Replay("2026-03");
  EXPECT_THAT(Lines(result), ElementsAre("2026-03-01T00:00:00Z provisional breached 30/31"));
  EXPECT_FALSE(result.windows[0].closed.has_value());
  EXPECT_TRUE(Has(result, "closing-incomplete"));
  // The next night closes what was not closed.
  EXPECT_EQ(test.Project().closings.size(), 1u);
  EXPECT_THAT(Lines(test.Replay("2026-03")),
              ElementsAre("2026-03-01T00:00:00Z final breached 30/31"));
}

TEST(Evaluation, AClosingThatStatesOtherFiguresIsNotReproduced) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarchWithOutage(test);
  test.Wait("2026-04-06T00:00:00Z");
  absl::StatusOr<ProjectionOutput> honest =
      Project(test.ledger(), "gold", test.ledger().head().size, test.test.clock().Now());
  ASSERT_TRUE(honest.ok());
  WindowClosed lie = honest->closings.at(0);
  lie.figures.bytes[0] ^= 1;
  auto stream = test.ledger().FindStream(StreamKind::kAgreement, "gold");
  test.test.Append(
      test.test.SignServiceAct(stream->opening_index, BodyKind::kWindowClosed, Encode(lie)));
  EXPECT_TRUE(Has(test.Replay("2026-03"), "closing-not-reproduced"));
}

Objective& Rolling(SmallCase& test) {
  Objective& objective = test.terms.objectives[0];
  objective.window.every = WindowEvery::kRollingDays;
  objective.window.clipped = ClippedWindow::kUnset;
  objective.window.days = 3;
  objective.window.step_days = 1;
  objective.window.length = RollingLength::kLocalDays;
  objective.window.short_first = ShortRolling::kNotMeasured;
  return objective;
}

TEST(Evaluation, RollingWindowsPayABreachOnce) {
  SmallCase test;
  Objective& objective = Rolling(test);
  objective.credit->fee = "service";
  test.Agree(test.terms);
  test.Wait("2026-03-08T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-03T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-03T12:00:00Z"));
  test.Publish("2026-03-08T00:00:00Z");
  Result all = test.Replay();
  std::vector<bool> pays;
  std::vector<bool> breached;
  for (const WindowResult& window : all.windows) {
    breached.push_back(window.verdict == Verdict::kBreached);
    pays.push_back(window.credit.has_value() && window.credit->amount.minor > 0);
  }
  ASSERT_GE(pays.size(), 5u);
  EXPECT_TRUE(breached[0] && breached[1] && breached[2]);
  EXPECT_TRUE(pays[0]);
  EXPECT_FALSE(pays[1] || pays[2]) << "paid for already";
  // A later window alone gives the same figure: those before it are evaluated with it.
  ReplayRequest request = test.Request("2026-03-04T23:00:00Z/2026-03-05T00:00:00Z");
  Result part = test.Replay(request);
  ASSERT_FALSE(part.windows.empty());
  for (const WindowResult& window : part.windows) {
    for (const WindowResult& whole : all.windows) {
      if (whole.window == window.window) {
        EXPECT_EQ(window.figures, whole.figures);
      }
    }
  }
}

TEST(Evaluation, AnEmptyWindowCarriesTheLastOneWithData) {
  SmallCase test;
  Objective& objective = test.terms.objectives[0];
  objective.empty = EmptyRule::kCarryLast;
  objective.measure.unknown = CountsAs::kRemoved;
  test.Agree(test.terms);
  ReportMarchWithOutage(test);
  ReplayRequest request = test.Request("2026-05");
  request.axes.as_recorded = On("2026-06-01T00:00:00Z");
  Result may = test.Replay(request);
  EXPECT_THAT(Lines(may), ElementsAre("2026-05-01T00:00:00Z provisional breached 30/31"));
  bool pays = may.windows[0].credit.has_value() && may.windows[0].credit->amount.minor > 0;
  EXPECT_FALSE(pays) << "a carried result pays nothing";
}

// What is projected for windows that are not over is what they will pay if nothing else happens:
// one breach is projected once.
TEST(Evaluation, OpenRollingWindowsAreProjectedToPayOnce) {
  SmallCase test;
  Rolling(test);
  test.Agree(test.terms);
  test.Wait("2026-03-03T18:00:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-03T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-03T12:00:00Z"));
  test.Publish("2026-03-03T17:00:00Z");
  Result all = test.Replay("2026-03-01T00:00:00Z/2026-03-04T00:00:00Z");
  ASSERT_EQ(all.windows.size(), 3u);
  int paying = 0;
  for (const WindowResult& window : all.windows) {
    EXPECT_EQ(window.status, WindowStatus::kOpen);
    EXPECT_EQ(window.verdict, Verdict::kBreached);
    paying += window.credit->amount.minor > 0 ? 1 : 0;
  }
  EXPECT_EQ(paying, 1);
}

// "The last window that had data" is the step before, though it overlaps this one, and a window
// that was not decided is none.
TEST(Evaluation, ARollingWindowCarriesFromTheStepBefore) {
  SmallCase test;
  Objective& objective = Rolling(test);
  objective.empty = EmptyRule::kCarryLast;
  objective.measure.unknown = CountsAs::kRemoved;
  objective.measure.holding = Holding::kProbe;
  objective.measure.quantum = Hours(1);
  test.Agree(test.terms);
  test.Wait("2026-03-12T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T12:00:00Z"))
      .Report(1, State::kDown, On("2026-03-05T12:00:00Z"));
  test.Publish("2026-03-12T00:00:00Z");
  Result later = test.Replay("2026-03-08T12:00:00Z/2026-03-08T13:00:00Z");
  ASSERT_FALSE(later.windows.empty());
  // The windows from the 6th on hold nothing; that of the 5th to the 8th was the last with data.
  EXPECT_THAT(Lines(later), ::testing::Each(::testing::HasSubstr("breached 0/1")));
}

// In text, JSON and HTML alike, findings say why a window has a verdict and no value.
TEST(Evaluation, AValueBeyondEveryLevelIsSaidInWords) {
  SmallCase test;
  Objective& objective = test.terms.objectives[0];
  objective.counted = Measure{"latency percentile",
                              {{"probes", "web"}},
                              Choices({{"failed samples", {"slower than any"}},
                                       {"from", {"samples"}},
                                       {"membership", {"start"}},
                                       {"method", {"nearest rank"}},
                                       {"minimum sample", {"0"}},
                                       {"percentile", {"100"}}})};
  objective.measure = {};
  objective.target = {Compare::kAtMost, Figure("0.3")};
  objective.credit.reset();
  test.Agree(test.terms);
  ReportMarchWithOutage(test);
  Result result = test.Replay("2026-03");
  EXPECT_THAT(Lines(result), ElementsAre("2026-03-01T00:00:00Z provisional breached -"));
  ASSERT_TRUE(Has(result, "value-beyond"));
  for (const Finding& finding : result.findings) {
    if (finding.kind != "value-beyond") continue;
    EXPECT_THAT(finding.message, ::testing::HasSubstr("slower than any limit: a failed sample"));
  }
}

// Leads of March, each to be decided within ten days: b's time is not over when March is closed.
void TellLead(SmallCase& test, absl::string_view at, absl::string_view lead,
              absl::string_view step) {
  const absl::StatusOr<Bytes> body =
      BodyFromJson(BodyKind::kLeadEvent,
                   absl::StrCat(R"({"lead":")", lead, R"(","step":")", step, R"(","units":1})"));
  TALLY_CHECK(body.ok());
  EventHeader header;
  header.kind = BodyKind::kLeadEvent;
  header.source = 1;
  header.observed_from = header.observed_until = On(at);
  test.feed.Add(header, *body);
}
void CloseMarchWithAnOpenLead(SmallCase& test, LateEvidence late) {
  Objective& objective = test.terms.objectives[0];
  objective.counted = Measure{"leads decided in time",
                              {{"probes", "web"}},
                              Choices({{"calendar", {"24x7"}},
                                       {"classes", {"none"}},
                                       {"decided by", {"probes"}},
                                       {"decision within", {"10 d"}},
                                       {"delivered by", {"probes"}},
                                       {"minimum sample", {"0"}},
                                       {"rejection without reason", {"a decision"}}})};
  objective.measure = {};
  PayWithoutClaims(test.terms);
  test.terms.disputes.evidence_cutoff_days = 2;
  test.terms.disputes.late_evidence = late;
  test.Agree(test.terms);
  test.Wait("2026-04-01T12:00:00Z");
  TellLead(test, "2026-03-10T00:00:00Z", "a", "delivered");
  TellLead(test, "2026-03-11T00:00:00Z", "a", "accepted");
  TellLead(test, "2026-03-31T00:00:00Z", "b", "delivered");
  test.Publish("2026-04-01T00:00:00Z");
  test.Wait("2026-04-04T00:00:00Z");
  test.Project();
}

Result MarchKnownInMay(const SmallCase& test) {
  ReplayRequest request = test.Request("2026-03");
  request.axes.as_recorded = On("2026-05-01T00:00:00Z");
  return test.Replay(request);
}

TEST(Evaluation, TheClockAloneChangesNothingInAClosedWindow) {
  SmallCase test;
  CloseMarchWithAnOpenLead(test, LateEvidence::kDisregarded);
  EXPECT_THAT(Lines(test.Replay("2026-03")), ElementsAre("2026-03-01T00:00:00Z final met 1/1"));
  const Result later = MarchKnownInMay(test);
  EXPECT_THAT(Lines(later), ElementsAre("2026-03-01T00:00:00Z conclusive met 1/1"));
  EXPECT_FALSE(later.windows[0].closed->differs);
  EXPECT_FALSE(Has(later, "closing-not-reproduced"));
  EXPECT_TRUE(later.postings.empty());
}

// What both sign is what was known when it was proposed; afterwards time stands still there.
TEST(Evaluation, ARestatedWindowIsMeasuredAtTheKnowledgeOfItsText) {
  SmallCase test;
  CloseMarchWithAnOpenLead(test, LateEvidence::kRestatementProposed);
  test.Wait("2026-04-08T00:00:00Z");
  TellLead(test, "2026-03-25T00:00:00Z", "c", "delivered");
  test.Publish("2026-04-08T00:00:00Z");
  const auto look =
      LookNightly(test.ledger(), "gold", test.ledger().head().size, test.test.clock().Now());
  ASSERT_TRUE(look.ok()) << look.status();
  ASSERT_EQ(look->stale.size(), 1u);
  const StaleWindow& stale = look->stale[0];
  const Hash proposal = test.Act(test.acme, BodyKind::kRestatementProposed,
                                 Encode(RestatementBody(stale.closed, stale.now, "one more")));
  test.Act(test.shop, BodyKind::kRestatementAccepted,
           Encode(RestatementAccepted{stale.now.figures, ""}), proposal);
  const Result later = MarchKnownInMay(test);
  EXPECT_THAT(Lines(later), ElementsAre("2026-03-01T00:00:00Z conclusive breached 2/3"));
  EXPECT_EQ(later.windows[0].figures, stale.now.figures);
  EXPECT_FALSE(Has(later, "restatement-without-effect"));
  EXPECT_FALSE(Has(later, "restatement-not-reproduced"));
}

}  // namespace
}  // namespace tally::replay
