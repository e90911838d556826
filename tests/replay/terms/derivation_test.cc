// Goal: an explanation names every step that decided, with the numbers that decided, and no other.
// Method: the lines of three windows in full.
#include "replay/terms/derivation.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

std::vector<std::string> Lines(const WindowFigures& figures) {
  std::vector<std::string> lines;
  for (const DerivationStep& step : figures.derivation) {
    lines.push_back(absl::StrCat(step.step, ": ", step.formula, " => ", step.result));
  }
  return lines;
}

WindowFigures April(const Objective& objective, const Knowledge& knowledge) {
  Window window = WindowHolding(objective, Zone::Utc(), At("2026-04-01T00:00:00Z"));
  return Evaluate(objective, MonthlyFee("1234.56 USD"), Zone::Utc(), window,
                  UpExcept(At("2026-04-01T00:00:00Z"),
                           {Between("2026-04-02T00:00:00Z", "2026-04-02T00:05:00Z")}),
                  knowledge);
}

TEST(Derivation, FromDownTimeToTheLastCent) {
  Objective objective = TieredObjective();
  objective.measure.resolution = Minutes(1);
  objective.credit->window_cap = Amount("100.00 USD");
  objective.credit->minimum = Amount("1.00 USD");
  EXPECT_EQ(
      Lines(April(objective, {Instant::Max(), Instant::Max()})),
      (std::vector<std::string>{
          "period: 2026-04-01T00:00:00Z to 2026-05-01T00:00:00Z, zone UTC => 43200 min",
          "down: time that counts against the value => 5 min",
          "value: 1 - 5 / 43200, over the whole window => 8639/8640 = 99.988426 %",
          "target: at least 99.99 % => breached",
          "tier: tier 1, from 99 % to below 99.99 % => 10 %",
          "base: fee service, 1234.56 USD x 1 => 1234.56 USD",
          "credit: 1234.56 USD x 10 % = about 123.46 USD (61728/5 minor units), rounded once half "
          "away from zero => 123.46 USD",
          "cap: at most 100.00 USD a window => 100.00 USD",
          "minimum: paid only if more than 1.00 USD => 100.00 USD"}));
}

TEST(Derivation, AnOpenWindowSaysWhatItAssumes) {
  std::vector<std::string> lines =
      Lines(April(PlainObjective("99.9"), {Instant::Max(), At("2026-04-11T00:00:00Z")}));
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[1],
            "remaining: known at 2026-04-11T00:00:00Z; the rest of the window counts as available "
            "=> 1728000000 ms");
  EXPECT_EQ(lines[4], "target: at least 99.9 % => met");
}

TEST(Derivation, EveryChoiceThatMadeADifferenceIsNamed) {
  Objective objective = PlainObjective("99.9");
  objective.clause = Clause{"4.2", "Availability", {}};
  objective.exclusions = {
      {"1", "planned maintenance", Between("2026-04-10T00:00:00Z", "2026-04-10T01:00:00Z")}};
  objective.measure.minimum_outage = MinimumOutage{Minutes(1), 3, RunAtEdge::kCutBeforeTest,
                                                   ExcludedInRun::kBreaksRun, Alignment::kSliding};
  objective.measure.snap = Snap::kFloor;
  objective.measure.snap_scope = SnapScope::kEachOutage;
  objective.measure.resolution = Minutes(1);
  WindowFigures figures = April(objective, {At("2026-04-30T23:00:00Z"), Instant::Max()});
  std::vector<std::string> lines = Lines(figures);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[1], "excluded: the union of the exclusions inside the window => 60 min");
  EXPECT_EQ(lines[2], "unknown: no knowledge; counts as up => 60 min");
  EXPECT_EQ(lines[3],
            "down: time that counts against the value, in outages of at least 3 x 1 min, "
            "each outage down to whole 1 min => 5 min");
  EXPECT_TRUE(figures.derivation[3].shows_causes);
  for (const DerivationStep& step : figures.derivation) EXPECT_EQ(step.clause, "4.2");
}

}  // namespace
}  // namespace tally::replay
