// Goal: slices tile a window on its own count or on the clock, before 1970 too, and are counted
// without being listed. Method: every start compared with a walk; sets of a year of seconds.
#include "replay/terms/slices.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

TEST(Slices, StartsAreCountedAsAWalkFindsThem) {
  for (bool on_clock : {false, true}) {
    for (int64_t length = 1; length <= 5; ++length) {
      const Interval window{{-7}, {9}};
      const SliceGrid grid({length}, on_clock, window);
      for (int64_t first = -12; first < 14; ++first) {
        for (int64_t limit = first; limit < 14; ++limit) {
          int64_t starts = 0;
          for (int64_t at = first; at < limit; ++at) {
            if (grid.StartOf(grid.IndexOf({at})) == Instant{at}) ++starts;
          }
          ASSERT_EQ(grid.StartsIn({{first}, {limit}}), starts);
        }
        const int64_t index = grid.IndexOf({first});
        ASSERT_LE(grid.StartOf(index).micros, first);
        ASSERT_LT(first, grid.StartOf(index).micros + length);
        const Instant origin = on_clock ? Instant{} : window.first;
        ASSERT_EQ((grid.StartOf(index) - origin).micros % length, 0);
      }
      // The last slice counted from the window's start ends with the window.
      const int64_t last = grid.IndexOf({8});
      EXPECT_EQ(grid.EndOf(last), on_clock ? grid.StartOf(last + 1) : Instant{9});
    }
  }
}

TEST(Slices, AYearOfSecondsIsCountedNotListed) {
  Population year("mean of interval error rates", {{"interval", "1 s"},
                                                   {"alignment", "window"},
                                                   {"empty interval", "no errors"},
                                                   {"excluded interval", "left out"},
                                                   {"minimum requests", "1"},
                                                   {"decimals", "0"},
                                                   {"invalid requests", "left out"},
                                                   {"retries", "left out"},
                                                   {"membership", "start"}});
  year.Within("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
  year.Excluding("2026-02-01T00:00:00Z", "2026-02-01T00:00:10.5Z");
  year.Add("2026-03-01T00:00:00.9Z", RequestCounts{.valid = 1, .good = 0});
  EXPECT_EQ(year.Count().population, 365 * 86'400 - 11);
  EXPECT_EQ(year.Count().failed, 1);
}

}  // namespace
}  // namespace tally::replay
