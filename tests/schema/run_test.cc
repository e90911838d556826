// Goal: a run has one spelling, and what the view reads in place is what was put in. Method:
// regular and irregular runs there and back against a plain reading of the columns; every rule
// broken once; every bit of a small run flipped, where what is still accepted must encode to the
// same bytes.
#include "schema/run.h"

#include <gtest/gtest.h>

#include <functional>

#include "schema/canonical.h"
#include "schema/event.h"

namespace tally {
namespace {

using Columns = Run;  // A test is a class with a Run of its own.

Columns Regular() {
  Columns run;
  run.step = Seconds(60);
  run.sources = {{1, 0, 3, {0}}, {7, 12, 2, {-60'000'000}}};
  run.states = {0b11'10'01'00, 0b01};
  run.values = {5, -6, 0, 1, 2};
  return run;
}

Columns Irregular() {
  Columns run;
  run.sources = {{2, 9, 2, {}}, {3, 0, 1, {}}};
  run.states = {0b00'01'10};
  run.from = {10, 10, 5};
  run.until = {10, 12, 6};
  return run;
}

absl::Status Opened(const Columns& run) { return RunView::Open(Encode(run)).status(); }

TEST(Run, RegularReadInPlace) {
  const Columns run = Regular();
  const Bytes body = Encode(run);
  EXPECT_EQ(*ReencodeBody(BodyKind::kMeasurementRun, body), body);
  const absl::StatusOr<RunView> view = RunView::Open(body);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->rows(), 5u);
  EXPECT_EQ(run.rows(), 5u);
  EXPECT_EQ(view->FirstRow(1), 3u);
  EXPECT_EQ(view->FromOf(0, 2).micros, 120'000'000);
  EXPECT_EQ(view->UntilOf(0, 2).micros, 180'000'000);
  EXPECT_EQ(view->FromOf(1, 0).micros, -60'000'000);
  EXPECT_EQ(view->UntilOf(1, 1).micros, 60'000'000);
  const State states[] = {State::kUp, State::kDown, State::kDegraded, State::kUnknown,
                          State::kDown};
  for (uint32_t row = 0; row < 5; ++row) {
    EXPECT_EQ(view->StateOf(row), states[row]) << row;
    EXPECT_EQ(run.StateOf(row), states[row]) << row;
    EXPECT_EQ(view->ValueOf(row), run.values[row]) << row;
  }
  // The columns lie in the body itself.
  EXPECT_GE(view->packed_states().data(), body.data());
  EXPECT_LT(view->packed_states().data(), body.data() + body.size());
  EXPECT_EQ(*DecodeRun(body), run);
}

TEST(Run, IrregularReadInPlace) {
  const Columns run = Irregular();
  const Bytes body = Encode(run);
  const absl::StatusOr<RunView> view = RunView::Open(body);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_FALSE(view->has_values());
  EXPECT_EQ(view->FromOf(0, 1).micros, 10);
  EXPECT_EQ(view->UntilOf(0, 1).micros, 12);
  EXPECT_EQ(view->FromOf(1, 0).micros, 5);
  EXPECT_EQ(view->StateOf(0), State::kDegraded);
  EXPECT_EQ(*DecodeRun(body), run);
}

TEST(Run, EveryRuleBrokenOnce) {
  const struct {
    const char* what;
    std::function<void(Columns&)> change;
    bool irregular;
  } cases[] = {
      {"no sources", [](Columns& r) { r.sources.clear(); }, false},
      {"source 0", [](Columns& r) { r.sources[0].source = 0; }, false},
      {"equal sources", [](Columns& r) { r.sources[1].source = 1; }, false},
      {"descending sources", [](Columns& r) { r.sources[0].source = 8; }, false},
      {"no rows", [](Columns& r) { r.sources[0].rows = 0; }, false},
      {"a row more", [](Columns& r) { r.sources[0].rows = 4; }, false},
      {"rows beyond 2^32", [](Columns& r) { r.sources[0].rows = 0xffff'ffff; }, false},
      {"previous beyond 2^63",
       [](Columns& r) { r.sources[0].previous_position = kPositionMax + 1; }, false},
      {"a state byte less", [](Columns& r) { r.states.pop_back(); }, false},
      {"a state byte more", [](Columns& r) { r.states.push_back(0); }, false},
      {"padding", [](Columns& r) { r.states[1] |= 4; }, false},
      {"a value less", [](Columns& r) { r.values.pop_back(); }, false},
      {"times beside a step", [](Columns& r) { r.from = r.until = r.values; }, false},
      {"a negative step", [](Columns& r) { r.step.micros = -1; }, false},
      {"a step beyond time", [](Columns& r) { r.step.micros = INT64_MAX; }, false},
      {"first beyond time", [](Columns& r) { r.sources[1].first = Instant::Max(); }, false},
      {"first before time", [](Columns& r) { r.sources[1].first = Instant::Min(); }, false},
      {"no step and no times", [](Columns& r) { r.step = {}; }, false},
      {"first beside times", [](Columns& r) { r.sources[0].first = {10}; }, true},
      {"a time less", [](Columns& r) { r.from.pop_back(); }, true},
      {"an end less", [](Columns& r) { r.until.pop_back(); }, true},
      {"not ordered in a source", [](Columns& r) { r.from[1] = 9; }, true},
      {"an end before its beginning", [](Columns& r) { r.until[2] = 4; }, true},
      {"an end beyond time", [](Columns& r) { r.until[2] = INT64_MAX; }, true},
      {"a beginning before time", [](Columns& r) { r.from[2] = INT64_MIN; }, true},
  };
  for (const auto& test : cases) {
    Columns run = test.irregular ? Irregular() : Regular();
    ASSERT_TRUE(Opened(run).ok());
    test.change(run);
    EXPECT_FALSE(Opened(run).ok()) << test.what;
    EXPECT_FALSE(DecodeRun(Encode(run)).ok()) << test.what;
  }
}

TEST(Run, LimitsOfRowsAndSources) {
  Columns run;
  run.step = {1};
  for (uint32_t i = 1; i <= kRunSourcesMax; ++i) run.sources.push_back({i, 0, 16, {0}});
  run.states.assign(kRunRowsMax / 4, 0);
  EXPECT_TRUE(Opened(run).ok());
  Columns rows = run;
  rows.sources[0].rows = 17;
  rows.states.push_back(0);
  EXPECT_FALSE(Opened(rows).ok());
  Columns sources = run;
  for (RunSource& source : sources.sources) source.rows = 1;
  sources.states.assign(kRunSourcesMax / 4, 0);
  EXPECT_TRUE(Opened(sources).ok());
  sources.sources.push_back({kRunSourcesMax + 1, 0, 1, {0}});
  sources.states.push_back(0);
  EXPECT_FALSE(Opened(sources).ok());
}

// T-65: the last instant of a regular run is exact at the edge of time.
TEST(Run, T65LastInstantAtTheEdge) {
  Columns run = Regular();
  run.sources[0].first = {kInstantLast.micros - 3 * run.step.micros};
  EXPECT_TRUE(Opened(run).ok());
  run.sources[0].first.micros += 1;
  EXPECT_FALSE(Opened(run).ok());
}

// T-70
TEST(Run, T70EveryFlippedBit) {
  for (const Columns& run : {Regular(), Irregular()}) {
    Bytes body = Encode(run);
    for (size_t bit = 0; bit < body.size() * 8; ++bit) {
      body[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      const absl::StatusOr<Columns> decoded = DecodeRun(body);
      if (decoded.ok()) {
        EXPECT_EQ(Encode(*decoded), body) << bit;
        EXPECT_NE(*decoded, run) << bit;
      }
      body[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    }
  }
}

}  // namespace
}  // namespace tally
