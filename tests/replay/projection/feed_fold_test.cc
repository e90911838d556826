// Goal: a feed's stream becomes the evidence of the sources that terms name, in order of
// observation, with every version, the watermark of each size, and one finding for each sort of odd
// event. Method: facts in memory, out of order on purpose; probe results and states side by side.
#include "replay/projection/feed_fold.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

class FeedFoldTest : public ::testing::Test {
 protected:
  FeedFoldTest() {
    Register(1, "web", "ms", 0);
    Register(2, "mail", "", 0);
  }
  void Register(uint32_t number, std::string name, std::string unit, uint8_t scale) {
    SourceRegistered body;
    body.source = number;
    body.name = std::move(name);
    body.unit = std::move(unit);
    body.scale = scale;
    Apply(BodyKind::kSourceRegistered, Encode(body), {});
  }
  void See(uint32_t source, absl::string_view at, State state, FactOptions options = {}) {
    StateReported body;
    body.state = state;
    body.code = 200;
    body.value = 250;
    options.source = source;
    options.observed = On(at);
    if (options.reported == Instant{}) options.reported = On(at) + Seconds(5);
    Apply(BodyKind::kStateReported, Encode(body), options);
  }
  void Apply(BodyKind kind, Bytes body, const FactOptions& options) {
    Fact fact = maker_.Make(kind, Stream("watch"), std::move(body), options);
    absl::Status applied = fold_.Apply(fact);
    EXPECT_TRUE(applied.ok()) << applied;
  }
  std::vector<std::string> Kinds() const {
    std::vector<std::string> kinds;
    for (const Finding& finding : fold_.findings()) kinds.push_back(finding.kind);
    return kinds;
  }

  FactMaker maker_;
  FeedFold fold_{"probes", WantedSources{{"web"}, {}}};
};

TEST_F(FeedFoldTest, ReportsAreOrderedByObservationAndThenByAddress) {
  See(1, "2026-03-02T00:00:00Z", State::kDown);
  See(1, "2026-03-01T00:00:00Z", State::kUp);
  See(1, "2026-03-02T00:00:00Z", State::kUp);    // a later version
  See(2, "2026-03-01T12:00:00Z", State::kDown);  // no terms name it
  ASSERT_TRUE(fold_.Seal().ok());
  const SourceEvidence* web = fold_.Find("web");
  ASSERT_NE(web, nullptr);
  ASSERT_EQ(web->reports.size(), 3u);
  EXPECT_EQ(web->reports[0].observation.from, On("2026-03-01T00:00:00Z"));
  EXPECT_EQ(web->reports[1].observation.state, State::kDown);
  EXPECT_EQ(web->reports[2].observation.state, State::kUp);
  EXPECT_LT(web->reports[1].provenance.address, web->reports[2].provenance.address);
  EXPECT_EQ(web->reports[0].observation.took, Milliseconds(250));
  EXPECT_EQ(fold_.Find("mail"), nullptr);
  EXPECT_TRUE(Kinds().empty());
}

TEST_F(FeedFoldTest, ACopyGoesOnByItself) {
  See(1, "2026-03-01T00:00:00Z", State::kUp);
  See(1, "2026-03-03T00:00:00Z", State::kDown);
  Apply(BodyKind::kWatermark, Encode(Watermark{On("2026-03-03T00:00:00Z")}), {});
  const std::unique_ptr<FeedFold> copy = fold_.Copy();
  ASSERT_TRUE(copy->Seal().ok());
  See(1, "2026-03-02T00:00:00Z", State::kUp);
  Apply(BodyKind::kWatermark, Encode(Watermark{On("2026-03-01T00:00:00Z")}), {});
  Apply(BodyKind::kWatermark, Encode(Watermark{On("2026-03-04T00:00:00Z")}), {});
  ASSERT_TRUE(fold_.Seal().ok());
  EXPECT_EQ(copy->Find("web")->reports.size(), 2u);
  EXPECT_EQ(copy->Watermark(UINT64_MAX), On("2026-03-03T00:00:00Z"));
  EXPECT_TRUE(copy->findings().empty());
  EXPECT_EQ(fold_.Find("web")->reports.size(), 3u);
  EXPECT_EQ(fold_.Watermark(UINT64_MAX), On("2026-03-04T00:00:00Z"));
  EXPECT_EQ(Kinds(), std::vector<std::string>{"watermark-back"});
}

TEST_F(FeedFoldTest, ProbeResultsBringTheirOwnTime) {
  ProbeResult body;
  body.state = State::kDown;
  body.code = 503;
  body.elapsed = Milliseconds(1200);
  body.target = "https://shop.example/";
  FactOptions options;
  options.source = 1;
  options.observed = On("2026-03-01T00:00:00Z");
  options.reported = options.observed;
  Apply(BodyKind::kProbeResult, Encode(body), options);
  ASSERT_TRUE(fold_.Seal().ok());
  const Report& report = fold_.Find("web")->reports.at(0);
  EXPECT_EQ(report.observation.state, State::kDown);
  EXPECT_EQ(report.observation.code, 503);
  EXPECT_EQ(report.observation.took, Milliseconds(1200));
}

TEST_F(FeedFoldTest, WatermarksAreThoseOfASizeAndNeverGoBack) {
  EXPECT_FALSE(fold_.Watermark(UINT64_MAX).has_value());
  uint64_t first = maker_.next_index();
  for (absl::string_view through :
       {"2026-03-05T00:00:00Z", "2026-03-09T00:00:00Z", "2026-03-07T00:00:00Z"}) {
    Apply(BodyKind::kWatermark, Encode(Watermark{On(through)}), {});
  }
  ASSERT_TRUE(fold_.Seal().ok());
  EXPECT_FALSE(fold_.Watermark(first).has_value());
  EXPECT_EQ(fold_.Watermark(first + 1), On("2026-03-05T00:00:00Z"));
  EXPECT_EQ(fold_.Watermark(UINT64_MAX), On("2026-03-09T00:00:00Z"));
  EXPECT_EQ(Kinds(), std::vector<std::string>{"watermark-back"});
}

// DOMAIN 3.17 rule 30: history is what its author reported before the feed was opened here.
TEST_F(FeedFoldTest, HistoryIsWhatWasReportedBeforeTheFeedWasOpened) {
  FeedFold fold("probes", WantedSources{{"web"}, {}});
  FactMaker maker;
  const Instant opened = On("2026-03-02T00:00:00Z");
  const auto apply = [&](BodyKind kind, Bytes body, const FactOptions& options) {
    ASSERT_TRUE(fold.Apply(maker.Make(kind, Stream("w"), std::move(body), options)).ok());
  };
  apply(BodyKind::kFeedOpened, Encode(FeedOpened{"probes", ""}), {.recorded = opened});
  SourceRegistered source;
  source.source = 1;
  source.name = "web";
  apply(BodyKind::kSourceRegistered, Encode(source), {.recorded = opened});
  StateReported body;
  body.state = State::kUp;
  for (const Instant reported : {opened - Duration{1}, opened}) {
    apply(BodyKind::kStateReported, Encode(body),
          {.recorded = opened + Days(40), .observed = reported, .reported = reported, .source = 1});
  }
  ASSERT_TRUE(fold.Seal().ok());
  const std::vector<Report>& reports = fold.Find("web")->reports;
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_TRUE(reports[0].provenance.history);
  EXPECT_FALSE(reports[1].provenance.history);
}

// A feed that was called complete has no more history to tell of that time.
TEST_F(FeedFoldTest, WhatWasCompleteHasNothingToAdd) {
  FeedHistory history;
  history.opened = On("2026-03-02T00:00:00Z");
  history.marks = {{{5, 2}, On("2026-02-10T00:00:00Z")}, {{9, 0}, On("2026-02-20T00:00:00Z")}};
  FactMaker maker;
  Fact fact =
      maker.Make(BodyKind::kStateReported, Stream("w"), Encode(StateReported{}),
                 {.observed = On("2026-02-10T00:00:00Z"), .reported = On("2026-02-10T00:00:00Z")});
  ledger::VerifiedEvent event = *fact.event;
  fact.event = &event;
  const auto holds = [&](uint64_t index, uint32_t offset, absl::string_view observed) {
    event.address = {index, offset};
    event.header.observed_from = On(observed);
    return history.Holds(fact);
  };
  EXPECT_TRUE(holds(5, 1, "2026-01-01T00:00:00Z")) << "before the first watermark";
  EXPECT_FALSE(holds(5, 3, "2026-02-09T23:59:59Z")) << "behind it, in the same record";
  EXPECT_TRUE(holds(6, 0, "2026-02-10T00:00:00Z"));
  EXPECT_TRUE(holds(8, 0, "2026-02-19T00:00:00Z"));
  EXPECT_FALSE(holds(10, 0, "2026-02-19T00:00:00Z"));
  event.header.reported_at = history.opened;
  EXPECT_FALSE(holds(5, 1, "2026-01-01T00:00:00Z"));
}

// T-50: an author's own times are never a reason to refuse; what is odd is counted and said once.
TEST_F(FeedFoldTest, T50OddTimesAreFlaggedAtTheirBoundary) {
  Instant recorded = On("2026-03-02T00:00:00Z");
  See(1, "2026-03-02T00:00:00Z", State::kUp, {.recorded = recorded});
  See(1, "2026-03-01T00:00:00Z", State::kUp,
      {.recorded = recorded, .reported = On("2026-02-28T23:59:59Z")});
  ASSERT_TRUE(fold_.Seal().ok());
  EXPECT_TRUE(Kinds().empty()) << "observed when recorded, and a second of slack between units";

  FeedFold odd("probes", WantedSources{{"web"}, {}});
  FactMaker maker;
  SourceRegistered source;
  source.source = 1;
  source.name = "web";
  ASSERT_TRUE(odd.Apply(maker.Make(BodyKind::kSourceRegistered, Stream("w"), Encode(source))).ok());
  StateReported body;
  body.state = State::kUp;
  Instant future = recorded + Duration{1};
  ASSERT_TRUE(odd.Apply(maker.Make(BodyKind::kStateReported, Stream("w"), Encode(body),
                                   {.recorded = recorded,
                                    .observed = future,
                                    .reported = future - Seconds(1) - Duration{1},
                                    .source = 1}))
                  .ok());
  ASSERT_TRUE(odd.Seal().ok());
  ASSERT_EQ(odd.findings().size(), 2u);
  EXPECT_EQ(odd.findings()[0].kind, "observed-after-recorded");
  EXPECT_EQ(odd.findings()[1].kind, "reported-before-observed");
  EXPECT_EQ(odd.Find("web")->reports.size(), 1u) << "flagged, and counted";
}

TEST_F(FeedFoldTest, ErasedAndUnauthorisedEvidence) {
  See(1, "2026-03-01T00:00:00Z", State::kUp, {.erased = true});
  See(1, "2026-03-01T01:00:00Z", State::kUp, {.verdict = ledger::KeyVerdict::kUnknown});
  ASSERT_TRUE(fold_.Seal().ok());
  ASSERT_EQ(fold_.Find("web")->reports.size(), 1u);
  EXPECT_TRUE(fold_.Find("web")->reports[0].erased);
  EXPECT_EQ(Kinds(), (std::vector<std::string>{"evidence-erased", "evidence-without-authority"}));
}

TEST_F(FeedFoldTest, ARunLeavesPartsOfWantedSourcesOnly) {
  tally::Run run;
  run.step = Minutes(1);
  run.sources = {{1, 0, 3, On("2026-03-01T00:00:00Z")}, {2, 0, 1, On("2026-03-01T00:00:00Z")}};
  run.states = {0x04};  // up, down, up; up
  FactOptions options;
  options.observed = On("2026-03-01T00:00:00Z");
  options.until = On("2026-03-01T00:03:00Z");
  options.reported = options.until;
  Apply(BodyKind::kMeasurementRun, Encode(run), options);
  ASSERT_TRUE(fold_.Seal().ok());
  ASSERT_EQ(fold_.Find("web")->runs.size(), 1u);
  const RunPart& part = fold_.Find("web")->runs[0];
  EXPECT_EQ(part.first, On("2026-03-01T00:00:00Z"));
  EXPECT_EQ(part.last, On("2026-03-01T00:02:00Z"));
  EXPECT_EQ(part.run->view.StateOf(1), State::kDown);
}

TEST_F(FeedFoldTest, BrokenBodiesAreDataLossWithTheirAddress) {
  StateReported body;
  body.state = State::kUp;
  Bytes broken = Encode(body);
  broken[0] ^= 0xff;
  FactOptions options;
  options.source = 1;
  Fact fact = maker_.Make(BodyKind::kStateReported, Stream("watch"), broken, options);
  absl::Status status = fold_.Apply(fact);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(status.message().find("event 12/0"), absl::string_view::npos) << status;
}

TEST(TookOf, UnitsOfTimeAreExactOrRoundedUp) {
  EXPECT_EQ(TookOf(250, "ms", 0), Milliseconds(250));
  EXPECT_EQ(TookOf(2500, "s", 3), Milliseconds(2500));
  EXPECT_EQ(TookOf(1, "ns", 0), Duration{1}) << "longer than zero";
  EXPECT_EQ(TookOf(1000, "ns", 0), Duration{1});
  EXPECT_EQ(TookOf(1001, "ns", 0), Duration{2});
  EXPECT_EQ(TookOf(-1500, "ns", 0), Duration{-1});
  EXPECT_EQ(TookOf(3, "min", 0), Minutes(3));
  EXPECT_FALSE(TookOf(1, "requests", 0).has_value());
  EXPECT_EQ(TookOf(std::numeric_limits<int64_t>::max(), "min", 0).value().micros,
            std::numeric_limits<int64_t>::max());
}

}  // namespace
}  // namespace tally::replay
