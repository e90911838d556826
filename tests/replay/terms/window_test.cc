// Goal: windows tile the term as its choices say, in any zone, and fees accrue by elapsed time.
// Method: tables of terms beside windows; for every cut of a term by days, windows are compared
// with the definition and must tile; civil periods against known instants.
#include "replay/terms/window.h"

#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

Instant Day(int64_t year, int64_t month, int64_t day) {
  return Zone::Utc().StartOfDay({year, month, day});
}
Fraction ShareOf(int64_t numerator, int64_t denominator) {
  return *Fraction::Of(numerator, denominator);
}
WindowRule Every(WindowEvery every, ClippedWindow clipped) {
  WindowRule rule;
  rule.every = every;
  rule.clipped = clipped;
  return rule;
}
WindowRule Monthly(ClippedWindow clipped) { return Every(WindowEvery::kCalendarMonth, clipped); }
WindowRule Rolling(uint32_t days, uint32_t step, RollingLength length, ShortRolling first) {
  WindowRule rule = Every(WindowEvery::kRollingDays, ClippedWindow::kUnset);
  rule.days = days;
  rule.step_days = step;
  rule.length = length;
  rule.short_first = first;
  return rule;
}
std::vector<Window> Windows(const WindowRule& rule, const Zone& zone, Interval term,
                            Interval range) {
  absl::StatusOr<std::vector<Window>> windows = WindowsOverlapping(rule, zone, term, range);
  EXPECT_TRUE(windows.ok()) << windows.status();
  return windows.ok() ? *windows : std::vector<Window>{};
}
std::string Text(const std::vector<Window>& windows) {
  std::string text;
  for (const Window& window : windows) {
    absl::StrAppend(&text, FormatInstant(window.interval.first).substr(0, 10), "/",
                    FormatInstant(window.interval.limit).substr(0, 10), " ");
  }
  return text;
}
constexpr Interval kAlways{Instant::Min(), Instant::Max()};

TEST(Window, CutWindowsAsTheTermsChoose) {
  Interval term{Day(2026, 1, 17), Day(2026, 4, 10)};
  Zone utc = Zone::Utc();
  EXPECT_EQ(Text(Windows(Monthly(ClippedWindow::kProrate), utc, term, kAlways)),
            "2026-01-17/2026-02-01 2026-02-01/2026-03-01 2026-03-01/2026-04-01 "
            "2026-04-01/2026-04-10 ");
  EXPECT_EQ(Text(Windows(Monthly(ClippedWindow::kNotMeasured), utc, term, kAlways)),
            "2026-02-01/2026-03-01 2026-03-01/2026-04-01 ");
  EXPECT_EQ(Text(Windows(Monthly(ClippedWindow::kMergeIntoNext), utc, term, kAlways)),
            "2026-01-17/2026-03-01 2026-03-01/2026-04-10 ");
}

TEST(Window, MergesOfShortTerms) {
  Zone utc = Zone::Utc();
  WindowRule rule = Monthly(ClippedWindow::kMergeIntoNext);
  EXPECT_EQ(Text(Windows(rule, utc, {Day(2026, 1, 5), Day(2026, 1, 20)}, kAlways)),
            "2026-01-05/2026-01-20 ");
  EXPECT_EQ(Text(Windows(rule, utc, {Day(2026, 1, 5), Day(2026, 2, 20)}, kAlways)),
            "2026-01-05/2026-02-20 ");
  EXPECT_EQ(Text(Windows(rule, utc, {Day(2026, 1, 5), Day(2026, 3, 20)}, kAlways)),
            "2026-01-05/2026-03-20 ");
  EXPECT_EQ(Text(Windows(rule, utc, {Day(2026, 1, 5), Day(2026, 4, 20)}, kAlways)),
            "2026-01-05/2026-03-01 2026-03-01/2026-04-20 ");
  EXPECT_EQ(Text(Windows(rule, utc, {Day(2026, 1, 1), Day(2026, 2, 1)}, kAlways)),
            "2026-01-01/2026-02-01 ");
  EXPECT_EQ(Text(Windows(rule, utc, {Day(2026, 1, 5), Day(2026, 2, 1)}, kAlways)),
            "2026-01-05/2026-02-01 ");
}

TEST(Window, BillingCyclesBeginOnTheirAnchorDay) {
  Zone utc = Zone::Utc();
  Interval term{Day(2027, 1, 31), Day(2027, 6, 15)};
  WindowRule rule = Every(WindowEvery::kBillingCycle, ClippedWindow::kProrate);
  rule.anchor_day = 31;
  rule.month_end = MonthEnd::kLastDay;
  EXPECT_EQ(Text(Windows(rule, utc, term, kAlways)),
            "2027-01-31/2027-02-28 2027-02-28/2027-03-31 2027-03-31/2027-04-30 "
            "2027-04-30/2027-05-31 2027-05-31/2027-06-15 ");
  rule.month_end = MonthEnd::kNextMonth;
  EXPECT_EQ(Text(Windows(rule, utc, term, kAlways)),
            "2027-01-31/2027-03-01 2027-03-01/2027-03-31 2027-03-31/2027-05-01 "
            "2027-05-01/2027-05-31 2027-05-31/2027-06-15 ");
  rule.anchor_day = 15;
  rule.clipped = ClippedWindow::kNotMeasured;
  EXPECT_EQ(Text(Windows(rule, utc, term, kAlways)),
            "2027-02-15/2027-03-15 2027-03-15/2027-04-15 2027-04-15/2027-05-15 "
            "2027-05-15/2027-06-15 ");
  rule.clipped = ClippedWindow::kProrate;
  std::vector<Window> windows = Windows(rule, utc, term, {term.first, Day(2027, 2, 1)});
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].share, ShareOf(15, 31));  // of 15 January to 15 February
  rule.anchor_day = 32;
  EXPECT_FALSE(WindowsOverlapping(rule, utc, term, kAlways).ok());
  rule.anchor_day = 29;
  rule.month_end = MonthEnd::kUnset;
  EXPECT_FALSE(WindowsOverlapping(rule, utc, term, kAlways).ok());
}

TEST(Window, ContractYearsBeginWhereTheTermBegan) {
  Zone utc = Zone::Utc();
  WindowRule rule = Every(WindowEvery::kContractYear, ClippedWindow::kProrate);
  EXPECT_EQ(Text(Windows(rule, utc, {Day(2026, 4, 17), Day(2028, 10, 1)}, kAlways)),
            "2026-04-17/2027-04-17 2027-04-17/2028-04-17 2028-04-17/2028-10-01 ");
  EXPECT_EQ(Text(Windows(rule, utc, {Day(2028, 2, 29), Day(2033, 1, 1)}, kAlways)),
            "2028-02-29/2029-03-01 2029-03-01/2030-03-01 2030-03-01/2031-03-01 "
            "2031-03-01/2032-02-29 2032-02-29/2033-01-01 ");
  // A term that begins at noon cuts half a day from its first year.
  Interval term{Day(2026, 4, 17) + Hours(12), Instant::Max()};
  std::vector<Window> windows = Windows(rule, utc, term, {term.first, Day(2026, 5, 1)});
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].interval, (Interval{term.first, Day(2027, 4, 17)}));
  EXPECT_EQ(windows[0].share, ShareOf(729, 730));
}

TEST(Window, FixedLengthsFollowEachOther) {
  Zone utc = Zone::Utc();
  WindowRule rule = Every(WindowEvery::kFixedLength, ClippedWindow::kProrate);
  rule.fixed = Days(30);
  Interval term{Day(2026, 1, 17), Day(2026, 4, 10)};
  EXPECT_EQ(Text(Windows(rule, utc, term, kAlways)),
            "2026-01-17/2026-02-16 2026-02-16/2026-03-18 2026-03-18/2026-04-10 ");
  EXPECT_EQ(Text(Windows(rule, utc, term, {Day(2026, 2, 20), Day(2026, 2, 21)})),
            "2026-02-16/2026-03-18 ");
  EXPECT_EQ(Windows(rule, utc, term, kAlways).back().share, ShareOf(23, 30));
  rule.clipped = ClippedWindow::kMergeIntoNext;
  EXPECT_EQ(Text(Windows(rule, utc, term, kAlways)),
            "2026-01-17/2026-02-16 2026-02-16/2026-04-10 ");
  rule.clipped = ClippedWindow::kNotMeasured;
  EXPECT_EQ(Text(Windows(rule, utc, term, kAlways)),
            "2026-01-17/2026-02-16 2026-02-16/2026-03-18 ");
  rule.fixed = Duration{};
  EXPECT_FALSE(WindowsOverlapping(rule, utc, term, kAlways).ok());
}

// For every term of up to 130 days: windows tile it, lie in it, and asking for any one day gives
// the window that the whole answer has for that day.
TEST(Window, EveryTermIsTiledAndEveryRangeAgrees) {
  Zone utc = Zone::Utc();
  for (ClippedWindow clipped : {ClippedWindow::kProrate, ClippedWindow::kMergeIntoNext}) {
    for (int64_t first = 1; first <= 31; first += 3) {
      for (int64_t days = 1; days <= 130; days += 4) {
        Interval term{Day(2026, 1, first), Day(2026, 1, first + days)};
        std::vector<Window> all = Windows(Monthly(clipped), utc, term, kAlways);
        Instant covered = term.first;
        Fraction shares = Fraction::Whole(0);
        for (const Window& window : all) {
          ASSERT_EQ(window.interval.first, covered);
          covered = window.interval.limit;
          shares = *Fraction::Add(shares, window.share);
        }
        ASSERT_EQ(covered, term.limit);
        ASSERT_EQ(shares, *ShareOfFee(WindowEvery::kCalendarMonth, utc, term));
        for (int64_t day = 0; day < days; day += 5) {
          Instant at = Day(2026, 1, first + day);
          std::vector<Window> one = Windows(Monthly(clipped), utc, term, {at, at + Duration{1}});
          ASSERT_EQ(one.size(), 1u);
          bool found = false;
          for (const Window& window : all) found |= window.interval == one[0].interval;
          ASSERT_TRUE(found && one[0].interval.Contains(at));
        }
      }
    }
  }
}

TEST(Window, OpenTermsAndRangesAreBounded) {
  Zone utc = Zone::Utc();
  Interval open{Day(2026, 1, 1), Instant::Max()};
  EXPECT_EQ(Windows(Monthly(ClippedWindow::kProrate), utc, open, {Day(2025, 1, 1), Day(2026, 3, 2)})
                .size(),
            3u);
  EXPECT_EQ(
      WindowsOverlapping(Monthly(ClippedWindow::kProrate), utc, open, kAlways).status().code(),
      absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(
      Windows(Monthly(ClippedWindow::kProrate), utc, open, {Day(2020, 1, 1), Day(2026, 1, 1)})
          .empty());
  EXPECT_TRUE(
      Windows(Monthly(ClippedWindow::kProrate), utc, open, {Day(2026, 5, 1), Day(2026, 5, 1)})
          .empty());
}

TEST(Window, QuartersAndYears) {
  Interval term{Day(2026, 1, 1), Day(2028, 1, 1)};
  WindowRule rule = Monthly(ClippedWindow::kProrate);
  rule.every = WindowEvery::kCalendarQuarter;
  EXPECT_EQ(Text(Windows(rule, Zone::Utc(), term, {Day(2026, 5, 1), Day(2026, 7, 2)})),
            "2026-04-01/2026-07-01 2026-07-01/2026-10-01 ");
  rule.every = WindowEvery::kCalendarYear;
  EXPECT_EQ(Text(Windows(rule, Zone::Utc(), term, kAlways)),
            "2026-01-01/2027-01-01 2027-01-01/2028-01-01 ");
}

TEST(Window, RollingWindowsEndAtEachStep) {
  Interval term{Day(2026, 1, 1), Day(2026, 2, 20)};
  WindowRule rule = Rolling(30, 10, RollingLength::kElapsed, ShortRolling::kNotMeasured);
  EXPECT_EQ(Text(Windows(rule, Zone::Utc(), term, kAlways)),
            "2026-01-01/2026-01-31 2026-01-11/2026-02-10 2026-01-21/2026-02-20 ");
  EXPECT_EQ(Text(Windows(rule, Zone::Utc(), term, {Day(2026, 2, 10), Day(2026, 2, 11)})),
            "2026-01-21/2026-02-20 ");
  rule.short_first = ShortRolling::kMissingCountsAsGood;
  std::vector<Window> windows = Windows(rule, Zone::Utc(), term, kAlways);
  ASSERT_EQ(windows.size(), 5u);
  EXPECT_EQ(windows[0].interval, (Interval{Day(2025, 12, 12), Day(2026, 1, 11)}));
  EXPECT_EQ(windows[0].term_begins, term.first);
  EXPECT_EQ(windows[1].term_begins, term.first);
  EXPECT_EQ(windows[2].term_begins, std::nullopt);
}

TEST(Window, RollingLocalDaysAreLongerAndShorterThanElapsedOnes) {
  Zone berlin = LoadZone("Europe/Berlin");
  Interval term{berlin.StartOfDay({2026, 3, 1}), berlin.StartOfDay({2026, 12, 1})};
  WindowRule rule = Rolling(30, 1, RollingLength::kLocalDays, ShortRolling::kNotMeasured);
  std::vector<Window> windows = Windows(rule, berlin, term, kAlways);
  EXPECT_EQ(windows.size(), 275u - 29u);
  EXPECT_EQ(Length(windows[0].interval), Hours(30 * 24 - 1));
  EXPECT_EQ(Length(windows[100].interval), Hours(30 * 24));
  EXPECT_EQ(Length(windows[215].interval), Hours(30 * 24 + 1));
  rule.length = RollingLength::kElapsed;
  for (const Window& window : Windows(rule, berlin, term, kAlways)) {
    ASSERT_EQ(Length(window.interval), Hours(30 * 24));
  }
}

TEST(Window, RulesWithMissingChoicesAreRefused) {
  Interval term{Day(2026, 1, 1), Day(2026, 12, 1)};
  auto refused = [&term](const WindowRule& rule) {
    return WindowsOverlapping(rule, Zone::Utc(), term, term).status().code() ==
           absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused(Monthly(ClippedWindow::kUnset)));
  EXPECT_TRUE(refused(Every(WindowEvery::kUnset, ClippedWindow::kProrate)));
  WindowRule good = Rolling(30, 1, RollingLength::kElapsed, ShortRolling::kNotMeasured);
  EXPECT_FALSE(refused(good));
  for (int field = 0; field < 5; ++field) {
    WindowRule rule = good;
    if (field == 0) rule.days = 0;
    if (field == 1) rule.step_days = 0;
    if (field == 2) rule.length = RollingLength::kUnset;
    if (field == 3) rule.short_first = ShortRolling::kUnset;
    if (field == 4) rule.days = 4'000'000'000;
    EXPECT_TRUE(refused(rule)) << field;
  }
}

TEST(Window, CivilPeriodsInAZone) {
  Zone jakarta = LoadZone("Asia/Jakarta");
  EXPECT_EQ(*CivilPeriod(2026, 0, 3, jakarta), (Interval{*ParseInstant("2026-02-28T17:00:00Z"),
                                                         *ParseInstant("2026-03-31T17:00:00Z")}));
  EXPECT_EQ(*CivilPeriod(2026, 4, 0, Zone::Utc()), (Interval{Day(2026, 10, 1), Day(2027, 1, 1)}));
  EXPECT_EQ(*CivilPeriod(2026, 0, 0, Zone::Utc()), (Interval{Day(2026, 1, 1), Day(2027, 1, 1)}));
  EXPECT_EQ(*CivilPeriod(2026, 0, 12, Zone::Utc()), (Interval{Day(2026, 12, 1), Day(2027, 1, 1)}));
  for (auto [year, quarter, month] : std::vector<std::array<int, 3>>{{0, 0, 1},
                                                                     {10'000, 0, 1},
                                                                     {2026, 5, 0},
                                                                     {2026, -1, 0},
                                                                     {2026, 0, 13},
                                                                     {2026, 0, -1},
                                                                     {2026, 1, 1}}) {
    EXPECT_FALSE(CivilPeriod(year, quarter, month, Zone::Utc()).ok()) << year << quarter << month;
  }
}

// GC-37: half of April is 14/30 of its fee. GC-05: the hour of an autumn month is in both sides.
TEST(Window, GC37FeesAccrueByElapsedTime) {
  Zone utc = Zone::Utc();
  using enum WindowEvery;
  EXPECT_EQ(*ShareOfFee(kCalendarMonth, utc, {Day(2026, 4, 17), Day(2026, 5, 1)}), ShareOf(14, 30));
  EXPECT_EQ(*ShareOfFee(kCalendarMonth, utc, {Day(2026, 4, 1), Day(2026, 5, 1)}), ShareOf(1, 1));
  EXPECT_EQ(*ShareOfFee(kCalendarMonth, utc, {Day(2026, 1, 1), Day(2026, 4, 1)}), ShareOf(3, 1));
  EXPECT_EQ(*ShareOfFee(kCalendarYear, utc, {Day(2026, 4, 1), Day(2026, 5, 1)}), ShareOf(30, 365));
  // 16 of 31 days, all of February, 14 of 31 days.
  EXPECT_EQ(*ShareOfFee(kCalendarMonth, utc, {Day(2026, 1, 16), Day(2026, 3, 15)}),
            ShareOf(16 + 31 + 14, 31));
  EXPECT_FALSE(ShareOfFee(kRollingDays, utc, {Day(2026, 1, 1), Day(2026, 2, 1)}).ok());
  EXPECT_FALSE(ShareOfFee(kCalendarMonth, utc, kAlways).ok());
}

// T-53: a date that clocks show twice begins once, and months still tile.
TEST(Window, T53AMonthThatBeginsTwiceTiles) {
  Zone johns = LoadZone("America/St_Johns");  // 2009-11-01 00:01 went back to 31 October 23:01
  Instant again = *ParseInstant("2009-11-01T02:45:00Z");
  ASSERT_EQ(johns.DayAt(again), (CivilDay{2009, 10, 31}));
  absl::StatusOr<Interval> window = CalendarWindowAt(WindowEvery::kCalendarMonth, johns, again);
  ASSERT_TRUE(window.ok()) << window.status();
  EXPECT_EQ(window->first, *ParseInstant("2009-11-01T02:30:00Z"));
}

}  // namespace
}  // namespace tally::replay
