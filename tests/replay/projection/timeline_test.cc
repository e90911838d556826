// Goal: a meter gets exactly the observations that prevail for its question, in order, wherever the
// evidence lies and whichever axis is asked for.
// Method: small evidence against a naive reading (all observations sorted, the last of each instant
// prevails), over every window of a grid; then the axes one by one.
#include "replay/projection/timeline.h"

#include <gtest/gtest.h>

#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

constexpr int64_t kHour = 3600;

Instant Hour(int64_t hour) { return On("2026-03-01T00:00:00Z") + Seconds(hour * kHour); }

Window Between(int64_t first, int64_t limit) {
  Window window;
  window.interval = {Hour(first), Hour(limit)};
  return window;
}

class TimelineTest : public ::testing::Test {
 protected:
  TimelineTest() {
    evidence_.feed = "probes";
    evidence_.source = "web";
  }
  Report& Add(int64_t hour, State state, uint64_t index) {
    Report report;
    report.observation = {.from = Hour(hour),
                          .until = Hour(hour),
                          .state = state,
                          .code = std::nullopt,
                          .took = std::nullopt,
                          .cause = {index, 0}};
    report.provenance = {.address = {index, 0},
                         .reported = Hour(hour),
                         .recorded = Hour(hour),
                         .digest = ledger::Sha256Of({AsBytes(std::to_string(index))})};
    evidence_.reports.push_back(report);
    return evidence_.reports.back();
  }
  void AddRun(int64_t hour, const std::vector<State>& states, uint64_t index) {
    tally::Run run;
    run.step = Hours(1);
    run.sources = {{1, 0, static_cast<uint32_t>(states.size()), Hour(hour)}};
    run.states.assign((states.size() + 3) / 4, 0);
    for (size_t i = 0; i < states.size(); ++i) {
      int code = static_cast<int>(states[i]) - 1;
      run.states[i / 4] = static_cast<uint8_t>(run.states[i / 4] | (code << (2 * (i % 4))));
    }
    auto stored = std::make_shared<StoredRun>();
    stored->body = Encode(run);
    stored->view = *RunView::Open(stored->body);
    stored->provenance.address = {index, 0};
    evidence_.runs.push_back({.run = stored,
                              .source_index = 0,
                              .first = Hour(hour),
                              .last = Hour(hour + static_cast<int64_t>(states.size()) - 1)});
  }
  Measured Meter(const Window& window, const EvidenceScope& scope = {}) {
    std::sort(evidence_.reports.begin(), evidence_.reports.end(),
              [](const Report& a, const Report& b) {
                return std::tie(a.observation.from, a.provenance.address) <
                       std::tie(b.observation.from, b.provenance.address);
              });
    Timeline timeline;
    timeline.Add(evidence_);
    timeline.Seal();
    AvailabilityMeter meter(SmallObjective(SomeZone()).measure, window, {},
                            {.watermark = Hour(48), .instant = Hour(100)});
    use_ = {};
    absl::Status fed = timeline.Feed(scope, window.interval, meter, use_);
    EXPECT_TRUE(fed.ok()) << fed;
    use_.Sort();
    return meter.Finish();
  }
  std::vector<uint64_t> Used() {
    std::vector<uint64_t> indexes;
    for (const EvidenceUse::Event& event : use_.used["probes"]) {
      indexes.push_back(event.address.index);
    }
    return indexes;
  }

  SourceEvidence evidence_;
  EvidenceUse use_;
};

TEST_F(TimelineTest, EveryWindowOfAGridAgreesWithTheNaiveReading) {
  const State states[] = {State::kUp, State::kDown, State::kUp, State::kDown, State::kDegraded};
  uint64_t index = 100;
  std::map<int64_t, State> prevails;  // by hour
  for (int64_t i = 0; i < 40; ++i) {
    int64_t hour = (i * 17) % 46;  // out of order, some twice
    State state = states[i % 5];
    Add(hour, state, index++);
    prevails[hour] = state;
  }
  for (int64_t first = 0; first < 46; ++first) {
    for (int64_t limit = first + 1; limit <= 46; ++limit) {
      int64_t down = 0;
      for (int64_t hour = first; hour < limit; ++hour) {
        auto after = prevails.upper_bound(hour);
        if (after != prevails.begin() && std::prev(after)->second == State::kDown) ++down;
      }
      EXPECT_EQ(Meter(Between(first, limit)).counted, Hours(down)) << first << " " << limit;
    }
  }
}

TEST_F(TimelineTest, RunsAndReportsInterleave) {
  AddRun(0, {State::kUp, State::kUp, State::kDown, State::kDown, State::kUp, State::kUp}, 10);
  Add(3, State::kUp, 11);  // a later version of the row at hour 3
  AddRun(6, {State::kDown, State::kUp}, 12);
  EXPECT_EQ(Meter(Between(0, 8)).counted, Hours(2));
  EXPECT_EQ(Used(), (std::vector<uint64_t>{10, 11, 12}));
  EXPECT_EQ(Meter(Between(6, 8)).counted, Hours(1));
}

TEST_F(TimelineTest, RanksDecideBeforeAddressesBetweenFeeds) {
  Add(1, State::kDown, 10);
  SourceEvidence better;
  better.feed = "second";
  better.source = "web";
  better.reports = {evidence_.reports[0]};
  better.reports[0].observation.state = State::kUp;
  better.reports[0].provenance.address = {5, 0};  // recorded earlier, ranked higher
  Timeline timeline;
  timeline.Add(evidence_);
  timeline.Add(better);
  timeline.Seal();
  Window window = Between(0, 4);
  AvailabilityMeter meter(SmallObjective(SomeZone()).measure, window, {},
                          {.watermark = Hour(48), .instant = Hour(100)});
  EvidenceUse use;
  ASSERT_TRUE(timeline.Feed({}, window.interval, meter, use).ok());
  EXPECT_EQ(meter.Finish().counted, Duration{0});
  EXPECT_EQ(use.used.size(), 2u);
}

TEST_F(TimelineTest, AsReportedLeavesOutWhatCameLater) {
  Add(1, State::kDown, 10);
  Add(3, State::kUp, 11);
  Add(1, State::kUp, 12).provenance.reported = Hour(20);  // a correction, reported later
  EXPECT_EQ(Meter(Between(0, 6)).counted, Duration{0});
  EvidenceScope scope;
  scope.reported_by = Hour(20) - Duration{1};
  EXPECT_EQ(Meter(Between(0, 6), scope).counted, Hours(2));
  scope.reported_by = Hour(20);
  EXPECT_EQ(Meter(Between(0, 6), scope).counted, Duration{0});
}

// T-51: late evidence is left out and said; imported history counts at its author's time and is
// said.
TEST_F(TimelineTest, T51LateEvidenceByTheInstantAndBySize) {
  Add(1, State::kUp, 10);
  Report& late = Add(2, State::kDown, 11);
  EvidenceScope scope;
  scope.cutoff = Hour(30);
  late.provenance.recorded = Hour(30) - Duration{1};
  EXPECT_EQ(Meter(Between(0, 6), scope).counted, Hours(4)) << "the last instant is in time";
  evidence_.reports[1].provenance.recorded = Hour(30);
  EXPECT_EQ(Meter(Between(0, 6), scope).counted, Duration{0}) << "its feed was open: no history";
  use_ = {};
  evidence_.reports[1].provenance.history = true;
  EXPECT_EQ(Meter(Between(0, 6), scope).counted, Hours(4));
  EXPECT_EQ(use_.as_claimed, 1u) << "reported in time by its author, recorded late";
  evidence_.reports[1].provenance.reported = Hour(30);
  EXPECT_EQ(Meter(Between(0, 6), scope).counted, Duration{0});
  EXPECT_EQ(use_.late, 1u);
  EXPECT_EQ(use_.first_late, (ledger::EventAddress{11, 0}));
  scope.late_counts = true;
  EXPECT_EQ(Meter(Between(0, 6), scope).counted, Hours(4));
  scope = {};
  scope.size = 11;
  EXPECT_EQ(Meter(Between(0, 6), scope).counted, Duration{0}) << "closed before record 11";
  EXPECT_EQ(use_.late, 1u);
}

TEST_F(TimelineTest, OnlyTheStateCarriedInIsUsedFromBefore) {
  Add(1, State::kDown, 10);
  Add(2, State::kUp, 11);
  Add(3, State::kDown, 12);
  Add(8, State::kUp, 13);
  EXPECT_EQ(Meter(Between(5, 10)).counted, Hours(3));
  EXPECT_EQ(Used(), (std::vector<uint64_t>{12, 13}));
}

TEST_F(TimelineTest, ErasedEvidenceMattersWhereItPrevails) {
  Add(1, State::kUnknown, 10).erased = true;
  Add(4, State::kUp, 11);
  Meter(Between(0, 6));
  EXPECT_EQ(use_.erased, (ledger::EventAddress{10, 0}));
  Meter(Between(2, 6));
  EXPECT_EQ(use_.erased, (ledger::EventAddress{10, 0})) << "carried in";
  Meter(Between(4, 6));
  EXPECT_FALSE(use_.erased.has_value()) << "the window begins with another state";
  Add(1, State::kUp, 12);
  Meter(Between(0, 6));
  EXPECT_FALSE(use_.erased.has_value()) << "superseded";
}

TEST_F(TimelineTest, AWithdrawalTakesBackWhatBeganWithIt) {
  Add(0, State::kUp, 9);
  Add(1, State::kDown, 10);
  Add(1, State::kDown, 11);
  Add(1, State::kUnknown, 12).withdraws = true;
  Add(4, State::kUp, 8);
  EXPECT_EQ(Meter(Between(0, 6)).counted, Duration{0});
  EXPECT_EQ(Meter(Between(2, 6)).counted, Duration{0}) << "nor is it carried in";
  EvidenceScope before;
  before.size = 12;
  EXPECT_EQ(Meter(Between(0, 6), before).counted, Hours(3));
  EXPECT_EQ(Meter(Between(2, 6), before).counted, Hours(2));
}

// A report beyond the watermark holds to the next one, also where the window ends before that: what
// is known of an hour hangs on no window.
TEST_F(TimelineTest, OnlyALastReportEndsWithTheWatermark) {
  Add(50, State::kDown, 10);
  Add(60, State::kUp, 11);
  Add(70, State::kDown, 12);
  EXPECT_EQ(Meter(Between(45, 65)).counted, Hours(10));
  EXPECT_EQ(Used(), (std::vector<uint64_t>{10, 11, 12}));
  EXPECT_EQ(Meter(Between(45, 55)).counted, Hours(5));
  EXPECT_EQ(Used(), (std::vector<uint64_t>{10, 11})) << "that it held on is what 11 says";
  EXPECT_EQ(Meter(Between(45, 80)).counted, Hours(10)) << "nobody says how long 12 held";
  EXPECT_EQ(Meter(Between(40, 48)).counted, Duration{});
  EXPECT_EQ(Used(), std::vector<uint64_t>{}) << "the watermark says as much";
}

}  // namespace
}  // namespace tally::replay
