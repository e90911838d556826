// Goal: the calendar's closed formulas are right for every day that a ledger can name.
// Method: walk day by day through years 1 to 9999 with a naive calendar and compare both ways.
#include "replay/terms/civil.h"

#include "gtest/gtest.h"

namespace tally::replay {
namespace {

int NaiveDaysInMonth(int64_t year, int64_t month) {
  if (month == 2) return IsLeapYear(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// T-55
TEST(Civil, T55EveryDayOfYears1To9999) {
  int64_t number = -719'162;  // 0001-01-01
  int weekday = 1;            // a Monday
  for (int64_t year = 1; year <= 9'999; ++year) {
    for (int64_t month = 1; month <= 12; ++month) {
      for (int64_t day = 1; day <= NaiveDaysInMonth(year, month); ++day) {
        ASSERT_EQ(DayNumber({year, month, day}), number) << year << "-" << month << "-" << day;
        ASSERT_EQ(DayOfNumber(number), (CivilDay{year, month, day}));
        ASSERT_EQ(WeekdayOf(number), weekday);
        ++number;
        weekday = (weekday + 1) % 7;
      }
    }
  }
  EXPECT_EQ(number, 2'932'897);  // 10000-01-01
}

// T-55
TEST(Civil, T55LeapYearsOfCenturies) {
  EXPECT_TRUE(IsLeapYear(2000));
  EXPECT_FALSE(IsLeapYear(2100));
  EXPECT_EQ(DayOfNumber(DayNumber({2100, 2, 28}) + 1), (CivilDay{2100, 3, 1}));
  EXPECT_EQ(DayOfNumber(DayNumber({2096, 2, 28}) + 1), (CivilDay{2096, 2, 29}));
  EXPECT_EQ(DayOfNumber(DayNumber({2100, 2, 29})), (CivilDay{2100, 3, 1}));
}

TEST(Civil, MonthsAndDaysCountOn) {
  EXPECT_EQ(DayNumber({2026, 13, 1}), DayNumber({2027, 1, 1}));
  EXPECT_EQ(DayNumber({2026, 0, 1}), DayNumber({2025, 12, 1}));
  EXPECT_EQ(DayNumber({2026, -11, 1}), DayNumber({2025, 1, 1}));
  EXPECT_EQ(DayNumber({2026, 3, 0}), DayNumber({2026, 2, 28}));
  EXPECT_EQ(DayNumber({0, 2026 * 12 + 7, 1}), DayNumber({2026, 7, 1}));
}

// T-55
TEST(Civil, T55ClockReadingsRoundTripBeforeAndAfter1970) {
  for (Wide micros : {Wide{0}, Wide{-1}, Wide{1}, Wide{-86'400'000'000}, Wide{INT64_MIN},
                      Wide{INT64_MAX}, Wide{INT64_MIN} * 3, Wide{951'782'399'999'999}}) {
    EXPECT_TRUE(LocalMicros(CivilOfLocalMicros(micros)) == micros) << FormatWide(micros);
  }
  EXPECT_EQ(
      CivilOfLocalMicros(-1),
      (CivilTime{.day = {1969, 12, 31}, .hour = 23, .minute = 59, .second = 59, .micro = 999'999}));
}

TEST(Civil, DaysAsText) {
  EXPECT_EQ(FormatDay({2026, 2, 8}), "2026-02-08");
  EXPECT_EQ(FormatDay({1, 1, 1}), "0001-01-01");
}

}  // namespace
}  // namespace tally::replay
